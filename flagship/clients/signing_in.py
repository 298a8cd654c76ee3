"""Sign-in by a code: the contact proves the client, and makes him when he is new."""

from datetime import datetime
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db import transaction

from services.foundation.contacts import proving

from .models import User

#: The storefront's door, as the session remembers it.
BY_CODE = "flagship.clients.signing_in.ByCode"


class ByCode(ModelBackend):
    """Whoever came in by a code. A code opens the storefront; the rooms behind the shop ask for the password."""

    def authenticate(self, *_args: Any, **_more: Any) -> None:
        return None  # codes are proven by `prove`, never through Django's own forms


@transaction.atomic
def client_of(contact: str, *, now: datetime, language: str, region_code: str) -> User:
    """The client of a proven contact."""
    by_mail = "@" in contact
    user = User.objects.filter(**{"email" if by_mail else "mobile": contact}).first()
    if user is None:
        user = User.objects.create_user(
            contact if by_mail else None,
            mobile=None if by_mail else contact,
            language=language,
            region_code=region_code,
        )
    proven = "email_verified_at" if by_mail else "mobile_verified_at"
    if getattr(user, proven) is None:
        setattr(user, proven, now)
        user.save(update_fields=[proven])
    return user


def prove(contact: str, code: str, *, now: datetime, language: str, region_code: str) -> User:
    """Use up a code. Raises proving.WrongCode."""
    proving.check(contact, code, now=now)
    return client_of(contact, now=now, language=language, region_code=region_code)
