"""The packing bench: a missing or wrong part stops the box, paper out of date is refused, and nothing a packer did is lost."""

import html
import io
import re
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pypdf import PdfReader

from checkout import changing, fulfilling, letters, photographing, slips
from checkout.order.models import Order
from checkout.order.moving import move
from checkout.order.states import OrderState
from checkout.packing import bench
from checkout.packing.models import PackingRecord, Photograph, RecordKind
from checkout.packing.refusals import (
    AlreadyScanned,
    AnotherOrdersPiece,
    CardFirst,
    NoSeal,
    NotOnTheBench,
    OutOfDate,
    PartMissing,
    SealUsed,
    WrongPart,
)
from services.gifting.models import Wrapping
from services.gifting.wrapping import Wish
from tests import makers
from tests.makers import fill, place, variant, work_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
WISH = Wish("garnet", "champagne", "For you,\nalways.", sender="Anna", paper="ivory", carrier="garnet")
MONEY = ("1,750", "1750", "1.750", "€", "EUR", "VAT", "TVA", "Total", "Tax")


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    settings.ORIGINALS_ROOT = str(tmp_path / "originals")


def confirmed(**wish) -> Order:
    order = place(fill(variant(), gift=replace(WISH, **wish)))
    move(order, OrderState.CONFIRMED)
    return order


def scan(order: Order, code: str):
    return bench.scan(order, code, by_id=makers.packer(), now=timezone.now())


def parts(order: Order) -> dict[str, bench.Part]:
    return {part.kind: part for part in bench.checklist(order).parts}


def text_of(pdf: bytes) -> str:
    reader = PdfReader(io.BytesIO(pdf))
    return " ".join([*(page.extract_text() for page in reader.pages), *map(str, (reader.metadata or {}).values())])


def size_of(pdf: bytes) -> list[int]:
    return [round(float(side) / 72 * 25.4) for side in PdfReader(io.BytesIO(pdf)).pages[0].mediabox[2:]]


def photograph(size=(1600, 1200), **options) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", size, (120, 40, 30)).save(kept, "JPEG", **options)
    return kept.getvalue()


# What belongs into the box


def test_the_list_is_the_pieces_box_ribbon_paper_bag_card_and_slip():
    order = confirmed()
    assert [part.kind for part in bench.checklist(order).parts] == ["piece", "box", "ribbon", "paper", "bag", "card", "slip"]
    assert parts(order)["piece"].code == order.lines.get().units.get().serial.upper()
    assert len(bench.checklist(order).missing) == 9  # besides the parts: card read back, photograph


def test_a_line_without_gift_packing_needs_its_piece_slip_and_photograph():
    order = place(fill(variant()))
    move(order, OrderState.CONFIRMED)
    assert [part.kind for part in bench.checklist(order).parts] == ["piece", "slip"] and not bench.checklist(order).cards


def test_with_any_part_missing_the_box_stays_open_and_says_which():
    order = confirmed()
    by_id = makers.packer()
    for part in bench.checklist(order).parts:
        with pytest.raises(PartMissing) as no:
            makers.close(order)
        assert part.label in no.value.sentence()
        scan(order, part.code.lower())
    with pytest.raises(PartMissing, match="part-missing"):
        makers.close(order)
    card = bench.checklist(order).cards[0]
    bench.read_back(order, card.line_id, card.code, by_id=by_id, now=timezone.now())
    with pytest.raises(PartMissing) as no:
        makers.close(order)
    assert no.value.facts["missing"] == ["a photograph of the open box"]
    Photograph.objects.create(order=order, by_id=by_id, at=timezone.now(), is_ready=True, width=800, height=600)
    makers.close(order)
    order.refresh_from_db()
    assert order.status == OrderState.PACKED


def test_a_part_is_scanned_once():
    order = confirmed()
    scan(order, parts(order)["piece"].code)
    with pytest.raises(AlreadyScanned):
        scan(order, parts(order)["piece"].code)
    assert PackingRecord.objects.filter(kind=RecordKind.PIECE).count() == 1


def test_wrong_parts_are_refused_named_and_written_down():
    order, other = confirmed(), confirmed()
    with pytest.raises(AnotherOrdersPiece):
        scan(order, parts(other)["piece"].code)
    for code in ("BOX-IVORY", "", "<b>x</b>", "9" * 400):
        with pytest.raises(WrongPart):
            scan(order, code)
    with pytest.raises(OutOfDate):
        scan(order, parts(other)["slip"].code)
    refused = PackingRecord.objects.filter(order=order, kind=RecordKind.REFUSED)
    assert list(refused.values_list("why", flat=True)) == ["another-orders-piece", *["wrong-part"] * 4, "out-of-date"]


