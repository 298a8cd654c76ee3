"""What the tests of a client's own rooms share."""

from django.urls import reverse

from checkout.order.models import Order
from flagship.clients.models import User
from tests import makers
from tests.makers import fill, place, variant

PARIS = {
    "name": "Anna Test",
    "mobile": "06 12 34 56 78",
    "country": "FR",
    "subdivision": "",
    "city": "Paris",
    "district": "",
    "line1": "12 rue de Rivoli",
    "line2": "",
    "postcode": "75001",
}
SHANGHAI = PARIS | {
    "name": "王小明",
    "mobile": "138 0013 8000",
    "country": "CN",
    "subdivision": "上海市",
    "city": "上海市",
    "district": "静安区",
    "line1": "南京西路 1515 号",
    "postcode": "",
}
BERLIN = PARIS | {"country": "DE", "city": "Berlin", "line1": "Torstraße 1", "postcode": "10119", "mobile": "+49 30 901820"}


def address_of(room: str, *args: object, home: str = "/eu/en") -> str:
    return home + reverse(room, "flagship.storefront", args=args)


def order_of(user: User, *, state=None, **changed) -> Order:
    """An order of a client: one engraved and wrapped piece."""
    who = makers.buyer(user.email, user)
    found = place(fill(variant(), who=who, engraved="A & P", gift=makers.GIFT), who=who, **changed)
    if state:
        Order.objects.filter(pk=found.pk).update(status=state)
    return found
