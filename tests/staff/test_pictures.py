"""The merchandiser's pictures, through the admin as staff take them: the door, the worker, what a piece still lacks."""

import io
import os
import struct
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from PIL import Image, ImageCms, ImageColor, ImageFile, ImageFilter
from PIL.AvifImagePlugin import AvifImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from catalog import encoding, inspecting, uploading
from catalog.models import Picture, Product, Proposal, Work
from flagship.settings import env
from services.foundation.outbox.models import Job
from services.foundation.refusal import Refusal
from tests import makers
from tests.makers import work_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    """Files of these tests lie by themselves."""
    settings.MEDIA_ROOT, settings.ORIGINALS_ROOT = str(tmp_path / "media"), str(tmp_path / "originals")


@pytest.fixture
def staff(client):
    def enter(role: str = "Merchandiser"):
        email = f"{role.replace(' ', '.').lower()}@house.example"
        user, made = makers.User.objects.get_or_create(email=email, defaults={"is_staff": True, "name": role})
        if made:
            user.groups.add(Group.objects.get(name=role))
        client.force_login(user)
        return client

    return enter


@pytest.fixture
def quick(monkeypatch):
    """For tests of what becomes of an upload: one width is as good as four."""
    monkeypatch.setattr(encoding, "WIDTHS", (400,))


def picture(size=(1200, 1500), mode="RGB", colour=(120, 40, 30)) -> Image.Image:
    return Image.new(mode, size, colour)


def file_of(image: Image.Image, kind: str = "JPEG", **options) -> bytes:
    kept = io.BytesIO()
    image.save(kept, kind, **({"speed": 10} if kind == "AVIF" else {}) | options)
    return kept.getvalue()


def piece_of(slug: str = "halo-ring") -> Product:
    return Product.objects.get(slug=slug)


def filled(client, piece: Product) -> dict:
    """The page of a piece as a browser would send it back."""
    context = client.get(reverse("admin:catalogue_product_change", args=[piece.pk])).context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    data = {}
    for form in forms:
        for name, field in form.fields.items():
            value = form.get_initial_for_field(field, name)
            if value is True:
                data[form.add_prefix(name)] = "on"
            elif value is not None and value is not False:
                data[form.add_prefix(name)] = (
                    [one.pk for one in value] if isinstance(value, list) else getattr(value, "pk", value)
                )
    return data


def upload(client, data: bytes, *, name="front.jpg", piece=None, view="worn", metal="", **more):
    """A new row in the pictures of a piece."""
    piece = piece or piece_of()
    form = filled(client, piece)
    row = int(form["pictures-TOTAL_FORMS"])
    form["pictures-TOTAL_FORMS"] = row + 1
    file = SimpleUploadedFile(name, data, "image/jpeg")
    values = {"view": view, "metal": metal, "position": 5, "file": file, **more}
    form |= {f"pictures-{row}-{field}": value for field, value in values.items()}
    return client.post(reverse("admin:catalogue_product_change", args=[piece.pk]), form)


def replace(client, row: Picture, data: bytes):
    """A new file for a picture, on its own page."""
    url = reverse("admin:catalogue_picture_change", args=[row.pk])
    form = {"piece": row.piece_id, "view": row.view, "metal": row.metal_id or "", "position": row.position, "zone": "null"}
    return client.post(url, form | {"file": SimpleUploadedFile("new", data)})


def refusal(answer, field: str = "file") -> str:
    assert answer.status_code == 200, "it was not refused"
    errors = [e for e in answer.context["inline_admin_formsets"][0].formset.errors if e]
    assert list(errors[0]) == [field], errors
    assert errors[0][field][0] in answer.content.decode()
    return errors[0][field][0]


def finished(row: Picture, settings) -> list[Path]:
    stem = Path(settings.MEDIA_ROOT) / row.stem
    return sorted(stem.parent.glob(f"{stem.name}.*"))


# The door


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header claims anything."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 10)) + chunk(b"IEND", b"")


def claiming_jpeg(width: int, height: int) -> bytes:
    data = bytearray(file_of(picture((16, 16))))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def claiming_webp(width: int, height: int) -> bytes:
    data = bytearray(file_of(picture((16, 16)), "WEBP"))
    at = data.index(b"\x9d\x01\x2a")
    data[at + 3 : at + 7] = struct.pack("<HH", width, height)
    return bytes(data)


def moving(kind: str) -> bytes:
    first, second = picture(), picture(colour=(0, 0, 0))
    return file_of(first, kind, save_all=True, append_images=[second])


