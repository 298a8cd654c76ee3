"""Finding, filling and emptying a client's bag."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.http import HttpRequest

from catalog import sizing
from catalog.models import Product
from services.engraving import commissioning, surfaces
from services.engraving.models import Inscription, Zone
from services.engraving.surfaces import LID, PIECE
from services.foundation.scheduling import is_shown
from services.foundation.units import claiming
from services.foundation.units.models import Hold
from services.foundation.visitors import digest, network_key
from services.gifting import wrapping
from services.gifting.models import Wrapping
from services.launches import opening

from .models import Basket, Line
from .refusals import BagFull, BagOrdered, NoLid, NotForSale, OneOfAKind

__all__ = ["digest", "network_key"]
SESSION_KEY = "bag"
MOST_PIECES = 10  # houses cap an order at five to ten creations
MOST_OF_ONE = 3


@dataclass(frozen=True)
class Buyer:
    """Who fills a bag: the signed-in client or None, and keyed digests of session and network for the caps."""

    user: object | None
    client_key: str
    network_key: str


def buyer_of(request: HttpRequest) -> Buyer:
    """Who is asking."""
    user = request.user if request.user.is_authenticated else None
    if not user and not request.session.session_key:
        request.session.create()
    who = f"user:{user.pk}" if user else f"session:{request.session.session_key}"
    return Buyer(user, digest("client", who), network_key(request))


def of_request(request: HttpRequest) -> Basket | None:
    """The open bag of this session, or of the signed-in client, in this region; None when there is none. Asked once a request."""
    if not hasattr(request, "_bag"):
        request._bag = _find(request)
    return request._bag


def _find(request: HttpRequest) -> Basket | None:
    region = request.region
    token = request.session.get(SESSION_KEY)
    bag = Basket.objects.filter(token=token, status=Basket.OPEN).first() if token else None
    if bag is None and request.user.is_authenticated:
        bag = Basket.objects.filter(owner=request.user, status=Basket.OPEN, region_code=region.code).order_by("-pk").first()
        if bag:
            request.session[SESSION_KEY] = bag.token
    if bag and bag.owner_id and bag.owner_id != request.user.pk:
        return None
    if bag and bag.region_code != region.code:
        # One stock, other prices: the bag follows the client into the region where he now shops.
        Basket.objects.filter(pk=bag.pk).update(region_code=region.code)
        bag.region_code = region.code
    if bag and bag.owner_id is None and request.user.is_authenticated:
        Basket.objects.filter(pk=bag.pk, owner=None).update(owner=request.user)
    return bag


def open_for(request: HttpRequest) -> Basket:
    """The client's bag, made when he has none."""
    bag = of_request(request)
    if bag is None:
        owner = request.user if request.user.is_authenticated else None
        bag = request._bag = Basket.objects.create(owner=owner, region_code=request.region.code)
        request.session[SESSION_KEY] = bag.token
    return bag


def locked(bag: Basket) -> None:
    """Lock an open bag until the transaction ends. Raises BagOrdered when it has become an order meanwhile (another tab)."""
    if not Basket.objects.select_for_update().filter(pk=bag.pk, status=Basket.OPEN).exists():
        raise BagOrdered()


