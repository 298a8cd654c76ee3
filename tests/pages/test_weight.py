"""What a page weighs before its pictures, compressed (P7): script at most 15 kB, styles 14 kB, HTML 14 kB."""

import re
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def compressed(content: bytes) -> int:
    return len(brotli.compress(content))


def file_of(address: str) -> bytes:
    found = finders.find(address.removeprefix(settings.STATIC_URL))
    assert found, address
    return Path(found).read_bytes()


def with_imports(address: str, seen: set[str]) -> int:
    """A script and every script it imports, each once."""
    if address in seen:
        return 0
    seen.add(address)
    content = file_of(address)
    size = compressed(content)
    for name in re.findall(rb'from "\./([\w.]+)"', content):
        size += with_imports(address.rsplit("/", 1)[0] + "/" + name.decode(), seen)
    return size


@pytest.mark.parametrize(
    "page", ["", "pieces/", "pieces/halo-band/", "pieces/halo-band/engrave/", "search/?q=arc", "gifts/", "bag/", "checkout/"]
)
@pytest.mark.parametrize("place", ["eu/en", "eu/fr", "cn/zh-hans"])
def test_a_page_is_light(client, place, page):
    client.post(f"/{place}/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "52"})
    html = client.get(f"/{place}/{page}").content
    sheets = re.findall(rb'<link rel="stylesheet" href="([^"]+)"', html)
    scripts = re.findall(rb'<script[^>]* src="([^"]+)"', html)
    seen: set[str] = set()
    assert compressed(html) <= 14_000
    assert len(sheets) == 1, "a page waits for one stylesheet"
    assert sum(compressed(file_of(sheet.decode())) for sheet in sheets) <= 14_000
    assert 0 < sum(with_imports(script.decode(), seen) for script in scripts) <= 15_000
