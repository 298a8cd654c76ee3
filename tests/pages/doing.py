"""What a client does in several tests of the pages, as a browser without script does it."""

import re

from django.core import mail

from tests.makers import work_off

FORM = {
    "email": "anna@client.example",
    "mobile": "06 12 34 56 78",
    "name": "Anna Test",
    "country": "FR",
    "city": "Paris",
    "line1": "12 rue de Rivoli",
    "postcode": "75001",
    "payment": "full",
    "terms": "yes",
    "act": "place",
}


def ticked(client, panel: str, text: str) -> dict[str, str]:
    """Show a text's proof in a panel and tick both boxes beside it: the form as it is ready to be kept, without script."""
    form = {"inscription": text, "face": "roman"}
    proof = field(client.post(panel, {**form, "act": "show"}).content.decode(), "proof")
    return {**form, "spelling": "yes", "final_sale": "yes", "proof": proof, "act": "keep"}


def kept(client, slug: str, text: str = "A & P 14.II", **more):
    """Engrave a piece before it is in the bag."""
    panel = f"/eu/en/pieces/{slug}/engrave/"
    return client.post(panel, {**ticked(client, panel, text), **more})


def field(page: str, name: str) -> str:
    """The value of a hidden field; empty where there is none."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found.group(1) if found else ""


def start_checkout_page(client) -> str:
    client.post("/eu/en/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "52"})
    return client.get("/eu/en/checkout/").content.decode()


def start_checkout(client, slug: str = "halo-band", metal: str = "yellow", size: str = "52") -> dict[str, str]:
    client.post("/eu/en/bag/add/", {"piece": slug, "metal": metal, "size": size})
    page = client.get("/eu/en/checkout/").content.decode()
    return dict(re.findall(r'name="(total|placement)" value="([^"]+)"', page))


def sign_in(client, contact: str) -> str:
    client.post("/eu/en/sign-in/", {"contact": contact})
    work_off()
    return re.search(r"\b(\d{6})\b", mail.outbox[-1].body).group(1)
