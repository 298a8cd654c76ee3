"""A day as it comes from an address or a form."""

from datetime import date

from django.utils.dateparse import parse_date


def read(typed: str) -> date | None:
    """The day that is written (2026-12-24); None when it is none, or one that no calendar has. Pure."""
    try:
        return parse_date(typed.strip())
    except ValueError:
        return None
