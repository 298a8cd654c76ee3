"""What the checkout page sends: read, checked, and never lost. Errors are sentences beside their field."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from services.delivery import addresses
from services.delivery.models import SavedAddress
from services.delivery.places import Place
from services.foundation.contacts.addresses import NotAMobile, mobile
from services.foundation.regions.models import Region

from . import gift_forms
from .invoicing import fapiao

FIELDS = ("email", *addresses.FIELDS, "payment", *gift_forms.FIELDS, *fapiao.FIELDS)
#: What says where: while none of it was typed, a kept address may stand there first.
_WHERE = ("subdivision", "city", "district", "line1", "line2", "postcode")


@dataclass
class Typed:
    """The fields as typed, and what is wrong with them."""

    values: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    terms: bool = False
    keep_address: bool = False
    #: Where gifts by link go from here.
    gift_countries: list[str] = field(default_factory=list)
    #: Whether its pieces can go to several recipients.
    several: bool = False


def starting(
    saved: dict,
    *,
    region: Region,
    user,
    kept: list[SavedAddress],
    to: Place | None = None,
    gift_countries: list[str],
    several: bool,
) -> Typed:
    """What the page shows first: what was typed before, else where he wants it, else what we know of the client.

    ``kept``: his addresses in this region, the usual one first. ``to``: where he asked for a day on the pages before.
    ``gift_countries``: where gifts by link go; ``several``: whether there can be several recipients.
    """
    values = {name: str(saved.get(name, "")) for name in FIELDS}
    usual_is_there = bool(kept) and (to is None or _lies_in(kept[0].fields, to))
    if to and not saved and not usual_is_there:
        values |= {"country": to.country, "subdivision": to.subdivision, "city": to.city}
    elif kept and kept[0].is_default and not any(values[name].strip() for name in _WHERE):
        usual = kept[0].fields
        values |= usual | {name: values[name] or usual[name] for name in ("name", "mobile")}
    values["country"] = values["country"] if values["country"] in region.countries else region.countries[0]
    values["payment"] = values["payment"] if _is_way(values["payment"], region) else region.payment_methods[0]
    gift_forms.settle(values, gift_countries, several=several)
    if user.is_authenticated:
        values["email"] = values["email"] or user.email or ""
        values["mobile"] = values["mobile"] or user.mobile or ""
        values["name"] = values["name"] or user.name
    return Typed(values, gift_countries=gift_countries, several=several)


def _lies_in(values: dict[str, str], place: Place) -> bool:
    """Whether an address lies in a place, which may be a whole country or one of its states."""
    named = {"country": place.country, "subdivision": place.subdivision, "city": place.city}
    return all(values[name] == said for name, said in named.items() if said)


def read(post, *, region: Region, gift_countries: list[str], several: bool) -> Typed:
    """The sent form, checked: the address, or for a gift by link what is asked instead."""
    values = {name: post.get(name, "")[:200] for name in FIELDS} | gift_forms.read(post)
    gift_forms.settle(values, gift_countries, several=several)
    typed = Typed(values, terms=post.get("terms") == "yes", keep_address=post.get("keep_address") == "yes")
    typed.gift_countries, typed.several = gift_countries, several
    fapiao.settle(values, is_asked=region.asks_fapiao)
    typed.errors |= fapiao.problems(values)
    if values["country"] not in region.countries:
        values["country"] = region.countries[0]
    if gift_forms.is_chosen(values):
        typed.errors |= gift_forms.problems(values) | _own_mobile(values)
    elif gift_forms.is_for_several(values):
        typed.errors |= _own_mobile(values)
    else:
        typed.errors |= addresses.problems({name: values[name] for name in addresses.FIELDS})
    email = values["email"].strip()
    if email:
        try:
            validate_email(email)
        except ValidationError:
            typed.errors["email"] = _("Please check the e-mail address.")
    elif not region.mobile_suffices:
        typed.errors["email"] = _("Please write your e-mail address: we send the confirmation there.")
    if not _is_way(values["payment"], region):
        typed.errors["payment"] = _("Please choose how to pay.")
    if not typed.terms:
        typed.errors["terms"] = _("Please read and accept the terms.")
    return typed


def _is_way(payment: str, region: Region) -> bool:
    """Whether a way to pay is of a kind that the region has; whether this order can have it, its offers say."""
    return payment.partition(":")[0] in region.payment_methods


def _own_mobile(values: dict[str, str]) -> dict[str, str]:
    """The payer's own number, which no courier rings: needed only where there is no e-mail address."""
    if not values["mobile"].strip() and values["email"].strip():
        return {}
    try:
        mobile(values["mobile"], country=values["country"])
    except NotAMobile as no:
        return {"mobile": no.sentence()}
    return {}


def e164(values: dict[str, str]) -> str:
    """The mobile number of a checked form."""
    try:
        return mobile(values["mobile"], country=values["country"])
    except NotAMobile:
        return ""
