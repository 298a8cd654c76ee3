"""The wish list, of a client or of a guest: keeping, taking off, joining the two at sign-in, and reading it for its page."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from catalog.models import Picture, Product
from catalog.offering import Offer, of_variants
from catalog.showing import public_pieces
from checkout.basket.contents import picture_of, variant_words
from services.foundation.refusal import Refusal
from services.foundation.regions.models import Region
from services.foundation.scheduling import is_shown
from services.launches import opening
from services.launches.models import Launch

from .models import User, Wish

#: Names a guest's list in his session.
SESSION_KEY = "wishes"
MOST = 100
#: After so long no guest's session is left that could name the list.
GUESTS_LISTS_LIVE = timedelta(days=365)


class WishesFull(Refusal):
    """Facts: most."""

    code = "wishes-full"

    def sentence(self) -> str:
        return _("A wish list holds up to %(most)s pieces. Please take one off first.") % self.facts


def owner_of(request: HttpRequest) -> dict[str, Any] | None:
    """Whose list this is, as the columns that say so; None for a guest who has none yet. No query for a guest."""
    token = request.session.get(SESSION_KEY)
    if request.user.is_authenticated:
        return {"client": request.user}
    return {"token": token} if token else None


def open_for(request: HttpRequest) -> dict[str, Any]:
    """Whose list this is; a guest without one is given its token."""
    if owner_of(request) is None:
        request.session[SESSION_KEY] = secrets.token_urlsafe(16)
    return owner_of(request) or {}


def holds(owner: dict[str, Any] | None, variant_id: int) -> bool:
    """Whether a variant is in the list; one query, none where there is no list."""
    return owner is not None and Wish.objects.filter(**owner, variant_id=variant_id).exists()


def variant_named(slug: str, metal: str, size: str, *, now: datetime) -> Product | None:
    """The variant that a piece's form names, if the piece is shown."""
    found = Product.objects.filter(parent__in=public_pieces(now), parent__slug=slug, is_public=True, size=size)
    return found.filter(metal=metal or None).select_related("parent").first()


def keep(owner: dict[str, Any], variant_id: int, *, now: datetime) -> None:
    """Keep a variant; one that is there already stays where it is, one that is no more is left out. Raises WishesFull."""
    if not Product.objects.filter(pk=variant_id).exists():
        return
    if Wish.objects.filter(**owner).exclude(variant_id=variant_id).count() >= MOST:
        raise WishesFull(most=MOST)
    Wish.objects.bulk_create([Wish(**owner, variant_id=variant_id, kept_at=now)], ignore_conflicts=True)


def take_off(wishes: Iterable[Wish]) -> None:
    """Take these off their list."""
    Wish.objects.filter(pk__in=[wish.pk for wish in wishes]).delete()


@transaction.atomic
def join(token: str | None, client: User) -> None:
    """A guest has signed in: his list becomes the client's. What both hold is held once, since when the client had it."""
    if not token:
        return
    guests = list(Wish.objects.select_for_update().filter(token=token))
    mine = [Wish(client=client, variant_id=wish.variant_id, kept_at=wish.kept_at) for wish in guests]
    Wish.objects.bulk_create(mine, ignore_conflicts=True)
    take_off(guests)


def forget_old(*, now: datetime) -> int:
    """Delete what guests kept so long ago that nobody can come back to it; returns how many."""
    return Wish.objects.filter(client=None, kept_at__lt=now - GUESTS_LISTS_LIVE).delete()[0]


@dataclass
class Kept:
    """One piece on the list as its owner sees it."""

    wish: Wish
    variant: Product
    piece: Product
    picture: Picture | None
    offer: Offer
    launch: Launch | None
    is_offered: bool

    @property
    def words(self) -> str:
        return variant_words(self.variant)

    @property
    def can_be_bought(self) -> bool:
        return self.is_offered and self.offer.can_be_had


def read(owner: dict[str, Any] | None, *, region: Region, now: datetime) -> list[Kept]:
    """A list, the newest first. Five queries however long it is, one more when a price is a reduction; none without a list."""
    if owner is None:
        return []
    wishes = list(
        Wish.objects.filter(**owner)
        .exclude(variant__parent__publish_at__gt=now)  # shown too early by whom it was kept; nobody is told of it
        .select_related("variant__metal", "variant__parent")
        .prefetch_related("variant__parent__pictures")
        .order_by("-kept_at", "-pk")
    )
    to_order = frozenset(wish.variant_id for wish in wishes if wish.variant.piece.made_to_order_weeks)
    launches = opening.of_pieces([wish.variant.piece.pk for wish in wishes])
    variants = [wish.variant for wish in wishes]
    offers = of_variants(variants, to_order=to_order, launches=launches, region=region, now=now)
    found = []
    for wish in wishes:
        variant, piece = wish.variant, wish.variant.piece
        picture, launch = picture_of(piece, variant.metal_id), launches.get(piece.pk)
        found.append(
            Kept(
                wish=wish,
                variant=variant,
                piece=piece,
                picture=picture,
                offer=offers[variant.pk],
                launch=launch,
                is_offered=variant.is_public and is_shown(piece, now) and picture is not None,
            )
        )
    return found
