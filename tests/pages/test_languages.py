"""No English is left where a client reads Chinese or French: every page there is, signed in and on the way to an order."""

import re

import pytest

from services.delivery import keeping
from tests.languages import HOMES, english_in, order_with_everything, words_of
from tests.makers import DETAILS, client_of, variant
from tests.pages.test_pages import PAGES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
MORE = ["gifts/", "gifts/?occasion=wedding&to=500", "boutiques/", "wishes/", "search/?q=braclet", "search/?q=zzzz", "nothing/"]
MORE += [f"about/{page}/" for page in ("privacy", "services", "care", "delivery-and-returns", "accessibility")]
ROOMS = ["", "orders/", "addresses/", "addresses/new/", "sizes/", "wishes/", "plans/", "contact/", "privacy/", "privacy/erase/"]
#: What is a name in every language: ours, boutiques', and the demo's words for languages.
NAMES = ("Maison Arcenne", "Fifth Avenue", "Anna Test")


def look(client, address: str) -> None:
    answer = client.get(address, follow=True)
    assert answer.status_code in (200, 404), address
    check(answer, address)


def check(answer, address: str) -> None:
    page = re.sub(r'(?s)<(\w+)[^>]*\slang="en"[^>]*>.*?</\1>', "", answer.content.decode())
    text = words_of(page)
    for name in NAMES:
        text = text.replace(name, "")
    assert not english_in(text), (address, english_in(text))


@pytest.mark.parametrize("region", ["cn/zh-hans", "eu/fr"])
class TestNoEnglishIsLeft:
    def test_on_any_page_that_a_visitor_sees(self, client, region):
        for page in PAGES + MORE:
            look(client, f"/{region}/{page}")

    def test_in_any_room_of_a_client(self, client, region, standin):
        user = client_of("anna")
        code, language = region.split("/")
        order = order_with_everything(code, language, standin, payment="instalments", user=user)
        home = HOMES[code] or {
            f: getattr(DETAILS, f) for f in ("country", "subdivision", "city", "line1", "postcode", "mobile", "name")
        }
        keeping.keep(user.pk, {"line2": "", "district": "", **home})
        client.force_login(user)
        client.post(f"/{region}/wishes/keep/", {"piece": "halo-band", "metal": "yellow", "size": "52"})
        for room in ROOMS:
            look(client, f"/{region}/account/{room}")
        for page in ("", "change/address/", "change/day/", "cancel/"):
            look(client, f"/{region}/orders/{order.number}/{page}")
        gift = next(line for line in order.lines.all() if getattr(line, "wrapping", None))
        look(client, f"/{region}/orders/{order.number}/change/gift/{gift.pk}/")

    def test_on_a_filled_checkout_and_one_that_is_refused(self, client, region):
        code = region.split("/")[0]
        size = variant().size
        client.post(f"/{region}/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": size})
        look(client, f"/{region}/bag/")
        home = HOMES[code] or {f: getattr(DETAILS, f) for f in ("country", "city", "line1", "postcode", "mobile", "name")}
        check(client.post(f"/{region}/checkout/", {"act": "place", "country": home["country"]}), "an empty checkout")
        form = {**home, "email": "anna@client.example", "payment": "instalments", "act": "update"}
        check(client.post(f"/{region}/checkout/", form), "a filled checkout")
        look(client, f"/{region}/checkout/")
