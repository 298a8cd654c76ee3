"""Making a link to pay, and what becomes of it. Prices are the house's own of the day: an adviser types none.

The secret in the address is 256 bits that follow from a seed and the house's secret key, so that a copy of the database opens
nothing. The bag is locked before its link, as placement does: it is ordered, or its link ends, never both.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from catalog.models import Product
from checkout.basket import bags, contents
from checkout.basket.models import Basket, Line
from services.foundation.outbox import posting
from services.foundation.regions.models import Region
from services.foundation.units import claiming
from services.foundation.units.refusals import NoneFree
from services.launches import opening

from .models import PayLink, PayLinkMove
from .refusals import LinkOver, NoneLeft, NonePieces, NoPiece, NotPriced, OfLaunch
from .states import LINK_MOVES, OPEN_LINKS, LinkState

#: For how many hours an adviser may set pieces aside.
HOURS = (2, 6, 24, 48, 72)
#: The reminder goes out when so much of the time is left, of a link that lives for longer.
REMIND_BEFORE = timedelta(hours=2)


@dataclass(frozen=True)
class Wish:
    """What an adviser chose. ``pieces``: references of variants, each with its quantity."""

    client_name: str
    email: str
    region: Region
    language: str
    hours: int
    pieces: Sequence[tuple[str, int]]
    words: str = ""
    country: str = ""
    city: str = ""


@transaction.atomic
def make(wish: Wish, *, adviser, now: datetime) -> PayLink:
    """A bag with its pieces set aside, and the link that opens it; the client is written to.

    Raises NonePieces, NoPiece, NotPriced, NoneLeft, or a refusal of bag or launch; then nothing has changed.
    """
    if not wish.pieces:
        raise NonePieces()
    until = now + timedelta(hours=wish.hours)
    bag = Basket.objects.create(region_code=wish.region.code, details=_details(wish))
    buyer = bags.Buyer(None, bags.digest("adviser", str(bag.pk)), bags.digest("adviser", str(adviser.pk)))
    for reference, quantity in sorted(wish.pieces):
        variant = Product.objects.select_related("parent__product_class").filter(upc=reference, structure=Product.CHILD).first()
        if variant is None:
            raise NoPiece(reference=reference)
        if opening.of_pieces([variant.piece.pk]):
            raise OfLaunch(reference=reference)
        line = bags.add(bag, variant, quantity=quantity, engraving=None, gift=None, buyer=buyer, language=wish.language, now=now)
        _set_aside(line, variant, until, buyer.client_key)
    _check_prices(bag, wish.region, now)
    seed = secrets.token_hex(32)
    link = PayLink.objects.create(
        bag=bag,
        region_code=wish.region.code,
        language=wish.language,
        client_name=wish.client_name,
        email=wish.email,
        words=wish.words,
        expires_at=until,
        seed=seed,
        secret_sha256=_sha256(_secret(bag.pk, seed)),
        adviser=adviser,
        made_at=now,
    )
    PayLinkMove.objects.create(link=link, new_state=LinkState.WAITING, by=adviser, by_words="adviser", at=now)
    posting.post("letter.pay_link", key=f"letter:pay-link:{link.pk}:made", link_id=link.pk, why="made")
    return link


def _details(wish: Wish) -> dict[str, str]:
    """What the adviser knows already stands in the checkout's fields."""
    return {"email": wish.email, "name": wish.client_name, "country": wish.country, "city": wish.city}


def _set_aside(line: Line, variant: Product, until: datetime, client_key: str) -> None:
    """Keep the pieces of a line till then. What the atelier makes needs none."""
    try:
        claiming.set_aside(line_id=line.pk, variant_id=variant.pk, quantity=line.quantity, client_key=client_key, until=until)
    except NoneFree:
        if not variant.piece.made_to_order_weeks:
            raise NoneLeft(reference=variant.upc) from None


def _check_prices(bag: Basket, region: Region, now: datetime) -> None:
    for item in contents.of(bag, region=region, now=now).items:
        if item.unit_price is None:
            raise NotPriced(reference=item.variant.upc)


