"""Another house by configuration alone: a watchmaker in blue opens and is walked through; nothing of the first is there."""

import json
import os
import re
import subprocess
import sys
import tomllib
import uuid
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings

from tests.houses.building import build_lumen

pytestmark = pytest.mark.serial
FIRST = Path(settings.ROOT) / "flagship" / "houses" / "arcenne"
OWN = tomllib.loads((Path(settings.ROOT) / "tests" / "houses" / "lumen" / "house.toml").read_text(encoding="utf-8"))


def traces() -> list[str]:
    """What only the first house says: its names, addresses, pieces, boxes and colours."""
    raw = tomllib.loads((FIRST / "house.toml").read_text(encoding="utf-8"))
    data = tomllib.loads((FIRST / "pieces.toml").read_text(encoding="utf-8"))
    words = ["arcenne", "雅森", "石榴", "garnet box", "écrin grenat", *(row["slug"] for row in data["pieces"])]
    words += [f"/{row['slug']}/" for row in data["collections"]] + [row["seller_name"].lower() for row in raw["regions"]]
    return words + [colour.lower() for colour in raw["tokens"].values() if colour != "#FFFFFF"]


@pytest.fixture(scope="module")
def seen(tmp_path_factory) -> dict:
    """What there was to see in the second house, opened in a database and a folder of its own."""
    var = tmp_path_factory.mktemp("lumen")
    url = os.environ["DATABASE_URL"]
    name = f"lumen_{uuid.uuid4().hex[:8]}"
    server = psycopg2.connect(url)
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{os.environ["TEST_TEMPLATE"]}"')
    env = os.environ | {
        "HOUSE": str(build_lumen(var)),
        "FLAGSHIP_VAR": str(var / "var"),
        "FLAGSHIP_DEMO": "1",
        "DATABASE_URL": f"{url.rsplit('/', 1)[0]}/{name}",
        "DJANGO_SETTINGS_MODULE": "flagship.settings.base",
        "PYTHONUTF8": "1",
    }
    try:
        command = [sys.executable, "-m", "tests.houses.walking", str(var / "seen.json")]
        done = subprocess.run(command, env=env, cwd=settings.ROOT, capture_output=True, text=True, check=False, timeout=200)
        assert done.returncode == 0, done.stderr[-3000:]
        yield json.loads((var / "seen.json").read_text(encoding="utf-8"))
    finally:
        with server.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.close()


def everything(seen) -> dict[str, str]:
    """All that was seen, by where."""
    named = {name: seen[name] for name in ("sitemap", "favicon", "maintenance", "sender", "staff")}
    listed = {"media": "\n".join(seen["media"]), "door": " ".join(seen["door"].values())}
    return (
        named
        | listed
        | {
            where: text
            for group in ("pages", "rooms", "letters", "papers", "static", "outside")
            for where, text in seen[group].items()
        }
    )


def test_every_page_of_every_region_and_language_answers(seen):
    assert seen["starts"] == ["/ch/fr/", "/ch/en/", "/uk/en/"]
    for address, body in seen["pages"].items():
        assert body.startswith("status 404") == address.endswith("/nothing/"), (address, body[:200])
    walked = [
        "",
        "pieces/",
        "pieces/meridian-one/",
        "pieces/meridian-one/engrave/",
        "pieces/meridian-one/gift/",
        "bag/",
        "checkout/",
    ]
    walked += ["collections/meridian/", "launches/meridian-two/", "boutiques/", "about/services/", "about/imprint/", "account/"]
    assert {f"{start}{page}" for start in seen["starts"] for page in walked} <= set(seen["pages"])
    assert any("/orders/" in address and "Meridian One" in body for address, body in seen["pages"].items())


def test_no_trace_of_the_first_house_is_anywhere(seen):
    for where, text in everything(seen).items():
        for word in traces():
            found = text.lower().find(word)
            assert found < 0, (where, word, text[max(0, found - 80) : found + 80])


def test_its_own_name_colours_and_box_are_there(seen):
    for address, body in seen["pages"].items():
        assert "Lumen" in body and "LUMEN" in body, address
        assert f'content="{OWN["tokens"]["ground"]}"' in body, address
    gift = seen["pages"]["/ch/fr/pieces/meridian-one/gift/"]
    assert "Coffret bleu nuit" in gift and "Cordon de soie grise" in gift
    assert "LUMEN" in seen["outside"]["/staff/login/"] and "Lumen Horlogers" in seen["pages"]["/ch/fr/"]
    assert "LUMEN" in seen["maintenance"] and seen["staff"] == "staff@lumen.example"
    assert seen["sender"] == OWN["mail_from"]


