"""Codes that people read out and scanners type: no vowels, no look-alikes, so that they spell no word."""

import re
import secrets

ALPHABET = "23456789BCDFGHJKMNPQRTVWXZ"


def new(*groups: int) -> str:
    """A code that cannot be guessed, in groups of so many signs: `new(5, 5)` is `K7PQ2-X9WRT`."""
    return "-".join("".join(secrets.choice(ALPHABET) for _place in range(length)) for length in groups)


def read(typed: str, *groups: int) -> str:
    """A code as it was typed or scanned, in its groups again; empty when it cannot be one. Pure."""
    signs = re.sub(r"[\s\-‐–]", "", typed[:80]).upper()
    if len(signs) != sum(groups) or set(signs) - set(ALPHABET):
        return ""
    parts, at = [], 0
    for length in groups:
        parts.append(signs[at : at + length])
        at += length
    return "-".join(parts)
