"""Addresses for letters and workers, where no request says in which region and language we are."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.urls import get_script_prefix, reverse, set_script_prefix
from django.utils import translation

from services.foundation import formats

from .roster import all_regions


@contextmanager
def storefront(region: str, language: str) -> Iterator[None]:
    """Inside, `reverse(..., urlconf=STOREFRONT_URLCONF)` and translations are those of this region and language."""
    before = get_script_prefix()
    found = all_regions().get(region)
    set_script_prefix(f"/{region}/{language}/")
    written = formats.regional.set(found.formats if found else {})
    try:
        with translation.override(language):
            yield
    finally:
        formats.regional.reset(written)
        set_script_prefix(before)


def absolute(name: str, *, region: str, language: str, args: tuple = (), kwargs: dict[str, Any] | None = None) -> str:
    """The full https address of a storefront page."""
    with storefront(region, language):
        return settings.SITE_URL + reverse(name, settings.STOREFRONT_URLCONF, args=args, kwargs=kwargs)