@transaction.atomic
def add(
    bag: Basket,
    variant: Product,
    *,
    quantity: int,
    engraving: commissioning.Wish | None,
    gift: wrapping.Wish | None,
    buyer: Buyer,
    language: str,
    now: datetime,
    lid: commissioning.Wish | None = None,
) -> Line:
    """Put a piece into the bag with what was kept for it. Raises a refusal of bag, launch, units, engraving or gifting."""
    locked(bag)
    lines = list(Line.objects.filter(basket=bag).select_related("product", "wrapping").prefetch_related(surfaces.kept()))
    held = set(Hold.objects.filter(line__basket=bag, expires_at__gt=Now()).values_list("line_id", flat=True))
    # Its time ran out in the bag: putting it in again renews that line, it does not make a second one.
    lapsed = next((x for x in lines if variant.piece.is_scarce and x.product_id == variant.pk and x.pk not in held), None)
    if lapsed:
        lines.remove(lapsed)
    in_bag = sum(line.quantity for line in lines)
    same = sum(line.quantity for line in lines if line.product_id == variant.pk)
    if in_bag + quantity > MOST_PIECES or same + quantity > MOST_OF_ONE:
        raise BagFull(most=MOST_PIECES, most_of_one=MOST_OF_ONE)
    if quantity > 1 and (engraving or gift or variant.piece.is_scarce):  # each is one of its kind
        raise BagFull(most=MOST_PIECES, most_of_one=1)
    stockrecord = variant.stockrecords.first()
    if stockrecord is None or not variant.is_public or not is_shown(variant.piece, now):
        raise NotForSale()
    launch = opening.of_pieces([variant.piece.pk]).get(variant.piece.pk)
    if launch:
        mine = sum(x.quantity for x in lines if x.pk in held and x.product.parent_id == variant.parent_id)
        opening.check(launch, client=buyer.user, now=now, held=mine)
    plain = next((x for x in lines if x.product_id == variant.pk and not has_craft(x)), None)
    if plain and not engraving and not gift and not variant.piece.is_scarce:
        Line.objects.filter(pk=plain.pk).update(quantity=F("quantity") + quantity)
        plain.refresh_from_db()
        return plain
    line = lapsed or Line.objects.create(basket=bag, product=variant, stockrecord=stockrecord, quantity=quantity)
    if engraving:
        commissioning.keep(_for(variant, engraving), bag_line_id=line.pk, size=variant.size, language=language, now=now)
    if gift:
        wrapping.keep(gift, bag_line_id=line.pk, kind_id=variant.piece.product_class_id)
        if lid:
            _keep_lid(line, lid, language=language, now=now)
    if variant.piece.is_scarce:
        _hold(line, buyer)
    return line


def _for(variant: Product, wish: commissioning.Wish) -> commissioning.Wish:
    """A wish for a variant: only what comes in sizes can wait for one."""
    return replace(wish, waits_for_size=wish.waits_for_size and bool(variant.size) and sizing.has_sizer(variant.piece))


def _hold(line: Line, buyer: Buyer) -> None:
    claiming.release(line_id=line.pk)  # what has run out
    claiming.hold(
        line_id=line.pk,
        variant_id=line.product_id,
        quantity=line.quantity,
        client_key=buyer.client_key,
        network_key=buyer.network_key,
    )


@transaction.atomic
def hold_again(bag: Basket, reference: str, *, buyer: Buyer, now: datetime) -> None:
    """Hold a scarce piece anew whose time ran out. Raises a refusal of bag, launch or units."""
    locked(bag)
    line = Line.objects.select_related("product__parent").filter(basket=bag, line_reference=reference).first()
    if line is None or not line.product.piece.is_scarce:
        return
    if not is_shown(line.product.piece, now):
        raise NotForSale()
    if Hold.objects.filter(line=line, expires_at__gt=Now()).exists():
        return
    launch = opening.of_pieces([line.product.piece.pk]).get(line.product.piece.pk)
    if launch:
        opening.check(launch, client=buyer.user, now=now)
    _hold(line, buyer)


def has_craft(line: Line) -> bool:
    """Whether a line carries an inscription or a packing, and so is one of a kind."""
    return line.inscription is not None or hasattr(line, "wrapping")


@transaction.atomic
def remove(bag: Basket, reference: str) -> Line | None:
    """Take a line out and give back what it held; returns it (unsaved), or None when it was gone. Raises BagOrdered."""
    locked(bag)
    line = Line.objects.filter(basket=bag, line_reference=reference).first()
    if line:
        claiming.release(line_id=line.pk)
        _hand_on(line, wrapping.take_off(bag_line_id=line.pk))
        line.delete()
    return line


@transaction.atomic
def change_quantity(bag: Basket, reference: str, quantity: int) -> None:
    """Set a line's quantity, 1 to the cap. Raises BagFull or BagOrdered; a scarce or engraved piece stays one."""
    locked(bag)
    line = Line.objects.select_related("product__parent").filter(basket=bag, line_reference=reference).first()
    if line is None:
        return
    others = sum(x.quantity for x in Line.objects.filter(basket=bag).exclude(pk=line.pk))
    capped = 1 if has_craft(line) or line.product.piece.is_scarce else MOST_OF_ONE
    if not 1 <= quantity <= capped or others + quantity > MOST_PIECES:
        raise BagFull(most=MOST_PIECES, most_of_one=capped)
    Line.objects.filter(pk=line.pk).update(quantity=quantity)


