"""Every picture says how wide it stands, and only the first of a page hurries."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from flagship.templatetags.house import SIZES, picture
from tests.makers import variant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
FIRST = {
    "": "hero",
    "pieces/": "card",
    "collections/arc/": "card",
    "search/?q=arc": "card",
    "pieces/arc-bangle/": "gallery-wide",
    "pieces/halo-band/engrave/": "stage",
    "pieces/halo-band/gift/": "gift",
    "launches/festoon-chain-wallet/": "half",
}


@pytest.mark.parametrize("page", FIRST)
def test_only_the_first_picture_hurries(client, page):
    html = client.get(f"/eu/en/{page}").content.decode()
    head, _end, body = html.partition("</head>")
    [ahead] = re.findall(r'<link rel="preload" as="image"[^>]*>', head)
    pictures = re.findall(r"<picture.*?</picture>", body, re.DOTALL)
    first, others = pictures[0], pictures[1:]
    source = re.search(r'<source type="image/avif" srcset="([^"]+)" sizes="([^"]+)"', first)
    assert f'imagesrcset="{source[1]}" imagesizes="{source[2]}"' in ahead  # the same file, or it is loaded twice
    assert source[2] == SIZES[FIRST[page]]
    assert 'fetchpriority="high"' in first and "lazy" not in first
    assert all('loading="lazy"' in other and "fetchpriority" not in other for other in others)


@pytest.mark.parametrize("page", ["search/?q=nothingatall", "pieces/?from=99999999", "about/terms/", "sign-in/"])
def test_a_page_without_pictures_loads_none_ahead(client, page):
    html = client.get(f"/eu/en/{page}").content.decode()
    assert "<picture" not in html and 'as="image"' not in html


@pytest.mark.parametrize("page", [*FIRST, "bag/", "checkout/"])
def test_every_picture_keeps_its_place_free(client, page):
    client.post("/eu/en/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": variant().size})
    found = re.findall(r"<picture.*?</picture>", client.get(f"/eu/en/{page}").content.decode(), re.DOTALL)
    assert found
    for each in found:
        assert re.search(r'<img [^>]*width="\d{3,4}" height="\d{3,4}"', each)


def test_every_place_of_a_template_is_known():
    places = []
    for file in (Path(settings.ROOT) / "templates").rglob("*.html"):
        for tag in re.findall(r"{% (?:preload_)?(?:house_)?picture [^%]*%}", file.read_text(encoding="utf-8")):
            words = re.findall(r'"([^"]*)"', tag)
            if " sizes " not in tag:  # a section's picture is told its place by the section
                places.append(next((word for word in words if word in SIZES), tag))
        places += re.findall(r'with sizes="([^"]*)"', file.read_text(encoding="utf-8"))
    assert set(places) == set(SIZES)


def test_a_picture_that_is_not_ready_leaves_nothing():
    from catalog.models import Picture

    row = Picture(stem="", widths=[], is_ready=False)
    assert picture(row, "card") == "" == picture(None, "card")


def shown(sizes: str, width: int, height: int) -> float:
    """What a browser takes a sizes attribute for, in px (HTML standard, parse a sizes attribute)."""

    def px(length: str) -> float:
        for unit, worth in (("vw", width / 100), ("vh", height / 100), ("rem", 16)):
            length = re.sub(rf"([\d.]+){unit}", lambda found, worth=worth: str(float(found[1]) * worth), length)
        return float(eval(length.replace("calc", ""), {"min": min, "max": max}))

    for entry in re.split(r", (?=\(min-width|[^()]*$|calc|max)", sizes):
        asked = re.match(r"\(min-width: ([\d.]+)rem\) (.+)", entry)
        if not asked or width >= float(asked[1]) * 16:
            return px(asked[2] if asked else entry)
    raise AssertionError(sizes)


def frame(width: int) -> int:
    return min(width, 1440) - 2 * (80 if width >= 1024 else 40 if width >= 768 else 20)


def laid_out(place: str, width: int, height: int) -> float:
    """How wide the style sheets make it, in px: see the classes named in SIZES."""
    wide, inside = width >= 1024, frame(width)
    columns = 4 if wide else 3 if width >= 768 else 2
    left = (inside - 64) * 7 / 12
    if place == "hero":
        tall = max(384, min(0.78 * height, 0.56 * width) if width >= 1280 else min(0.92 * width, 0.6 * height))
        return max(width, tall * 16 / 9)
    return {
        "card": (inside - 2 * (columns - 1)) / columns,
        "collection": (inside - 6) / 4 if wide else (inside - 2) / 2,
        "gallery-wide": left if wide else 0.92 * width,
        "gallery": (left - 2) / 2 if wide else 0.92 * width,
        "stage": min(left, 0.8 * (height - 304)) if wide else (inside - 24) / 2 if width >= 768 else inside,
        "gift": left if wide else inside,
        "half": (inside - 64) / 2 if wide else inside,
        "tile": (inside - 32) / 2 if wide else inside,
        "editorial": (inside - 2 * (columns - 1)) / columns * 2 + 2 if width >= 768 else inside,
        "suggestion": 48,
        "line": 144 if width >= 768 else 96,
    }[place]


@pytest.mark.parametrize("place", SIZES)
def test_the_size_that_is_said_is_the_size_that_is_shown(place):
    for width, height in ((320, 640), (390, 844), (768, 1024), (1024, 768), (1280, 800), (1440, 900), (1920, 1080), (2560, 1440)):
        said, really = shown(SIZES[place], width, height), laid_out(place, width, height)
        assert abs(said - really) <= max(3, 0.01 * really), (place, width, said, really)