def test_its_stylesheet_carries_its_tokens_and_faces_under_a_lasting_name(seen):
    front, name = sorted(found for found in seen["static"] if found.endswith(".css"))
    css = seen["static"][name]
    assert re.fullmatch(r"house/front\.[0-9a-f]{12}\.css", front)
    assert f"--act: {OWN['tokens']['act']};" in seen["static"][front]
    assert re.fullmatch(r"house/house\.[0-9a-f]{12}\.css", name)
    for token, colour in OWN["tokens"].items():
        if isinstance(colour, str):
            assert f"--{token}: {colour};" in css
    assert '--display: "Lumen Grotesk"' in css and re.search(r'url\("display\.[0-9a-f]{12}\.woff2"\)', css)
    assert "--size-display: 2rem" in css and "--size-display: 3.5rem" in css.partition("@media")[2]
    for address, body in seen["pages"].items():
        assert front in body and "house/display." in body, address
    assert name in seen["outside"]["/staff/login/"]
    (mark,) = (found for found in seen["static"] if found.endswith(".svg"))
    assert seen["favicon"].endswith(mark) and OWN["tokens"]["act"] in seen["static"][mark] and ">L</text>" in seen["static"][mark]


def test_its_letters_are_its_own_in_sender_words_and_colours(seen):
    for name, letter in seen["letters"].items():
        assert OWN["mail_from"] in letter and "Lumen Watchmakers" in letter, name
        assert f'bgcolor="{OWN["tokens"]["ground"]}"' in letter and OWN["tokens"]["act"] in letter, name
        assert OWN["adviser_phone"] in letter and OWN["adviser_email"] in letter, name
        assert "LUMEN" in letter and "'Lumen Grotesk', Georgia" in letter and "/static/house/display." in letter, name
    assert {"changed", "part_paid", "part_declined", "code"} < set(seen["letters"])
    assert "Midnight case" in seen["letters"]["confirmed"]


def test_its_papers_carry_its_wordmark_and_the_slip_no_price(seen):
    said = {name: "".join(text.split()) for name, text in seen["papers"].items()}
    assert set(said) == {"slip", "receipt en", "receipt fr"}
    for name, text in said.items():
        assert "LUMEN" in text and "MeridianOne" in text, name
    assert "7,900" not in said["slip"] and "£" not in said["slip"]
    for name in ("receipt en", "receipt fr"):
        assert "LumenWatchmakersLtd" in said[name] and "advisers@lumen.example" in said[name], name
    assert "£7,900" in said["receipt en"]


def test_every_room_of_a_signed_in_client_answers_in_its_name(seen):
    assert len(seen["rooms"]) > 30
    for address, body in seen["rooms"].items():
        assert "Lumen" in body and "LUMEN" in body, (address, body[:200])


def test_only_its_own_languages_are_offered_or_indexed(seen):
    assert seen["chinese"] == 404
    assert "zh-hans" not in seen["sitemap"] and "/ch/fr/" in seen["sitemap"] and "/uk/fr/" not in seen["sitemap"]
    for address, body in seen["pages"].items():
        assert "zh-" not in body.lower() and "简体中文" not in body, address
    assert seen["door"] == {"fr-CH": "/ch/fr/", "en-GB": "/uk/en/", "zh-CN": "/ch/fr/"}
    assert re.findall(r'<section lang="([\w-]+)"', seen["maintenance"]) == ["en", "fr"]


def test_a_picture_it_has_not_leaves_no_gap_and_one_it_has_keeps_its_own_size(seen):
    home = seen["pages"]["/uk/en/"]
    assert "hero-plain" in home and "box/hero" not in home and '<picture class=""></picture>' not in home
    assert 'src="/media/pictures/box/closed.360.jpg"' in home and 'width="360" height="300"' in home
    assert not [file for file in seen["media"] if "hero" in file or "/open" in file]


def test_no_source_names_the_first_house_but_the_default_of_the_demo():
    root = Path(settings.ROOT)
    sources = [file for room in ("flagship", "checkout", "catalog", "services") for file in (root / room).rglob("*.py")]
    sources += [*(root / "templates").rglob("*.*"), *(root / "static" / "css").glob("*"), *(root / "static" / "js").glob("*")]
    naming = {str(file.relative_to(root)) for file in sources if "arcenne" in file.read_text(encoding="utf-8").lower()}
    assert naming == {"flagship/settings/env.py"}
    for file in [*(root / "templates").rglob("*.html"), *(root / "static" / "css").glob("*")]:
        if file.name != "tokens.css":  # the defaults; every house sets its own over them
            assert not re.search(r"#[0-9A-Fa-f]{6}\b|#[0-9A-Fa-f]{3}\b(?=[;\" ])", file.read_text(encoding="utf-8")), file
