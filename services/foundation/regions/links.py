"""Addresses for letters and workers, where no request says in which region and language we are."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.urls import get_script_prefix, reverse, set_script_prefix
from django.utils import translation


@contextmanager
def storefront(region: str, language: str) -> Iterator[None]:
    """Inside, `reverse(..., urlconf=STOREFRONT_URLCONF)` and translations are those of this region and language."""
    before = get_script_prefix()
    set_script_prefix(f"/{region}/{language}/")
    try:
        with translation.override(language):
            yield
    finally:
        set_script_prefix(before)


def absolute(name: str, *, region: str, language: str, args: tuple = (), kwargs: dict[str, Any] | None = None) -> str:
    """The full https address of a storefront page."""
    with storefront(region, language):
        return settings.SITE_URL + reverse(name, settings.STOREFRONT_URLCONF, args=args, kwargs=kwargs)
