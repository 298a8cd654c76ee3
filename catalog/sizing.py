"""The sizes a client wrote down: which there are to choose from, keeping one, and his own on a piece's page; and sizers."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Min

from services.foundation.house import house
from services.foundation.plain_text import plain

from .models import OwnSize, Product
from .refusals import NameTooLong, SizesFull, SizeUnknown

MOST = 50
LONGEST_NAME = 60


@dataclass(frozen=True)
class Kind:
    """A kind of piece and the sizes in which the house makes it, in their order."""

    pk: int
    slug: str
    sizes: list[str]


def kinds() -> list[Kind]:
    """Every kind that comes in sizes, from what is public today. One query."""
    rows = (
        Product.objects.filter(is_public=True, parent__is_public=True, parent__product_class__isnull=False)
        .exclude(size="")
        .values_list("parent__product_class_id", "parent__product_class__slug", "parent__product_class__name", "size")
        .annotate(place=Min("size_position"))
        .order_by("parent__product_class__name", "place", "size")
    )
    found: dict[int, Kind] = {}
    for pk, slug, _name, size, _place in rows:
        found.setdefault(pk, Kind(pk, slug, [])).sizes.append(size)
    return list(found.values())


def mine(user, kind_id: int | None) -> str:
    """The client's own size of a kind, "" when he wrote none. One query, none for a guest."""
    if not user.is_authenticated or kind_id is None:
        return ""
    return OwnSize.objects.filter(client=user, kind_id=kind_id, whom="").values_list("size", flat=True).first() or ""


def has_sizer(piece: Product) -> bool:
    """Whether the house sends a sizer before a piece of this kind is engraved."""
    return piece.product_class is not None and piece.product_class.slug in house().sizers.kinds


@transaction.atomic
def keep(client_id: int, *, kind_id: int, size: str, whom: str) -> OwnSize:
    """Write a size down; another for the same kind and person takes its place.

    ``whom``: empty for the client himself. Raises SizeUnknown, SizesFull, NameTooLong or NotPlain.
    """
    if not any(kind.pk == kind_id and size in kind.sizes for kind in kinds()):
        raise SizeUnknown()
    whom = " ".join(plain(whom).split())
    if len(whom) > LONGEST_NAME:
        raise NameTooLong(most=LONGEST_NAME)
    own = OwnSize.objects.filter(client_id=client_id)
    if not own.filter(kind_id=kind_id, whom=whom).exists() and own.count() >= MOST:
        raise SizesFull(most=MOST)
    return OwnSize.objects.update_or_create(client_id=client_id, kind_id=kind_id, whom=whom, defaults={"size": size})[0]
