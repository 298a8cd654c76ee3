"""The house's regions, kept in memory a few seconds: every request asks for them."""

import time

from .models import Region

_SECONDS = 10.0
_kept: tuple[float, dict[str, Region]] = (0.0, {})


def all_regions() -> dict[str, Region]:
    """Regions by code, in the house's order. A change by staff is seen within ten seconds."""
    global _kept
    if not _kept[1] or time.monotonic() - _kept[0] > _SECONDS:
        _kept = (time.monotonic(), {region.code: region for region in Region.objects.all()})
    return _kept[1]


def forget() -> None:
    """Read the regions anew at the next question (tests, and after a region is saved)."""
    global _kept
    _kept = (0.0, {})


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
