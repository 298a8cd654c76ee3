"""An adviser sets pieces aside for a client and writes him a link: one bag, one order, at the house's own prices."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from checkout.basket.models import Basket
from checkout.order.models import Order
from checkout.paylinks import letters, linking, views
from checkout.paylinks.models import PayLink, PayLinkMove
from checkout.paylinks.refusals import LinkOver, NoneLeft, NonePieces, NoPiece, NotPriced, OfLaunch
from checkout.paylinks.states import LinkState
from flagship.clients.models import User
from services.foundation.regions.models import Region
from services.foundation.units.models import Hold, Unit
from tests.makers import buyer, fill, keep_units, open_launch, place, total_of, variant, work_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
#: A piece that the atelier does not make to order.
READY = "filament-pendant"


def adviser() -> User:
    return User.objects.get_or_create(email="adviser@house.example", defaults={"is_staff": True, "name": "Adele"})[0]


def made(*pieces, hours: int = 24, **said) -> PayLink:
    chosen = [(piece.upc, 1) for piece in pieces or [variant()]]
    wish = {"client_name": "Anna Test", "email": "anna@client.example", "region": Region.objects.get(pk="eu"), "language": "en"}
    wish |= {"hours": hours, "pieces": chosen, "words": "As we said.", "country": "FR", "city": "Paris"} | said
    return linking.make(linking.Wish(**wish), adviser=adviser(), now=timezone.now())


def address(link: PayLink) -> str:
    return f"/eu/en/for-you/{linking.secret_of(link)}/"


def form_of(page: str, name: str) -> str:
    return page.split(f'name="{name}" value="')[1].split('"')[0]


def order_by(client, link: PayLink, **changed):
    assert client.post(address(link)).headers["Location"] == "/eu/en/checkout/"
    page = client.get("/eu/en/checkout/").content.decode()
    fields = {"email": "anna@client.example", "mobile": "+33612345678", "name": "Anna Test", "country": "FR", "city": "Paris"}
    fields |= {"line1": "12 rue de Rivoli", "postcode": "75001", "payment": "transfer", "terms": "yes", "act": "place"}
    fields |= {name: form_of(page, name) for name in ("total", "day", "placement", "delivery_shown", "day:transfer")}
    return client.post("/eu/en/checkout/", fields | changed)


def test_pieces_are_set_aside_and_the_client_is_written_to():
    piece = variant(READY)
    keep_units(piece, 1)
    link = made(piece)
    assert Unit.objects.get(variant=piece).hold.expires_at == link.expires_at
    assert link.adviser == adviser() and [move.by for move in PayLinkMove.objects.all()] == [adviser()]
    work_off()
    [letter] = mail.outbox
    assert letters.address_of(link) in letter.body and "As we said." in letter.body and letter.to == ["anna@client.example"]
    assert linking.secret_of(link) not in PayLink.objects.values_list("secret_sha256", "seed")[0]
    with pytest.raises(NoneLeft):
        made(piece)
    assert PayLink.objects.count() == 1 and Basket.objects.count() == 1


def test_the_client_orders_it_without_an_account_and_only_once(client):
    piece = variant(READY)
    total = total_of(fill(piece))
    keep_units(piece, 1)
    link = made(piece)
    page = client.get(address(link))
    assert page.status_code == 200 and "Set aside for you" in page.content.decode()
    assert page["Referrer-Policy"] == "same-origin" and "no-store" in page["Cache-Control"]
    answer = order_by(client, link)
    order = Order.objects.get()
    assert answer.status_code == 303 and order.number in answer.headers["Location"]
    assert order.total_incl_tax == total
    assert Unit.objects.get(variant=piece).order_line.order == order and not Hold.objects.exists()
    link.refresh_from_db()
    assert link.state == LinkState.ORDERED
    over = client.get(address(link))
    assert over.status_code == 410 and "has been ordered" in over.content.decode()
    assert client.post(address(link)).status_code == 410


def test_the_bag_that_was_there_before_comes_back(client):
    own = fill(variant())
    session = client.session
    session["bag"] = own.token
    session.save()
    link = made(variant(metal="yellow"))
    assert "own bag" in client.get(address(link)).content.decode()
    order_by(client, link)
    assert client.session["bag"] == own.token and Basket.objects.get(pk=own.pk).lines.count() == 1


def test_the_price_is_the_house_s_of_the_day(client):
    link = made()
    answer = order_by(client, link, total="1.00")
    assert answer.status_code == 409 and not Order.objects.exists()


def test_after_its_time_it_orders_nothing_and_says_whom_to_ask(client):
    piece = variant(READY)
    keep_units(piece, 1)
    link = made(piece, hours=2)
    client.post(address(link))
    PayLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    answer = client.get(address(link))
    assert answer.status_code == 410 and "advisers@" in answer.content.decode()
    link.bag.placement_key = "11111111-1111-1111-1111-111111111111"
    link.bag.save()
    with pytest.raises(LinkOver):
        place(link.bag)
    linking.expire_overdue(now=timezone.now())
    link.refresh_from_db()
    assert link.state == LinkState.EXPIRED and Unit.objects.get(variant=piece).hold is None
    away = client.get("/eu/en/checkout/")
    assert away.status_code == 303 and away.headers["Location"] == address(link)


def test_an_adviser_takes_it_back():
    piece = variant(READY)
    keep_units(piece, 1)
    link = made(piece)
    linking.cancel(link, by_id=adviser().pk, now=timezone.now())
    assert Unit.objects.get(variant=piece).hold is None and link.state == LinkState.CANCELLED
    with pytest.raises(LinkOver):
        linking.cancel(link, by_id=adviser().pk, now=timezone.now())
    work_off()
    assert mail.outbox == []


def test_what_was_ordered_is_not_taken_back():
    link = made()
    link.bag.placement_key = "11111111-1111-1111-1111-111111111111"
    link.bag.save()
    place(link.bag, who=buyer("anna"))
    with pytest.raises(LinkOver):
        linking.cancel(link, by_id=adviser().pk, now=timezone.now())


def test_a_reminder_goes_out_once_and_not_for_a_short_one():
    link, short = made(), made(hours=2)
    work_off()
    mail.outbox.clear()
    for moment in (link.expires_at - timedelta(hours=3), link.expires_at - timedelta(hours=1), link.expires_at):
        linking.remind(now=moment)
        work_off()
    link.refresh_from_db()
    short.refresh_from_db()
    assert link.reminded_at and short.reminded_at is None
    assert [letter.subject for letter in mail.outbox] == ["Your pieces are set aside for a little while yet"]


def test_what_cannot_be_set_aside_is_said():
    with pytest.raises(NonePieces):
        made(pieces=[])
    with pytest.raises(NoPiece):
        made(pieces=[("NOTHING", 1)])
    open_launch()
    with pytest.raises(OfLaunch):
        made(variant("arc-bangle-small-diamonds"))
    piece = variant()
    piece.prices.filter(region_id="eu").delete()
    with pytest.raises(NotPriced):
        made(piece)
    assert not PayLink.objects.exists() and not Basket.objects.exists()


def test_guesses_find_nothing_and_are_counted(client, monkeypatch):
    link = made()
    for guess in ("x", linking.secret_of(link)[:-1] + "-", "A" * 43):
        assert client.get(f"/eu/en/for-you/{guess}/").status_code == 404
    assert client.get(f"/us/en/for-you/{linking.secret_of(link)}/").status_code == 404
    monkeypatch.setattr(views, "_ASKED", 0)
    assert client.get(address(link)).status_code == 429


def test_what_somebody_has_taken_who_is_signed_in_is_his(client):
    link, other = made(), User.objects.create_user("other@client.example")
    Basket.objects.filter(pk=link.bag_id).update(owner=other)
    assert client.post(address(link)).status_code == 404