REFUSED = {
    "a text called .jpg": (lambda: b"Dear merchandiser, this is a text.", "not a picture we can read"),
    "a drawing": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg" width="2000" height="2000"/>', "not a picture we can read"),
    "a GIF": (lambda: file_of(picture(), "GIF"), "not a picture we can read"),
    "a PDF": (lambda: file_of(picture(), "PDF"), "not a picture we can read"),
    "a bomb": (lambda: claiming(20000, 10000), "more than 60 megapixels"),
    "a JPEG bomb": (lambda: claiming_jpeg(20000, 10000), "more than 60 megapixels"),
    "a WebP bomb": (lambda: claiming_webp(16000, 12000), "more than 60 megapixels"),
    "just too large": (lambda: claiming(10000, 6001), "more than 60 megapixels"),
    "too small": (lambda: file_of(picture((1199, 3000))), "1199 × 3000"),
    "a moving PNG": (lambda: moving("PNG"), "a single still picture"),
    "a moving WebP": (lambda: moving("WEBP"), "a single still picture"),
    "a moving AVIF": (lambda: moving("AVIF"), "a single still picture"),
    "a TIFF of two pages": (lambda: moving("TIFF"), "a single still picture"),
    "32 bits a channel": (lambda: file_of(Image.new("F", (1200, 1200)), "TIFF"), "RGB, CMYK or grey"),
}
REFUSED |= {f"half a {kind}": (lambda kind=kind: _half(kind), "damaged or incomplete") for kind in ("JPEG", "TIFF")}


