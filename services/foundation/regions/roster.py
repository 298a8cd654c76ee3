"""The house's regions, kept in memory a few seconds: every request asks for them."""

from services.foundation.memory import Kept

from .models import Region

#: Regions by code, in the house's order.
all_regions: Kept[dict[str, Region]] = Kept(lambda: {region.code: region for region in Region.objects.all()})


def forget() -> None:
    """Read the regions anew at the next question."""
    all_regions.forget()


def region_of_address(code: str) -> Region | None:
    """The region whose code stands first in an address, or None."""
    if not code or len(code) > 8 or not code.isascii():
        return None
    return all_regions().get(code)


def best_for(languages: list[str]) -> tuple[Region, str] | None:
    """Region and language for a visitor who named none, from his Accept-Language (lower-case tags, best first)."""
    regions = list(all_regions().values())
    if not regions:
        return None
    for tag in languages:
        country = tag.rpartition("-")[2].upper() if "-" in tag else ""
        wanted = {"zh": "zh-hans", "fr": "fr", "en": "en"}.get(tag.split("-")[0])
        if wanted is None:
            continue
        for region in regions:
            if country in region.countries and wanted in region.languages:
                return region, wanted
        for region in regions:
            if region.languages[0] == wanted:
                return region, wanted
        for region in reversed(regions):
            if wanted in region.languages:
                return region, wanted
    return regions[0], regions[0].languages[0]
