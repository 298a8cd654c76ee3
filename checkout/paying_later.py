"""The ways to pay later that a bag can have: what of it counts is read here, whoever may have what is said in `deferred`."""

from datetime import datetime
from typing import Any

from services.deferred import offers
from services.deferred.eligibility import Want
from services.deferred.offers import Offer
from services.foundation.regions.models import Region
from services.launches import opening

from .basket.contents import Contents
from .totals import Totals


def offers_for(
    contents: Contents, totals: Totals, *, region: Region, client: Any, by_link: bool, several: bool, now: datetime
) -> list[Offer]:
    """Every way of the region with what this client can have for this bag, or why not."""
    if not offers.rules_of(region):
        return []
    launched = set(opening.of_pieces(item.piece.pk for item in contents.items))
    pieces = {item.piece.pk for item in contents.items}
    want = Want(
        amount=totals.total,
        kinds=frozenset(item.piece.product_class.slug for item in contents.items if item.piece.product_class),
        has_launch=bool(launched),
        has_others=bool(pieces - launched),
        by_link=by_link,
        several=several,
        waits_for_size=totals.waits_for_size,
    )
    return offers.of(want, region=region, client_id=client.pk if client and client.is_authenticated else None, now=now)
