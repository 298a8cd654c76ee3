"""Addresses a client keeps with us: adding, changing, removing, and the one that checkout uses first."""

from collections.abc import Iterable

from django.contrib.auth import get_user_model
from django.db import transaction

from services.foundation.contacts.addresses import mobile

from . import addresses
from .models import SavedAddress
from .refusals import AddressesFull

MOST = 20


def of_client(client_id: int, *, countries: Iterable[str] | None = None) -> list[SavedAddress]:
    """A client's addresses, the usual one first; only those in ``countries`` where some are named."""
    found = SavedAddress.objects.filter(client_id=client_id).order_by("-is_default", "pk")
    return list(found.filter(country__in=list(countries)) if countries is not None else found)


def _clean(values: dict[str, str]) -> dict[str, str]:
    """Checked values as they are stored: no blanks around them, the mobile number in E.164."""
    clean = {field: values[field].strip() for field in addresses.FIELDS}
    return clean | {"mobile": mobile(clean["mobile"], country=clean["country"])}


def _lock(client_id: int) -> None:
    """One change of a client's addresses at a time: counting them and moving the usual one both need it."""
    get_user_model().objects.select_for_update().get(pk=client_id)


@transaction.atomic
def keep(client_id: int, values: dict[str, str], *, is_default: bool = False) -> SavedAddress:
    """Keep a checked address (see `addresses.problems`); the same one again is kept once. Raises AddressesFull.

    The first address is the usual one.
    """
    _lock(client_id)
    clean = _clean(values)
    own = SavedAddress.objects.filter(client_id=client_id)
    standing = own.filter(**clean).first()
    if standing is None:
        count = own.count()
        if count >= MOST:
            raise AddressesFull(most=MOST)
        is_default = is_default or count == 0
        standing = SavedAddress.objects.create(client_id=client_id, **clean)
    if is_default:
        _make_default(standing)
    return standing


@transaction.atomic
def change(address: SavedAddress, values: dict[str, str], *, is_default: bool) -> None:
    """Write checked values over an address; a usual one stays usual until another takes its place."""
    _lock(address.client_id)
    SavedAddress.objects.filter(pk=address.pk).update(**_clean(values))
    if is_default:
        _make_default(address)


@transaction.atomic
def make_default(address: SavedAddress) -> None:
    """Use this address first in checkout; one that was removed meanwhile changes nothing."""
    _lock(address.client_id)
    _make_default(address)


def _make_default(address: SavedAddress) -> None:
    if not SavedAddress.objects.filter(pk=address.pk).exists():
        return
    SavedAddress.objects.filter(client_id=address.client_id, is_default=True).exclude(pk=address.pk).update(is_default=False)
    SavedAddress.objects.filter(pk=address.pk).update(is_default=True)


@transaction.atomic
def remove(address: SavedAddress) -> None:
    """Forget an address; when it was the usual one, the oldest of the others takes its place."""
    _lock(address.client_id)
    own = SavedAddress.objects.filter(client_id=address.client_id)
    own.filter(pk=address.pk).delete()
    heir = own.order_by("pk").first()
    if heir and not own.filter(is_default=True).exists():
        _make_default(heir)
