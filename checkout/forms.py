"""What the checkout page sends: read, checked, and never lost. Errors are sentences beside their field."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from services.delivery import addresses
from services.delivery.places import Place
from services.foundation.contacts.addresses import NotAMobile, mobile
from services.foundation.regions.models import Region

ADDRESS_FIELDS = ("name", "mobile", "country", "subdivision", "city", "district", "line1", "line2", "postcode")
FIELDS = ("email", *ADDRESS_FIELDS, "payment")


@dataclass
class Typed:
    """The fields as typed, and what is wrong with them."""

    values: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    terms: bool = False


def starting(saved: dict, *, region: Region, user, to: Place | None = None) -> Typed:
    """What the page shows first: what was typed before, else where he wants it, else what we know of the client."""
    values = {name: str(saved.get(name, "")) for name in FIELDS}
    if to and not saved:
        values |= {"country": to.country, "subdivision": to.subdivision, "city": to.city}
    values["country"] = values["country"] if values["country"] in region.countries else region.countries[0]
    values["payment"] = values["payment"] if values["payment"] in region.payment_methods else region.payment_methods[0]
    if user.is_authenticated:
        values["email"] = values["email"] or user.email or ""
        values["mobile"] = values["mobile"] or user.mobile or ""
        values["name"] = values["name"] or user.name
    return Typed(values)


def read(post, *, region: Region) -> Typed:
    """The sent form, checked."""
    values = {name: post.get(name, "")[:200] for name in FIELDS}
    typed = Typed(values, terms=post.get("terms") == "yes")
    if values["country"] not in region.countries:
        values["country"] = region.countries[0]
    typed.errors |= addresses.problems({name: values[name] for name in ADDRESS_FIELDS})
    email = values["email"].strip()
    if email:
        try:
            validate_email(email)
        except ValidationError:
            typed.errors["email"] = _("Please check the e-mail address.")
    elif region.code != "cn":
        typed.errors["email"] = _("Please write your e-mail address: we send the confirmation there.")
    if values["payment"] not in region.payment_methods:
        typed.errors["payment"] = _("Please choose how to pay.")
    if not typed.terms:
        typed.errors["terms"] = _("Please read and accept the terms.")
    return typed


def e164(values: dict[str, str]) -> str:
    """The mobile number of a checked form."""
    try:
        return mobile(values["mobile"], country=values["country"])
    except NotAMobile:
        return ""
