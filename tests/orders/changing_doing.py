"""What a client does to change an order, as a browser without script does it."""

import html
import re
from datetime import date

from checkout.order.models import Order
from checkout.order.moving import move
from checkout.order.states import OrderState
from services.delivery import promising
from services.foundation.outbox.models import Job as OutboxJob
from tests.makers import fill, place, variant

PARIS = {
    "name": "Anna Test",
    "mobile": "+33612345678",
    "country": "FR",
    "city": "Paris",
    "line1": "12 rue de Rivoli",
    "line2": "",
    "postcode": "75001",
}
SHANGHAI = {
    "name": "王小明",
    "mobile": "+8613800138000",
    "country": "CN",
    "subdivision": "上海市",
    "city": "上海市",
    "district": "静安区",
    "line1": "南京西路 1515 号",
    "postcode": "",
}
URUMQI = SHANGHAI | {"subdivision": "新疆维吾尔自治区", "city": "乌鲁木齐市", "district": "天山区"}
NEW_YORK = PARIS | {"country": "US", "subdivision": "NY", "city": "New York", "postcode": "10019", "mobile": "+12125551234"}


def confirmed(region: str = "eu", **changed) -> Order:
    """A confirmed order; how it was paid does not matter here."""
    gift = changed.pop("gift", None)
    engraved = changed.pop("engraved", "")
    order = place(fill(variant(), region=region, gift=gift, engraved=engraved), **changed)
    move(order, OrderState.CONFIRMED)
    return order


def opened(client, order: Order, what: str, language: str = "en") -> tuple[str, dict[str, str]]:
    """The address of a form, and its hidden fields; the visitor comes by the order's signed link."""
    client.get(f"/{order.region_code}/{language}/orders/{order.number}/?key={order.access_key}")
    address = f"/{order.region_code}/{language}/orders/{order.number}/change/{what}/"
    page = client.get(address)
    assert page.status_code == 200
    return address, hidden(page)


def hidden(page) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(shown|day)" value="([^"]*)"', page.content.decode()))


def gift_form(order: Order) -> str:
    return f"gift/{order.lines.get().pk}"


def words(page) -> str:
    return html.unescape(page.content.decode())


def nothing_happened(order: Order) -> bool:
    return not order.changes.exists() and not OutboxJob.objects.filter(name="letter.changed").exists()


def working_day(order: Order, days: int) -> date:
    return promising.working_days_after(order.promise, days, promising.holidays_of(order.region_code, since=order.promise))
