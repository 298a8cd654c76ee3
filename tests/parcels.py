"""Short ways to orders with several recipients."""

from dataclasses import replace
from datetime import date

from django.utils import timezone

from checkout import placement, several
from checkout.basket import contents, recipients
from checkout.basket.bags import Buyer
from checkout.basket.models import Basket, Recipient
from checkout.order.models import Order
from services.foundation.regions.links import storefront
from services.foundation.regions.models import Region
from tests import makers

PARIS = {
    "name": "Berthe Ami",
    "mobile": "+33698765432",
    "country": "FR",
    "subdivision": "",
    "city": "Annecy",
    "district": "",
    "line1": "7 quai du Lac",
    "line2": "",
    "postcode": "74000",
}
BERLIN = PARIS | {
    "name": "Clara Freund",
    "mobile": "+4930901820",
    "country": "DE",
    "city": "Berlin",
    "line1": "Torstraße 1",
    "postcode": "10119",
}


def people(bag: Basket, *fields: dict[str, str], days: tuple[date | None, ...] = ()) -> list[Recipient]:
    """The recipients of a bag."""
    asked = [*days, *[None] * len(fields)]
    return [recipients.keep(bag, each, requested_on=day) for each, day in zip(fields, asked, strict=False)]


def split_of(bag: Basket) -> several.Split:
    """A bag as the checkout page shows it."""
    now, region = timezone.now(), Region.objects.get(pk=bag.region_code)
    return several.read(contents.of(bag, region=region, now=now), region=region, now=now)


def agreed(split: several.Split) -> several.Agreed:
    """What the client saw."""
    return several.Agreed(split.version, {each.recipient.pk: each.totals.promise.on for each in split.parcels})


def place(bag: Basket, *, seen: several.Split | None = None, language: str = "en", who: Buyer | None = None, **changed) -> Order:
    """Place a bag with its recipients as the checkout page does; ``seen``: what the page showed, before something changed."""
    seen = seen or split_of(bag)
    with storefront(bag.region_code, language):
        return placement.place(
            bag_id=bag.pk,
            placement_key=bag.placement_key,
            details=replace(makers.DETAILS, **{"several": agreed(seen), **changed}),
            agreed_total=seen.totals.total,
            agreed_day=None,
            region=Region.objects.get(pk=bag.region_code),
            language=language,
            buyer=who or makers.buyer(),
            now=timezone.now(),
        )


def bag_of_two(*, engraved: str = "", gift=None, second=None, region: str = "eu", fields=(PARIS, BERLIN)) -> Basket:
    """A ring for the first, and another piece for the second recipient."""
    bag = makers.fill(makers.variant(), engraved=engraved, gift=gift, region=region)
    makers.add(bag, second or makers.variant("arc-bangle"), gift=gift)
    first, other = people(bag, *fields)
    ring, bangle = bag.lines.order_by("pk")
    recipients.assign(bag, {ring.line_reference: [first.pk], bangle.line_reference: [other.pk]})
    return bag


def paid(standin, bag: Basket | None = None, **changed) -> Order:
    """An order with two recipients that is paid."""
    return makers.pay(place(bag or bag_of_two(), **changed), standin)


def parcels_of(order: Order) -> list[Order]:
    """Its parcels, the first recipient's first."""
    return list(order.parcels.order_by("pk"))