def _half(kind: str) -> bytes:
    """A file that breaks off within its pixels."""
    if kind == "TIFF":  # with its directory in front, as a scanner writes it
        return _tiff_16(bytes(1300 * 600 * 3), 1300, 1300, bits=8)
    options = {"exif": _gps()} if kind == "JPEG" else {}
    whole = file_of(Image.effect_noise((1300, 1300), 9).convert("RGB"), kind, **options)
    return whole[: len(whole) // 2]


@pytest.mark.parametrize("case", REFUSED)
def test_the_door_refuses_with_a_sentence_beside_the_field(staff, monkeypatch, case):
    data, words = REFUSED[case][0](), REFUSED[case][1]
    for decoder in (ImageFile.ImageFile, WebPImageFile, AvifImageFile, TiffImageFile):
        monkeypatch.setattr(decoder, "load", lambda self: pytest.fail("pixels were decoded at the door"))
    answer = upload(staff(), data)
    assert words in refusal(answer)
    assert not Picture.objects.filter(view="worn").exists() and not Job.objects.filter(name="picture.finish").exists()


def test_what_was_typed_beside_a_refused_file_is_kept(staff):
    answer = upload(staff(), b"text", view="on-hand", alt_en="Worn on the left hand")
    assert "Worn on the left hand" in answer.content.decode() and 'value="on-hand"' in answer.content.decode()


def test_a_file_that_is_too_heavy_is_not_even_opened(staff, monkeypatch):
    monkeypatch.setattr(inspecting, "MOST_MB", 0)
    monkeypatch.setattr(inspecting, "look", lambda data: pytest.fail("it was opened"))
    assert "larger than 0 MB" in refusal(upload(staff(), file_of(picture())))


def test_a_new_picture_needs_a_file_and_a_plain_name(staff):
    assert refusal(upload(staff(), b"", file="")) == "Please choose a file."
    assert "small letters" in refusal(upload(staff(), file_of(picture()), view="../front"), "view")


def test_a_view_that_is_there_already_is_named(staff):
    answer = upload(staff(), file_of(picture()), view="front", metal="platinum")
    assert "already has a picture of this view" in refusal(answer, "view")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_file_is_known_to_be_cut_short_wherever_it_breaks_off(kind):
    data = file_of(Image.effect_noise((1200, 1200), 20).resize((1300, 1300)).convert("RGB"), kind)
    assert inspecting.look(data).format == kind
    for length in (20, 200, len(data) // 3, len(data) * 2 // 3, len(data) - 2000, len(data) - 9):
        with pytest.raises(inspecting.Broken):
            inspecting.look(data[:length])


def test_a_damaged_header_never_breaks_the_page(staff):
    client = staff()
    whole = {kind: file_of(picture(), kind) for kind in ("JPEG", "PNG", "WEBP", "AVIF", "TIFF")}
    for kind, data in whole.items():
        for place in (1, 5, 9, 13, 21, 40, 100):
            bent = bytearray(data)
            bent[place] ^= 0xFF
            try:
                inspecting.look(bytes(bent))
            except Refusal:
                pass
        assert inspecting.look(data).format == kind
    assert upload(client, whole["PNG"][:40]).status_code == 200


def test_a_picture_belongs_to_a_piece_and_not_to_a_variant(staff):
    form = {"piece": makers.variant().pk, "view": "worn", "position": 1, "zone": "null"}
    answer = staff().post(reverse("admin:catalogue_picture_add"), form | {"file": SimpleUploadedFile("x", file_of(picture()))})
    assert "not one of its variants" in str(answer.context["adminform"].form.errors["piece"])


def test_originals_never_lie_where_everybody_can_read(monkeypatch, tmp_path):
    monkeypatch.setenv("FLAGSHIP_DEMO", "1")
    monkeypatch.setenv("MEDIA_ROOT", str(tmp_path))
    monkeypatch.setenv("ORIGINALS_ROOT", str(tmp_path / "uploads"))
    with pytest.raises(ImproperlyConfigured, match="ORIGINALS_ROOT"):
        env.read()
    monkeypatch.setenv("ORIGINALS_ROOT", f"{tmp_path}-originals")
    assert env.read().originals_root == f"{tmp_path}-originals"


# The worker


def test_an_upload_becomes_the_shops_files_and_only_then_is_shown(staff, client, settings):
    assert upload(staff(), file_of(picture((1700, 2125))), metal="platinum").status_code == 302
    row = Picture.objects.get(view="worn-platinum")
    assert (row.is_ready, row.work, row.widths) == (False, Work.WAITING, [])
    original = Path(settings.ORIGINALS_ROOT) / row.original
    assert original.exists() and original.stat().st_mode & 0o077 == 0 and "front" not in row.original
    assert not original.is_relative_to(settings.MEDIA_ROOT)
    page = client.get("/eu/en/pieces/halo-ring/").content.decode()
    assert "worn-platinum" not in page and "/media/." not in page and "halo-ring/front-platinum.400.avif" in page
    assert "picture.finish" in work_off()
    row.refresh_from_db()
    assert (row.is_ready, row.work, row.widths, row.width, row.height) == (True, Work.READY, [400, 800, 1200, 1600], 1600, 2000)
    assert [f.name.split(".", 1)[1] for f in finished(row, settings)] == sorted(
        f"{w}.{e}" for w in row.widths for e in ("avif", "webp", "jpg")
    )
    assert row.original not in row.stem and near(ImageColor.getrgb(row.colour), (120, 40, 30), 2)
    assert row.alt_en == "Halo ring, Platinum" and row.alt_zh_hans and row.alt_fr
    assert f"{row.stem}.800.avif" in client.get("/eu/en/pieces/halo-ring/").content.decode()


def test_a_picture_that_is_not_ready_is_shown_nowhere(staff, client):
    makers.fill(makers.variant("halo-ring", metal="platinum"))
    hidden = Picture.objects.filter(piece__slug="halo-ring")
    hidden.update(is_ready=False)
    for page in ("", "pieces/", "collections/halo/", "search/?q=halo"):
        assert "halo-ring/front" not in client.get(f"/eu/en/{page}").content.decode(), page
    assert client.get("/eu/en/pieces/halo-ring/").status_code == 404
    client.post("/eu/en/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "52"})
    Picture.objects.filter(piece__slug="halo-band", metal_id="yellow").update(is_ready=False)
    for page in ("bag/", "checkout/", "pieces/halo-band/engrave/", "pieces/halo-band/"):
        html = client.get(f"/eu/en/{page}").content.decode()
        assert "halo-band/front-yellow" not in html and "halo-band/front-platinum" in html, page


def _gps() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "Secret Camera"
    exif[0x0112] = 6  # lies on its side
    exif[0x8825] = {1: "N", 2: (48.0, 52.0, 0.0), 3: "E", 4: (2.0, 19.0, 0.0)}
    kept = Image.Exif()
    kept.load(exif.tobytes())  # as it comes from a camera
    return kept


def _made(data: bytes, tmp_path: Path) -> dict[str, Image.Image]:
    encoding.finish(data, tmp_path / "made")
    return {f.name.split(".", 1)[1]: Image.open(f) for f in tmp_path.glob("made.*")}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
def test_where_it_was_taken_is_gone_and_it_stands_upright(tmp_path, kind):
    lying = picture((1500, 1200), colour=(250, 250, 250))
    lying.paste((200, 0, 0), (0, 0, 300, 1200))  # the left edge is the top once it stands
    options = {"exif": _gps(), "comment": b"Secret comment"} if kind == "JPEG" else {"exif": _gps()}
    data = file_of(lying, kind, **options)
    assert b"Secret" in data
    outputs = _made(data, tmp_path)
    assert len(outputs) == 9
    for name, made in outputs.items():
        width = int(name.split(".")[0])
        assert made.size == (width, width * 1500 // 1200), name
        assert not made.getexif() and not made.info.keys() & {"exif", "xmp", "icc_profile", "comment"}, name
        top, middle = made.convert("RGB").getpixel((width // 2, 10)), made.convert("RGB").getpixel((width // 2, made.height // 2))
        assert top[0] > 180 and top[1] < 30 and min(middle) > 230, (name, top, middle)
    for file in tmp_path.glob("made.*"):
        assert b"Secret" not in file.read_bytes() and b"Exif" not in file.read_bytes()


def near(found, wanted, by=6) -> bool:
    return all(abs(a - b) <= by for a, b in zip(found, wanted, strict=True))


def seen(outputs: dict[str, Image.Image], at=(0.5, 0.5)) -> list[tuple]:
    return [made.convert("RGB").getpixel((int(made.width * at[0]), int(made.height * at[1]))) for made in outputs.values()]


def test_a_cmyk_jpeg_comes_in_the_colours_of_the_screen(tmp_path):
    outputs = _made(file_of(picture(mode="CMYK", colour=(0, 255, 255, 0))), tmp_path)
    assert all(near(found, (255, 0, 0)) for found in seen(outputs))


def test_a_profile_is_followed_and_not_carried_on(tmp_path):
    """A quarter of the light is a lighter grey on the screen than the number 64 would be."""
    outputs = _made(file_of(picture(mode="L", colour=64), "PNG", icc_profile=_linear_grey()), tmp_path)
    assert all(near(found, (137, 137, 137)) for found in seen(outputs)), seen(outputs)


def _linear_grey() -> bytes:
    """An ICC profile of grey with gamma 1 (ICC.1:2001, monochrome input)."""
    tags = {
        b"desc": b"desc" + bytes(4) + struct.pack(">I", 5) + b"grey\0" + bytes(4 + 4 + 2 + 1 + 67),
        b"wtpt": b"XYZ " + bytes(4) + struct.pack(">iii", 0xF6D6, 0x10000, 0xD32D),
        b"kTRC": b"curv" + bytes(4) + struct.pack(">I", 0),
        b"cprt": b"text" + bytes(4) + b"none\0",
    }
    table, body, at = b"", b"", 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        data += bytes(-len(data) % 4)
        table += name + struct.pack(">II", at + len(body), len(data))
        body += data
    size = at + len(body)
    head = struct.pack(">I", size) + bytes(4) + struct.pack(">I", 0x02100000) + b"scnrGRAYXYZ " + bytes(12) + b"acsp"
    head = head.ljust(68, b"\0") + struct.pack(">iii", 0xF6D6, 0x10000, 0xD32D)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def test_a_profile_that_does_not_fit_is_left_aside(tmp_path):
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for n, profile in enumerate((srgb, b"no profile at all")):
        outputs = _made(file_of(picture(mode="CMYK", colour=(0, 255, 255, 0)), icc_profile=profile), tmp_path / str(n))
        assert all(near(found, (255, 0, 0)) for found in seen(outputs))


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF", "TIFF"])
def test_what_is_transparent_lies_on_the_houses_ground(tmp_path, kind):
    glass = picture(mode="RGBA", colour=(0, 0, 0, 0))
    glass.paste((10, 20, 200, 255), (0, 0, 1200, 500))
    outputs = _made(file_of(glass, kind, **({"lossless": True} if kind == "WEBP" else {})), tmp_path)
    assert all(near(found, encoding.ground_colour()) for found in seen(outputs, (0.5, 0.9)))
    assert all(near(found, (10, 20, 200), 12) for found in seen(outputs, (0.5, 0.1)))


def test_a_palette_with_a_transparent_colour_lies_on_the_houses_ground(tmp_path):
    flat = picture(mode="P", colour=0)
    flat.putpalette([255, 0, 0, 0, 0, 255])
    assert all(near(found, encoding.ground_colour()) for found in seen(_made(file_of(flat, "PNG", transparency=0), tmp_path)))


def _tiff_16(samples: bytes, width: int, height: int, bits: int = 16) -> bytes:
    """An uncompressed RGB TIFF, its directory in front of its one strip."""
    at = 8 + 2 + 12 * 9 + 4
    size = width * height * 3 * bits // 8
    tags = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 3, at), (259, 3, 1, 1), (262, 3, 1, 2)]
    tags += [(273, 4, 1, at + 6), (277, 3, 1, 3), (278, 4, 1, height), (279, 4, 1, size)]
    entries = b"".join(
        struct.pack("<HHI", tag, kind, n) + (struct.pack("<HH", value, 0) if kind == 3 and n == 1 else struct.pack("<I", value))
        for tag, kind, n, value in tags
    )
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + bytes(4) + struct.pack("<HHH", bits, bits, bits) + samples


def test_sixteen_bits_a_channel_become_eight(tmp_path):
    colour = struct.pack("<HHH", 200 * 257, 100 * 257, 50 * 257)
    outputs = _made(_tiff_16(colour * (1200 * 1500), 1200, 1500), tmp_path / "rgb")
    assert all(near(found, (200, 100, 50)) for found in seen(outputs))
    grey = Image.new("I;16", (1200, 1200), 150 * 257)
    for kind in ("TIFF", "PNG"):
        assert all(near(found, (150, 150, 150)) for found in seen(_made(file_of(grey, kind), tmp_path / kind)))


def test_a_picture_is_never_enlarged(tmp_path):
    assert {name.split(".")[0] for name in _made(file_of(picture((1599, 2000))), tmp_path)} == {"400", "800", "1200"}


def test_the_front_views_of_the_house_stay_light(tmp_path, settings):
    fronts = sorted(Path(settings.HOUSE).glob("pictures/*/front-*.1200.jpg"))[::4]
    assert len(fronts) > 2
    for front in fronts:
        for width in (400, 800):
            sized = Image.open(front).resize((width, width * 5 // 4))
            for ending in ("avif", "webp", "jpg"):
                assert len(encoding.encoded(sized, ending)) < 150_000, (front, width, ending)
    assert Image.open(io.BytesIO(encoding.encoded(sized, "jpg"))).info["progressive"]


@pytest.mark.parametrize("ending", ["avif", "webp", "jpg"])
def test_a_picture_full_of_detail_gives_up_quality_before_weight(ending):
    busy = Image.effect_noise((800, 1000), 75).filter(ImageFilter.GaussianBlur(1.0)).convert("RGB")
    best = next(encoding._by_quality(busy, ending))
    assert len(best) > 150_000 > len(encoding.encoded(busy, ending))


@pytest.mark.usefixtures("quick")
def test_the_work_done_twice_changes_nothing(staff, settings):
    upload(staff(), file_of(picture()))
    row = Picture.objects.get(view="worn")
    uploading.finish(row.pk, row.original)
    row.refresh_from_db()
    first = {f.name: (f.stat().st_mtime_ns, f.read_bytes()) for f in finished(row, settings)}
    uploading.finish(row.pk, row.original)
    assert work_off() == ["picture.finish"]
    again = Picture.objects.get(pk=row.pk)
    assert (again.stem, again.work) == (row.stem, Work.READY)
    assert {f.name: (f.stat().st_mtime_ns, f.read_bytes()) for f in finished(row, settings)} == first


@pytest.mark.usefixtures("quick")
def test_a_second_worker_that_comes_late_changes_nothing(staff, settings):
    """Both began before either was done."""
    upload(staff(), file_of(picture()))
    late = Picture.objects.get(view="worn")
    work_off()
    made = encoding.Finished([400], 400, 500, "#000000")
    uploading._show(late, "finished/late", made)
    uploading._failed(late, uploading.NotWritten())
    row = Picture.objects.get(pk=late.pk)
    assert row.stem != "finished/late" and row.work == Work.READY


@pytest.mark.usefixtures("quick")
def test_work_for_a_file_that_was_replaced_meanwhile_is_left(staff, settings):
    client = staff()
    upload(client, file_of(picture()))
    row = Picture.objects.get(view="worn")
    first = row.original
    assert replace(client, row, file_of(picture(colour=(0, 0, 200)))).status_code == 302
    uploading.finish(row.pk, first)
    row.refresh_from_db()
    assert row.work == Work.WAITING and not row.is_ready
    work_off()
    row.refresh_from_db()
    assert row.work == Work.READY and near(ImageColor.getrgb(row.colour), (0, 0, 200), 2)


@pytest.mark.usefixtures("quick")
def test_a_damaged_picture_is_told_and_an_attempt_can_be_made_again(staff, settings):
    client = staff()
    data = file_of(picture((1200, 1200)), "PNG")
    at = data.index(b"IDAT")
    size = struct.unpack(">I", data[at - 4 : at])[0]
    spoilt = bytes(100) + data[at + 104 : at + 4 + size]
    bent = data[: at - 4] + chunk(b"IDAT", spoilt) + data[at + 8 + size :]  # every checksum is right, the pixels are not
    assert upload(client, bent).status_code == 302
    assert work_off() == ["picture.finish"]  # done: another attempt would not mend it
    row = Picture.objects.get(view="worn")
    assert (row.work, row.trouble, row.is_ready) == (Work.FAILED, "broken", False)
    assert "damaged or incomplete" in client.get(reverse("admin:catalogue_picture_changelist")).content.decode()
    page = client.get(reverse("admin:catalogue_product_change", args=[row.piece_id])).content.decode()
    assert "damaged or incomplete" in page
    (Path(settings.ORIGINALS_ROOT) / row.original).write_bytes(data)
    assert "Try again now" in client.get(reverse("admin:catalogue_picture_change", args=[row.pk])).content.decode()
    answer = client.post(reverse("admin:picture_again", args=[row.pk]), follow=True)
    assert "is being prepared again" in answer.content.decode()
    work_off()
    row.refresh_from_db()
    assert (row.work, row.trouble, row.is_ready) == (Work.READY, "", True)
    chosen = {"action": "try_again", "_selected_action": [row.pk]}
    answer = client.post(reverse("admin:catalogue_picture_changelist"), chosen, follow=True)
    assert "nothing to try again" in answer.content.decode()


@pytest.mark.usefixtures("quick")
def test_a_full_disk_is_told_and_tried_again_by_itself(staff, monkeypatch, settings):
    client = staff()
    upload(client, file_of(picture()))

    def full(path, data):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(encoding, "_put", full)
        assert work_off() == []
    row = Picture.objects.get(view="worn")
    assert (row.work, row.trouble, row.is_ready) == (Work.FAILED, "not-written", False)
    assert "could not be written" in client.get(reverse("admin:catalogue_picture_changelist")).content.decode()
    Job.objects.filter(name="picture.finish").update(due_at=timezone.now())
    assert work_off() == ["picture.finish"]
    row.refresh_from_db()
    assert (row.work, row.is_ready) == (Work.READY, True)
    assert not list(Path(settings.MEDIA_ROOT).rglob("*.part"))


@pytest.mark.usefixtures("quick")
def test_an_original_that_is_lost_asks_for_another(staff, settings):
    client = staff()
    upload(client, file_of(picture()))
    row = Picture.objects.get(view="worn")
    (Path(settings.ORIGINALS_ROOT) / row.original).unlink()
    work_off()
    row.refresh_from_db()
    assert row.trouble == "original-gone"
    assert "upload it again" in client.get(reverse("admin:catalogue_picture_change", args=[row.pk])).content.decode()


@pytest.mark.usefixtures("quick")
def test_who_may_only_look_cannot_upload_or_try_again(staff):
    upload(staff(), b"x" * 10)
    row = Picture.objects.get(piece__slug="halo-ring")
    Picture.objects.filter(pk=row.pk).update(work=Work.FAILED, trouble="broken")
    client = staff("Copy and legal")
    page = client.get(reverse("admin:catalogue_product_change", args=[row.piece_id]))
    assert page.status_code == 200 and 'type="file"' not in page.content.decode()
    page = client.get(reverse("admin:catalogue_picture_change", args=[row.pk]))
    assert page.status_code == 200 and "Try again now" not in page.content.decode()
    client.post(reverse("admin:picture_again", args=[row.pk]))
    row.refresh_from_db()
    assert row.work == Work.FAILED


def test_who_may_only_look_at_pictures_still_changes_the_texts_beside_them(staff):
    client, piece = staff("Copy and legal"), piece_of()
    context = client.get(reverse("admin:catalogue_product_change", args=[piece.pk])).context
    form = context["adminform"].form
    data = {k: v for k, v in form.initial.items() if v is not None and not isinstance(v, list | bool)}
    data |= {"is_public": "on", "title_en": "Halo ring, by hand"}
    for inline in context["inline_admin_formsets"]:
        prefix = inline.formset.prefix
        data |= {f"{prefix}-TOTAL_FORMS": inline.formset.total_form_count(), f"{prefix}-INITIAL_FORMS": 0}
        data[f"{prefix}-INITIAL_FORMS"] = inline.formset.initial_form_count()
        data |= {f"{prefix}-{n}-id": one.instance.pk for n, one in enumerate(inline.formset.forms)}
        if prefix == "children":
            data |= {
                f"{prefix}-{n}-{k}": v for n, one in enumerate(inline.formset) for k, v in one.initial.items() if v is not None
            }
    answer = client.post(reverse("admin:catalogue_product_change", args=[piece.pk]), data)
    assert answer.status_code == 302, answer.context["errors"]
    piece.refresh_from_db()
    assert Proposal.objects.get().changes["title_en"]["after"] == "Halo ring, by hand"
    assert piece.pictures.get().view == "front-platinum"


# Replacing and clearing away


@pytest.mark.usefixtures("quick")
def test_a_replaced_picture_shows_its_former_files_until_the_new_are_there(staff, client, settings):
    row = Picture.objects.get(piece__slug="halo-ring")
    house_stem = row.stem
    replace(staff(), row, file_of(picture()))
    row.refresh_from_db()
    assert (row.is_ready, row.work, row.stem) == (True, Work.WAITING, house_stem)
    assert f"{house_stem}.400.avif" in client.get("/eu/en/pieces/halo-ring/").content.decode()
    work_off()
    row.refresh_from_db()
    first = row.stem
    assert first != house_stem and f"{first}.400.avif" in client.get("/eu/en/pieces/halo-ring/").content.decode()
    replace(client, row, file_of(picture()))
    work_off()
    row.refresh_from_db()
    assert row.stem != first  # never the same address for another file


def older(files, hours: int) -> None:
    for file in files:
        then = file.stat().st_mtime - hours * 3600
        os.utime(file, (then, then))


@pytest.mark.usefixtures("quick")
def test_former_files_go_a_day_after_they_were_replaced(staff, settings):
    client, now = staff(), timezone.now()
    upload(client, file_of(picture()))
    work_off()
    row = Picture.objects.get(view="worn")
    media, originals = Path(settings.MEDIA_ROOT), Path(settings.ORIGINALS_ROOT)
    house_file = media / "pictures" / "halo-ring" / "front.400.jpg"
    house_file.parent.mkdir(parents=True)
    house_file.write_bytes(b"the house's own")
    older([*media.rglob("*.*"), *originals.iterdir()], 24 * 30)
    former = finished(row, settings)
    replace(client, row, file_of(picture()))
    work_off()
    row.refresh_from_db()
    uploading.clear_away(now=now + timedelta(hours=23))
    assert all(f.exists() for f in former) and len(list(originals.iterdir())) == 1
    (media / "finished" / "half.400.jpg.1a2b.part").write_bytes(b"left by a worker that died")
    uploading.clear_away(now=now + timedelta(hours=25))
    assert not any(f.exists() for f in former) and len(finished(row, settings)) == 3 and house_file.exists()
    assert [f.name for f in originals.iterdir()] == [row.original] and not list(media.rglob("*.part"))


@pytest.mark.usefixtures("quick")
def test_a_removed_picture_leaves_its_files_for_a_day(staff, settings):
    upload(staff(), file_of(picture()))
    work_off()
    row = Picture.objects.get(view="worn")
    files = finished(row, settings)
    older(files, 24 * 30)
    row.delete()
    uploading.clear_away(now=timezone.now() + timedelta(hours=1))
    assert all(f.exists() for f in files)
    uploading.clear_away(now=timezone.now() + timedelta(hours=25))
    assert not any(f.exists() for f in files)


@pytest.mark.usefixtures("quick")
def test_opening_the_house_again_keeps_an_uploaded_picture_unless_told_otherwise(staff):
    row = Picture.objects.get(piece__slug="halo-ring")
    house_stem = row.stem
    replace(staff(), row, file_of(picture()))
    work_off()
    call_command("open_house")
    row.refresh_from_db()
    assert row.stem.startswith("finished/") and row.original
    call_command("open_house", overwrite=True)
    row.refresh_from_db()
    assert (row.stem, row.original, row.work, row.is_ready) == (house_stem, "", Work.READY, True)


@pytest.mark.usefixtures("quick")
def test_a_new_file_under_an_engraving_asks_for_a_look_at_the_proof(staff, client):
    row = Picture.objects.get(piece__slug="halo-band", view="front-yellow")
    url = reverse("admin:catalogue_picture_change", args=[row.pk])
    page = staff().get(url)
    form = {"piece": row.piece_id, "view": row.view, "metal": "yellow", "position": 0}
    form["zone"] = page.context["adminform"].form["zone"].value()
    answer = client.post(url, form | {"file": SimpleUploadedFile("x", file_of(picture()))}, follow=True)
    assert "look at a proof" in answer.content.decode()
    answer = client.post(url, form | {"zone": '{"quad": "everywhere"}'})
    assert "four corners" in str(answer.context["adminform"].form.errors["zone"])
    corners = '{"quad": [[0.2, 0.4], [0.8, 0.4], [0.8, 0.5], [0.2, 0.5]]}'
    assert client.post(url, form | {"zone": corners}).status_code == 302
    asked = f"{reverse('engraving-preview', 'flagship.storefront', args=['halo-band'])}?metal=yellow&face=roman&inscription=A"
    proof = client.get(f"/eu/en{asked}")
    assert proof.status_code == 200 and 'viewBox="0 0 1200 1500"' in proof.content.decode()
    assert client.post(url, form | {"zone": "null"}).status_code == 302
    page = client.get("/eu/en/pieces/halo-band/engrave/?metal=yellow&inscription=A").content.decode()
    assert "front-platinum" in page and "on-piece" in page  # laid onto the picture that still has a place
    Picture.objects.filter(piece=row.piece_id).update(zone=None)
    page = client.get("/eu/en/pieces/halo-band/engrave/?metal=yellow&inscription=A").content.decode()
    assert "front-yellow" in page and "on-piece" not in page and "alone" in page


# What a piece lacks


def test_the_demo_house_shows_every_view_it_asks_for(staff):
    answer = staff().get(reverse("admin:catalogue_product_changelist") + "?structure__exact=parent")
    assert answer.content.decode().count('alt="True"') >= 2 * 8 and "Pictures missing" not in answer.content.decode()
    column = [
        room.is_complete(piece) for room in [answer.context["cl"].model_admin] for piece in answer.context["cl"].result_list
    ]
    assert len(column) == 8 and all(column)


def test_a_piece_names_what_it_lacks(staff):
    piece = piece_of("arc-bangle")
    Picture.objects.filter(piece=piece, view__in=["front-rose", "engraving-white"]).update(is_ready=False)
    page = staff().get(reverse("admin:catalogue_product_change", args=[piece.pk])).content.decode()
    assert "Pictures missing: front (Rose gold), engraving close-up (White gold)." in page
    listed = staff().get(reverse("admin:catalogue_product_changelist") + "?q=arc+bangle").content.decode()
    assert 'alt="False"' in listed


def test_a_piece_becomes_public_only_with_its_views(staff):
    client, piece = staff(), piece_of()
    Product.objects.filter(pk=piece.pk).update(is_public=False)
    Picture.objects.filter(piece=piece).update(is_ready=False)
    url = reverse("admin:catalogue_product_change", args=[piece.pk])
    form = filled(client, piece) | {"is_public": "on", "title_en": "Halo ring, by hand"}
    answer = client.post(url, form)
    assert answer.status_code == 200
    error = answer.context["adminform"].form.errors["is_public"][0]
    assert "Missing: front." in error and "Halo ring, by hand" in answer.content.decode()
    Picture.objects.filter(piece=piece).update(is_ready=True)
    assert client.post(url, form).status_code == 302
    piece.refresh_from_db()
    assert not piece.is_public  # a second person has to look at it
    assert Proposal.objects.get().changes["title_en"]["after"] == "Halo ring, by hand"


def test_a_text_of_a_public_piece_changes_even_while_a_view_is_missing(staff):
    client, piece = staff(), piece_of()
    Picture.objects.filter(piece=piece).update(is_ready=False)
    form = filled(client, piece) | {"title_en": "Halo ring, by hand"}
    assert form["is_public"] == "on"
    assert client.post(reverse("admin:catalogue_product_change", args=[piece.pk]), form).status_code == 302


def test_a_new_piece_is_not_public_until_its_views_are_there(staff):
    client = staff()
    url = reverse("admin:catalogue_product_add")
    form = client.get(url).context["adminform"].form
    assert form.get_initial_for_field(form.fields["is_public"], "is_public") is False
    kind = piece_of().product_class
    data = {"structure": "parent", "title_en": "New", "slug": "new", "upc": "NEW", "product_class": kind.pk, "position": 99}
    data |= {"size_position": 0, "priority": 0, "is_discountable": "on", "is_public": "on"}
    answer = client.post(url, data)
    assert "Missing: front." in answer.context["adminform"].form.errors["is_public"][0]
    del data["is_public"]
    answer = client.post(url, data)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert not Product.objects.get(slug="new").is_public


def test_the_list_of_pieces_asks_no_more_queries_for_more_pieces(staff):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.pages.test_budgets import copies

    client, url = staff(), reverse("admin:catalogue_product_changelist") + "?structure__exact=parent"

    def count():
        client.get(url)
        with CaptureQueriesContext(connection) as asked:
            client.get(url)
        return len(asked)

    few = count()
    copies(0, 12)
    assert count() <= few


@pytest.mark.parametrize("mark", ["<", ">"])
def test_sixteen_bits_of_grey_are_read_in_either_order_of_bytes(mark):
    width, height = 1300, 1300
    tags = [(256, 4, width), (257, 4, height), (258, 3, 16), (259, 3, 1), (262, 3, 1)]
    tags += [(273, 4, 8 + 2 + 12 * 9 + 4), (277, 3, 1), (278, 4, height), (279, 4, width * height * 2)]
    entries = b"".join(
        struct.pack(f"{mark}HHI", tag, kind, 1)
        + struct.pack(f"{mark}HH" if kind == 3 else f"{mark}I", *((value, 0) if kind == 3 else (value,)))
        for tag, kind, value in tags
    )
    head = (b"II*\0" if mark == "<" else b"MM\0*") + struct.pack(f"{mark}IH", 8, len(tags)) + entries + bytes(4)
    image = encoding.upright(head + struct.pack(f"{mark}H", 150 * 257) * (width * height))
    assert near(image.getpixel((10, 10)), (150, 150, 150))