@transaction.atomic
def change_engraving(bag: Basket, reference: str, wish: commissioning.Wish | None, *, language: str, now: datetime) -> None:
    """Engrave a piece in the bag anew, or (None) not at all. Raises BagOrdered, OneOfAKind or a refusal of engraving."""
    line = _line_to_craft(bag, reference)
    if line and wish is None:
        commissioning.take_off(bag_line_id=line.pk)
    elif line and wish:
        commissioning.keep(_for(line.product, wish), bag_line_id=line.pk, size=line.product.size, language=language, now=now)


@transaction.atomic
def change_sizer(bag: Basket, reference: str, *, wanted: bool) -> None:
    """Send a sizer before an engraved piece of the bag, or not. Raises BagOrdered."""
    locked(bag)
    line = Line.objects.select_related("product__parent__product_class").filter(basket=bag, line_reference=reference).first()
    if line:
        waits = wanted and bool(line.product.size) and sizing.has_sizer(line.product.piece)
        Inscription.objects.filter(bag_line=line, surface=PIECE).update(waits_for_size=waits)


@transaction.atomic
def change_packing(bag: Basket, reference: str, wish: wrapping.Wish | None) -> None:
    """Pack a piece in the bag anew, or (None) not as a gift. Raises BagOrdered, OneOfAKind or a refusal of gifting."""
    line = _line_to_craft(bag, reference)
    if line and wish is None:
        _hand_on(line, wrapping.take_off(bag_line_id=line.pk))
    elif line and wish:
        packing = wrapping.keep(wish, bag_line_id=line.pk, kind_id=line.product.piece.product_class_id)
        # The words belong to the lid of one box: they were set for it, and agreed to on it.
        Inscription.objects.filter(bag_line=line, surface=LID).exclude(zone__box=packing.box_id).delete()


@transaction.atomic
def change_lid(bag: Basket, reference: str, wish: commissioning.Wish | None, *, language: str, now: datetime) -> None:
    """Other words, or (None) none, on the lid of the box that a line has. Raises BagOrdered, NoLid or a refusal of engraving."""
    line = _line_to_craft(bag, reference)
    if line and wish is None:
        commissioning.take_off(bag_line_id=line.pk, surface=LID)
    elif line and wish:
        _keep_lid(line, wish, language=language, now=now)


def _keep_lid(line: Line, wish: commissioning.Wish, *, language: str, now: datetime) -> None:
    """Words on a line's own box, once for each box: what lies in another's has no lid of its own. Raises NoLid."""
    box_of_zone = Zone.objects.filter(pk=wish.zone_id).values("box")
    if not Wrapping.objects.filter(bag_line=line, in_box_of=None, box__in=box_of_zone).exists():
        raise NoLid()
    commissioning.keep(replace(wish, waits_for_size=False), bag_line_id=line.pk, language=language, now=now)


def _hand_on(line: Line, heir_id: int | None) -> None:
    """The words on a lid go with their box: to the line that has it now, or away with it."""
    lid = Inscription.objects.filter(bag_line=line, surface=LID)
    if heir_id:
        lid.update(bag_line=heir_id)
    else:
        lid.delete()


@transaction.atomic
def share_box(bag: Basket, reference: str, host_reference: str) -> None:
    """Put a piece into the box of another. Raises BagOrdered, OneOfAKind or a refusal of gifting."""
    line = _line_to_craft(bag, reference)
    host = Line.objects.filter(basket=bag, line_reference=host_reference).first()
    if line and host:
        kind_id = line.product.piece.product_class_id
        _hand_on(line, wrapping.put_into(host.pk, bag_line_id=line.pk, kind_id=kind_id))
        Line.objects.filter(pk=line.pk).update(recipient=host.recipient_id)  # what lies in one box goes to one person


def _line_to_craft(bag: Basket, reference: str) -> Line | None:
    locked(bag)
    line = Line.objects.select_related("product__parent").filter(basket=bag, line_reference=reference).first()
    if line and line.quantity > 1:
        raise OneOfAKind()
    return line
