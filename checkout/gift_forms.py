"""What the checkout page asks of a gift by link instead of an address: read and checked, errors beside their field."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from services.foundation.contacts import addresses
from services.foundation.plain_text import NotPlain, plain
from services.gifting import links

#: The ways of saying where it goes.
TO_ADDRESS, BY_LINK, TO_SEVERAL = "address", "link", "several"
#: The fields, and how many signs each may hold while it is typed.
LONGEST = {
    "delivery": 10,
    "gift_name": 200,
    "gift_contact": 254,
    "gift_country": 2,
    "gift_giver": 200,
    "gift_message": 2000,
    "gift_surprise": 3,
    "gift_send": 3,
}
FIELDS = tuple(LONGEST)


def is_chosen(values: Mapping[str, str]) -> bool:
    """Whether the gift goes by link."""
    return values["delivery"] == BY_LINK


def is_for_several(values: Mapping[str, str]) -> bool:
    """Whether the pieces go to several recipients."""
    return values["delivery"] == TO_SEVERAL


def read(post: Mapping[str, str]) -> dict[str, str]:
    """The fields as they were sent."""
    return {name: post.get(name, "")[:longest] for name, longest in LONGEST.items()}


def settle(values: dict[str, str], countries: list[str], *, several: bool) -> None:
    """What cannot be chosen here falls back to an address, and a country that is none of these to the first.

    ``countries``: where gifts by link go; ``several``: whether there can be several recipients.
    """
    offered = {BY_LINK: bool(countries), TO_SEVERAL: several}
    if not offered.get(values["delivery"]):
        values["delivery"] = TO_ADDRESS
    if values["gift_country"] not in countries:
        values["gift_country"] = countries[0] if countries else ""


def problems(values: Mapping[str, str]) -> dict[str, str]:
    """What is wrong, by field, as sentences in the active language."""
    found: dict[str, str] = {}
    for name, longest in (
        ("gift_name", links.MOST_OF_RECIPIENT),
        ("gift_giver", links.MOST_OF_GIVER),
        ("gift_message", links.MOST_OF_MESSAGE),
    ):
        try:
            if len(plain(values[name]).strip()) > longest:
                found[name] = _("Please shorten this to %(most)s characters.") % {"most": longest}
        except NotPlain as no:
            found[name] = no.sentence()
    if not values["gift_name"].strip():
        found["gift_name"] = _("Please write the recipient’s name.")
    try:
        addresses.contact(values["gift_contact"], country=values["gift_country"])
    except addresses.NotAContact as no:
        found["gift_contact"] = no.sentence()
    return found


def wish(values: Mapping[str, str]) -> links.Wish:
    """What a checked form asks for."""
    return links.Wish(
        recipient=" ".join(plain(values["gift_name"]).split()),
        contact=addresses.contact(values["gift_contact"], country=values["gift_country"]),
        country=values["gift_country"],
        giver=" ".join(plain(values["gift_giver"]).split()),
        message=plain(values["gift_message"]).strip(),
        is_surprise=values["gift_surprise"] == "yes",
        house_writes=values["gift_send"] == "yes",
    )