def test_a_card_is_scanned_before_it_is_read_back():
    order = confirmed()
    card = bench.checklist(order).cards[0]
    with pytest.raises(CardFirst):
        bench.read_back(order, card.line_id, card.code, by_id=makers.packer(), now=timezone.now())
    with pytest.raises(OutOfDate):
        bench.read_back(order, card.line_id, "C2222222", by_id=makers.packer(), now=timezone.now())


def test_what_the_client_changes_opens_its_part_again_and_the_old_paper_is_refused():
    order = confirmed()
    makers.fill_box(order)
    old = parts(order)
    line = order.lines.get()
    shown = changing.gift_version(line.wrapping)
    changing.gift(order, line.pk, replace(WISH, box="ivory", card="Adieu."), shown=shown, by_id=None, now=timezone.now())
    found = bench.checklist(order)
    assert {part.kind for part in found.parts if not part.is_done} == {"box", "card", "slip"}
    assert not found.has_photograph and not found.cards[0].is_read
    for kind in ("card", "slip"):
        with pytest.raises(OutOfDate):
            scan(order, old[kind].code)
    with pytest.raises(WrongPart):
        scan(order, "BOX-GARNET")


def test_a_box_that_was_changed_and_changed_back_is_scanned_anew():
    order = confirmed()
    makers.fill_box(order)
    line = order.lines.get()
    for box in ("ivory", "garnet"):
        shown = changing.gift_version(Wrapping.objects.get(order_line=line))
        changing.gift(order, line.pk, replace(WISH, box=box), shown=shown, by_id=None, now=timezone.now())
    assert {part.kind for part in bench.checklist(order).parts if not part.is_done} == {"box", "slip"}
    scan(order, "BOX-GARNET")
    with pytest.raises(AlreadyScanned):
        scan(order, "BOX-GARNET")


def test_a_piece_that_was_made_becomes_the_lines_by_its_scan():
    order = confirmed()
    line = order.lines.get()
    line.units.update(order_line=None)
    serial = line.product.units.filter(order_line=None).first().serial
    another = variant("arc-bangle").units.filter(order_line=None).first().serial
    with pytest.raises(WrongPart):
        scan(order, another)
    assert scan(order, serial).kind == RecordKind.PIECE
    assert line.units.get().serial == serial and parts(order)["piece"].is_done


def test_what_is_not_for_packing_is_put_aside():
    order = confirmed()
    Order.objects.filter(pk=order.pk).update(status=OrderState.UNDER_REVIEW)
    with pytest.raises(NotOnTheBench):
        scan(order, parts(order)["piece"].code)
    engraved = place(fill(variant(), engraved="A & P"))
    move(engraved, OrderState.CONFIRMED)
    from services.engraving import commissioning

    commissioning.queue(engraved.lines.get().inscription, due_on=timezone.now().date())
    with pytest.raises(NotOnTheBench):
        scan(engraved, parts(engraved)["piece"].code)


# Seal and record


def test_a_seal_is_a_number_and_closes_one_box():
    first, second = confirmed(), confirmed()
    for order in (first, second):
        makers.fill_box(order)

    def close(order: Order, seal: str) -> None:
        fulfilling.pack(order, seal=seal, by_id=makers.packer(), now=timezone.now())

    for seal in ("", "ab", "x" * 41, "SEAL 1; DROP"):
        with pytest.raises(NoSeal):
            close(first, seal)
    close(first, "a-1001")
    with pytest.raises(SealUsed):
        close(second, "A-1001")
    second.refresh_from_db()
    assert second.status == OrderState.CONFIRMED and bench.passport(second) is None
    first.refresh_from_db()
    assert bench.passport(first).seal == "A-1001"


def test_what_was_scanned_is_never_changed_or_removed():
    order = confirmed()
    scan(order, "BOX-GARNET")
    row = PackingRecord.objects.get()
    for act in (row.save, row.delete):
        with pytest.raises(TypeError):
            act()
    for act in (lambda: PackingRecord.objects.update(code="X"), lambda: PackingRecord.objects.all()._raw_delete("default")):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


# Papers


