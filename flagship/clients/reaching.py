"""Another e-mail address or mobile number for a client: saved once a code has proven that it is his."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from services.foundation.contacts import proving
from services.foundation.outbox import posting
from services.foundation.refusal import Refusal

from .models import ContactChange, User


class ContactNotSaved(Refusal):
    """The contact stands at another client. Nobody is told that it does."""

    code = "contact-not-saved"

    def sentence(self) -> str:
        return _("We could not save this here. Please write to our client advisers: they settle it with you.")


def field_of(contact: str) -> str:
    """Which column a contact belongs to: "email" or "mobile"."""
    return "email" if "@" in contact else "mobile"


def change(client: User, contact: str, code: str, *, now: datetime) -> None:
    """Use up the code and save the contact in the place of the old one, which is told. Raises WrongCode or ContactNotSaved."""
    proving.check(contact, code, now=now)
    field = field_of(contact)
    try:
        with transaction.atomic():
            row = User.objects.select_for_update().get(pk=client.pk, erased_at=None)
            old = getattr(row, field)
            User.objects.filter(pk=row.pk).update(**{field: contact, f"{field}_verified_at": now})
            if old and old != contact:
                told = ContactChange.objects.create(client=row, old=old, at=now)
                posting.post("clients.contact_changed", key=f"contact-changed:{told.pk}", change_id=told.pk)
    except IntegrityError:
        raise ContactNotSaved() from None