def secret_of(link: PayLink) -> str:
    """What stands in the address: 43 signs that cannot be guessed."""
    return _secret(link.bag_id, link.seed)


def _secret(bag_id: int, seed: str) -> str:
    mac = hmac.new(settings.SECRET_KEY.encode(), f"pay-link:{bag_id}:{seed}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac).decode().rstrip("=")


def _sha256(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def find(secret: str) -> PayLink | None:
    """The link of a secret; None for a guess."""
    return PayLink.objects.select_related("bag", "adviser").filter(secret_sha256=_sha256(secret)).first()


def is_over(link: PayLink, *, now: datetime) -> bool:
    """Whether nothing can be ordered by it any more, also where nobody has ended it yet."""
    return not link.is_open or link.expires_at <= now


def open_by_client(link: PayLink, *, now: datetime) -> None:
    """The client goes on to checkout; the second time changes nothing. Raises LinkOver."""
    if is_over(link, now=now):
        raise LinkOver()
    if link.state == LinkState.WAITING:
        _move(link, str(LinkState.OPENED), by_id=None, by_words="client", now=now)


def check_place(bag: Basket, *, now: datetime) -> None:
    """Of a bag that an adviser made, locked: raises LinkOver when its link is over."""
    link = PayLink.objects.filter(bag=bag).first()
    if link and is_over(link, now=now):
        raise LinkOver()


def used(bag: Basket, *, now: datetime) -> None:
    """The bag became an order. Inside the placement's transaction, the bag locked."""
    link = PayLink.objects.filter(bag=bag).first()
    if link:
        _move(link, str(LinkState.ORDERED), by_id=None, by_words="client", now=now)


@transaction.atomic
def cancel(link: PayLink, *, by_id: int, now: datetime) -> None:
    """The adviser takes it back; the pieces are free again. Raises LinkOver when it was ordered, or has ended, before."""
    _end(link, str(LinkState.CANCELLED), by_id=by_id, by_words="adviser", now=now)


def expire_overdue(*, now: datetime) -> None:
    """What beat does: every link whose time is over."""
    for link in PayLink.objects.filter(state__in=OPEN_LINKS, expires_at__lte=now)[:200]:
        try:
            with transaction.atomic():
                _end(link, str(LinkState.EXPIRED), by_id=None, by_words="clock", now=now)
        except LinkOver:  # ordered this very second
            continue


def remind(*, now: datetime) -> None:
    """What beat does: a letter when the time is nearly over, once, of a link that lives for longer than that."""
    near = PayLink.objects.filter(state__in=OPEN_LINKS, reminded_at=None, expires_at__gt=now)
    for link in near.filter(expires_at__lte=now + REMIND_BEFORE)[:200]:
        if link.expires_at - link.made_at <= 2 * REMIND_BEFORE:
            continue
        with transaction.atomic():
            if PayLink.objects.filter(pk=link.pk, reminded_at=None).update(reminded_at=now):
                posting.post("letter.pay_link", key=f"letter:pay-link:{link.pk}:reminder", link_id=link.pk, why="reminder")


def _end(link: PayLink, to: str, *, by_id: int | None, by_words: str, now: datetime) -> None:
    bag = Basket.objects.select_for_update().get(pk=link.bag_id)
    link.refresh_from_db(fields=["state"])
    if bag.status != Basket.OPEN:
        raise LinkOver()
    _move(link, to, by_id=by_id, by_words=by_words, now=now)
    Basket.objects.filter(pk=bag.pk).update(status=Basket.FROZEN)
    for line_id in Line.objects.filter(basket=bag).values_list("pk", flat=True):
        claiming.release(line_id=line_id)


def _move(link: PayLink, to: str, *, by_id: int | None, by_words: str, now: datetime) -> None:
    before = link.state
    if to not in LINK_MOVES[before] or not PayLink.objects.filter(pk=link.pk, state=before).update(state=to):
        raise LinkOver()
    PayLinkMove.objects.create(link=link, old_state=before, new_state=to, by_id=by_id, by_words=by_words, at=now)
    link.state = to
