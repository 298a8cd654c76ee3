"""One spelling for each contact: lower-case e-mail, E.164 mobile."""

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from services.foundation.refusal import Refusal


class NotAContact(Refusal):
    code = "not-a-contact"

    def sentence(self) -> str:
        return _("Please write an e-mail address or a mobile number, for example name@example.com or 138 0013 8000.")


class NotAMobile(Refusal):
    code = "not-a-mobile"

    def sentence(self) -> str:
        return _("Please check the mobile number.")


def contact(typed: str, *, country: str) -> str:
    """The contact in its one spelling. Raises NotAContact."""
    typed = typed.strip()
    if "@" in typed:
        try:
            validate_email(typed)
        except ValidationError:
            raise NotAContact() from None
        return typed.lower()
    try:
        return mobile(typed, country=country)
    except NotAMobile:
        raise NotAContact() from None


def mobile(typed: str, *, country: str) -> str:
    """A number in E.164. ``country`` (ISO 3166-1) is used when it has no +. Raises NotAMobile."""
    try:
        number = phonenumbers.parse(typed, country)
    except phonenumbers.NumberParseException:
        raise NotAMobile() from None
    if not phonenumbers.is_valid_number(number):
        raise NotAMobile()
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
