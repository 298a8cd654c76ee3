"""What every template may use."""

from functools import partial

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from catalog.showing import collections, occasions
from checkout.basket import bags
from checkout.basket.models import Line
from services.foundation.house import house as the_house
from services.foundation.regions.roster import all_regions


def house(request: HttpRequest) -> dict[str, object]:
    """House, region, languages, and the number of pieces in the bag (asked only when a page shows it)."""
    region = getattr(request, "region", None)
    if region is None:
        return {"house": the_house()}
    names = dict(settings.LANGUAGES)
    return {
        "house": the_house(),
        "region": region,
        "language": request.language,
        "now": request.now,
        "regions": list(all_regions().values()),
        "languages": [(code, names[code]) for code in region.languages],
        "house_collections": partial(collections, request.now),
        "house_occasions": partial(occasions, request.now),
        "bag_count": SimpleLazyObject(lambda: _bag_count(request)),
    }


def _bag_count(request: HttpRequest) -> int:
    if not request.session.get(bags.SESSION_KEY) and not request.user.is_authenticated:
        return 0
    bag = bags.of_request(request)
    if bag is None:
        return 0
    known = getattr(bag, "known_count", None)  # the bag's own page has read its lines already
    return known if known is not None else sum(Line.objects.filter(basket=bag).values_list("quantity", flat=True))