def test_slip_card_and_label_have_their_size_and_no_price():
    order = confirmed()
    kept = Wrapping.objects.get(order_line__order=order)
    papers = {
        (148, 210): slips.pdf_of(order),
        (105, 74): slips.card_of(order, kept),
        (105, 148): slips.label_of(order),
    }
    for size, pdf in papers.items():
        assert tuple(size_of(pdf)) == size
        said = text_of(pdf)
        assert not any(money in said for money in MONEY), said
    slip, card, label = (text_of(pdf) for pdf in papers.values())
    assert bench.slip_code(order) in slip and "always." in slip and "Anna" in slip
    assert bench.card_code(order, kept) in card and "always." in card
    assert order.number in label and "12 rue de Rivoli" in label and "Paris" in label.title()
    assert "Halo" not in label and "always" not in label and "ARCENNE" not in label  # outside it is plain


# The screens


def test_only_packers_enter_each_screen(client, staff):
    order = confirmed()
    line = order.lines.get().pk
    shot = Photograph.objects.create(order=order, by_id=makers.packer(), at=timezone.now(), is_ready=True)
    addresses = [
        reverse("packing"),
        *(reverse(f"packing-{what}", args=[order.number]) for what in ("parcel", "slip", "label")),
        *(reverse(f"packing-{what}", args=[order.number, line]) for what in ("card", "card-face")),
        reverse("packing-photograph", args=[order.number, shot.key]),
    ]
    for address in addresses:
        assert client.get(address).status_code == 302, address  # nobody
    client.force_login(makers.client_of("carla"))
    for address in addresses:
        assert client.get(address).status_code == 302, address  # a client
    dispatcher = staff("Dispatch")
    for address in addresses:
        assert dispatcher.get(address).status_code == 403, address
    assert dispatcher.post(addresses[1], {"act": "scan", "code": "BOX-GARNET"}).status_code == 403
    packer = staff("Packing bench")
    assert [packer.get(address).status_code for address in addresses] == [200] * 6 + [404]  # its file is not there
    for address in (reverse("packing-parcel", args=["NO-SUCH"]), reverse("packing-card", args=[order.number, 999999])):
        assert packer.get(address).status_code == 404


def test_a_parcel_is_packed_on_its_screen(staff):
    order = confirmed()
    packer = staff("Packing bench")
    assert order.number in packer.get(reverse("packing")).content.decode()
    opened = packer.get(reverse("packing"), {"code": order.number.lower()})
    address = reverse("packing-parcel", args=[order.number])
    assert opened["Location"] == address
    page = packer.get(address).content.decode()
    assert "€" not in page and "1,750" not in page and "autofocus" in page
    wrong = packer.post(address, {"act": "scan", "code": "BOX-IVORY"}, follow=True)
    assert "does not belong into this box" in html.unescape(wrong.content.decode())
    for part in bench.checklist(order).parts:
        assert "right." in packer.post(address, {"act": "scan", "code": part.code}, follow=True).content.decode()
    card = bench.checklist(order).cards[0]
    packer.post(address, {"act": "read", "line": card.line_id, "code": card.code})
    assert 'name="seal"' not in packer.get(address).content.decode()
    packer.post(address, {"act": "photograph", "photographs": SimpleUploadedFile("box.jpg", photograph())})
    assert "being prepared" in packer.get(address).content.decode()
    work_off()
    assert 'name="seal"' in packer.get(address).content.decode()
    shot = Photograph.objects.get()
    assert packer.get(reverse("packing-photograph", args=[order.number, shot.key])).status_code == 200
    done = packer.post(address, {"act": "close", "seal": "S-1", "seen": ""}, follow=True)
    assert "number of the seal" in done.content.decode()
    done = packer.post(address, {"act": "close", "seal": "S-1001", "seen": ""}, follow=True)
    assert done.redirect_chain[-1][0] == reverse("packing") and "is packed" in done.content.decode()
    record = PackingRecord.objects.filter(order=order).exclude(kind="refused")
    assert {row.by.name for row in record} == {"Packing bench"} and record.count() == 9


def test_the_list_is_by_the_day_of_leaving_and_asks_no_more_for_more(staff):
    packer = staff("Packing bench")

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert packer.get(reverse("packing")).status_code == 200
        return len(seen)

    makers.keep_units(variant(), 5)
    orders = [confirmed() for _n in range(2)]
    Order.objects.filter(pk=orders[1].pk).update(promised_on="2026-01-05")
    asked()
    few = asked()
    page = packer.get(reverse("packing")).content.decode()
    assert page.index(orders[1].number) < page.index(orders[0].number) and "should have left" in page
    for _n in range(3):
        confirmed()
    assert asked() <= few


# Photographs


def take(order: Order, data: bytes) -> Photograph:
    return photographing.take(order, data, by_id=makers.packer(), now=timezone.now())


