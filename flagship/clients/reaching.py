"""Another e-mail address or mobile number for a client: saved once a code has proven that it is his."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from services.foundation.contacts import proving
from services.foundation.refusal import Refusal

from .models import User


class ContactNotSaved(Refusal):
    """The contact stands at another client. Nobody is told that it does."""

    code = "contact-not-saved"

    def sentence(self) -> str:
        return _("We could not save this here. Please write to our client advisers: they settle it with you.")


def field_of(contact: str) -> str:
    """Which column a contact belongs to: "email" or "mobile"."""
    return "email" if "@" in contact else "mobile"


def change(client: User, contact: str, code: str, *, now: datetime) -> None:
    """Use up the code and save the contact in the place of the old one. Raises WrongCode or ContactNotSaved."""
    proving.check(contact, code, now=now)
    field = field_of(contact)
    try:
        with transaction.atomic():
            User.objects.filter(pk=client.pk, erased_at=None).update(**{field: contact, f"{field}_verified_at": now})
    except IntegrityError:
        raise ContactNotSaved() from None