def test_a_photograph_loses_its_metadata_and_its_original():
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Tablet of the bench", 6
    order = confirmed()
    shot = take(order, photograph((1600, 1200), exif=exif))
    work_off()
    shot.refresh_from_db()
    assert shot.is_ready and shot.height > shot.width  # turned upright
    files = sorted(photographing.folder().iterdir())
    assert [file.name for file in files] == [f"{shot.key}.1600.jpg", f"{shot.key}.800.jpg"]
    for file in files:
        assert not Image.open(file).getexif() and b"Tablet" not in file.read_bytes()
        assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "data", [b"", b"text", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7", b"\xff\xd8\xff\xe0 broken"]
)
def test_what_is_no_photograph_is_refused_at_the_door(staff, data):
    order = confirmed()
    address = reverse("packing-parcel", args=[order.number])
    answer = staff("Packing bench").post(
        address, {"act": "photograph", "photographs": SimpleUploadedFile("a.jpg", data)}, follow=True
    )
    assert answer.status_code == 200 and not Photograph.objects.exists()
    assert not photographing.folder().exists()


def test_damaged_pixels_are_found_by_the_worker_and_do_not_count():
    order = confirmed()
    whole = bytearray(photograph((1600, 1200)))
    start = whole.index(b"\xff\xda") + 14
    whole[start : start + 200] = b"\xff\x00" * 100
    shot = take(order, bytes(whole))
    work_off()
    shot.refresh_from_db()
    if not shot.is_ready:  # Pillow may mend it: then it is a picture
        assert shot.trouble and not bench.checklist(order).has_photograph
    assert not list(photographing.folder().glob("*.sent"))


# What the client sees


def packed() -> Order:
    order = confirmed()
    take(order, photograph())
    work_off()
    makers.fill_box(order)
    order.photographs.exclude(pk=order.photographs.first().pk).delete()  # the maker's has no file
    makers.close(order)
    order.refresh_from_db()
    return order


def test_seal_and_photographs_are_on_the_orders_page_for_its_own_people_alone(client):
    order = packed()
    shot = Photograph.objects.get()
    address = f"/eu/en/orders/{order.number}/photographs/{shot.key}.jpg"
    assert client.get(address).status_code == 404
    client.force_login(makers.client_of("eve"))
    assert client.get(address).status_code == 404
    page = client.get(f"/eu/en/orders/{order.number}/?key={order.access_key}", follow=True).content.decode()
    assert f"SEAL-{order.number}" in page and address in page
    for size in ("", "?large"):
        answer = client.get(address + size)
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
        assert "no-store" in answer["Cache-Control"] and answer["X-Robots-Tag"] == "noindex"
    other = packed()
    assert client.get(f"/eu/en/orders/{order.number}/photographs/{other.photographs.get().key}.jpg").status_code == 404


def test_before_the_seal_the_client_sees_no_photograph(client):
    order = confirmed()
    shot = take(order, photograph())
    work_off()
    page = client.get(f"/eu/en/orders/{order.number}/?key={order.access_key}", follow=True).content.decode()
    assert str(shot.key) not in page
    assert client.get(f"/eu/en/orders/{order.number}/photographs/{shot.key}.jpg").status_code == 404


def test_the_letter_of_dispatch_names_the_seal(mailoutbox):
    order = packed()
    Order.objects.filter(pk=order.pk).update(status=OrderState.DISPATCHED)
    letters.dispatched(order.pk)
    letter = mailoutbox[-1]
    assert f"SEAL-{order.number}" in letter.body and f"SEAL-{order.number}" in letter.alternatives[0][0]


# The gift panel


def test_the_panel_shows_the_card_as_it_is_printed(client):
    typed = {"box": "garnet", "ribbon": "champagne", "card": "For you", "face": "script", "sender": "Anna", "act": "show"}
    page = client.post("/eu/en/pieces/halo-band/gift/", typed).content.decode()
    address = html.unescape(re.search(r'<img src="([^"]*card\.svg[^"]*)"', page).group(1))
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert client.get("/eu/en/card.svg", {"card": "W" * 60}).status_code == 422
    assert client.get("/eu/en/card.svg", {"card": "🎁"}).status_code == 422


def test_previews_are_counted(client, monkeypatch):
    from catalog import panels

    monkeypatch.setattr(panels, "PREVIEWS_A_MINUTE", 2)
    answers = [client.get("/eu/en/card.svg", {"card": "For you"}, REMOTE_ADDR="10.9.8.7").status_code for _n in range(4)]
    assert answers[-1] == 429
