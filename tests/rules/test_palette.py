"""What a house may say of its colours, sizes and faces, and how it is told what is wrong."""

import shutil
import tomllib
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from flagship import dressing
from services.foundation import palette
from services.foundation.house import House, read

DEMO = Path(settings.HOUSE)
colours = st.from_regex(r"\A#[0-9A-Fa-f]{6}\Z")


def test_contrast_is_reckoned_as_wcag_does():
    assert palette.contrast("#000", "#FFFFFF") == pytest.approx(21)
    assert palette.contrast("#767676", "#fff") == pytest.approx(4.54, abs=0.01)
    assert palette.contrast("#8E1220", "#FAF7F2") == pytest.approx(8.7, abs=0.05)


@given(colours, colours)
def test_contrast_knows_no_order_and_lies_between_one_and_twenty_one(one, other):
    found = palette.contrast(one, other)
    assert found == palette.contrast(other, one)
    assert 1 <= found <= 21.000001


def test_the_defaults_are_readable():
    palette.refuse_unreadable(palette.colours({}))
    assert palette.colours({})["paper"] == "#FFFFFF"
    assert palette.form_of("act") == "colour" and palette.form_of("size-h1") == "size"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"granet": "#123456"}, "granet is not a token"),
        ({"act": "red"}, "is not a colour"),
        ({"act": "#12345"}, "is not a colour"),
        ({"act": ["#123456", "#654321"]}, "is not a colour"),
        ({"act": "#123456; } body { display: none"}, "is not a colour"),
        ({"size-h1": "large"}, "is not a length"),
        ({"size-h1": ["1rem", "2rem", "3rem"]}, "a list of two"),
        ({"fast": "1rem"}, "is not a duration"),
        ({"display": "Comic Sans"}, "is a typeface"),
    ],
)
def test_a_token_that_cannot_be_is_refused_with_a_sentence(said, words):
    with pytest.raises(ImproperlyConfigured, match=words):
        palette.read(said)


@pytest.mark.parametrize(
    ("tokens", "words"),
    [
        ({"ink": "#AAAAAA"}, "ink #AAAAAA on ground #FAF7F2 has a contrast of 2.1"),
        ({"act": "#D9B56A"}, "act #D9B56A on ground"),
        ({"muted": "#9A8F86"}, "muted #9A8F86 on ground"),
        ({"paper": "#777777", "ground": "#FFFFFF"}, "on paper #777777"),
        ({"field": "#D0D0D0"}, "WCAG 2.2 AA asks for 3:1"),
    ],
)
def test_texts_too_faint_to_read_are_refused_with_their_contrast(tokens, words):
    with pytest.raises(ImproperlyConfigured, match=words):
        palette.refuse_unreadable(palette.colours(palette.read(tokens)))


@pytest.fixture
def folder(tmp_path):
    """A house like the demo's that a test may spoil."""
    copy = tmp_path / "house"
    shutil.copytree(DEMO, copy, ignore=shutil.ignore_patterns("*.avif", "*.webp", "*.jpg"))
    return copy


def changed(folder: Path, old: str, new: str) -> Path:
    file = folder / "house.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    return folder


FACE = 'adviser_phone = "+86 21 5550 0101"\n'


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('ink = "#1A1614"', 'ink = "#C0C0C0"', "ink #C0C0C0 on ground"),
        ('wordmark = "ARCENNE"', 'wordmark = ""', "wordmark is missing"),
        ("Maison Arcenne <clients@arcenne.example>", "Maison Arcenne", "holds no e-mail address"),
        ('languages = ["fr", "en", "zh-hans"]', 'languages = ["fr", "de"]', "'de' is not among"),
        ("hero_alt = \"Le bracelet", "other_alt = \"Le bracelet", "texts.fr. lacks hero_alt"),
        ('wordmark = "ARCENNE"', 'wordmark = "ARCENNE', "is not TOML"),
        (FACE, f'{FACE}[faces.body]\nfamily = "X"\n', "faces.body. is not a face"),
        (FACE, f'{FACE}[faces.text]\nfamily = "X"\nfile = "none.woff2"\n', "is not a file in the house's folder"),
        (FACE, f'{FACE}[faces.text]\nfamily = "X"\nfile = "../../etc/passwd"\n', "is not a file in the house's folder"),
        (FACE, f'{FACE}[faces.text]\nfamily = "X\\"; }}"\nfile = "mark.svg"\n', "as plain names"),
        (FACE, f'{FACE}[faces.text]\nfamily = "X"\nfile = "mark.svg"\n', "is not a woff2 file"),
        (FACE, f'{FACE}[faces.print]\nfamily = "X"\nfile = "mark.svg"\n', "is not a ttf or otf"),
        (FACE, f'{FACE}[faces.text]\nfamily = "X"\nfile = "mark.svg"\nweight = "bold"\n', "is not a weight"),
    ],
)  # fmt: skip
def test_a_house_with_a_fault_does_not_open_and_says_why(folder, old, new, words):
    with pytest.raises(ImproperlyConfigured, match=words):
        read(changed(folder, old, new))


def test_a_house_without_one_of_its_texts_does_not_open(folder):
    (folder / "texts" / "privacy.fr.txt").unlink()
    with pytest.raises(ImproperlyConfigured, match=r"privacy\.fr\.txt is missing"):
        read(folder)
    with pytest.raises(ImproperlyConfigured, match="there is no house.toml"):
        read(folder / "texts")


def test_the_printers_face_is_the_one_that_the_slip_asks_for(folder):
    shutil.copy(Path(settings.ROOT) / "services" / "foundation" / "faces" / "pinyon.ttf", folder / "own.ttf")
    row = f'{FACE}[faces.print]\nfile = "own.ttf"\nfamily = "Pinyon Script"\n'
    found = read(changed(folder, FACE, row))
    assert found.faces["print"].file.name == "own.ttf"
    changed(folder, "Pinyon Script", "Other Script")
    read.cache_clear()
    with pytest.raises(ImproperlyConfigured, match="is the family Pinyon Script, not Other Script"):
        read(folder)


def test_the_stylesheet_says_only_what_the_house_says_and_each_size_where_it_belongs(tmp_path):
    raw = tomllib.loads((DEMO / "house.toml").read_text(encoding="utf-8"))
    tokens = palette.read({"act": "#123456", "size-h1": ["1.5rem", "3rem"], "size-small": ".875rem"})
    css = dressing.stylesheet(House(DEMO, raw, tokens))
    narrow, _media, wide = css.partition("@media")
    assert ":root { --act: #123456; --size-h1: 1.5rem; --size-small: .875rem; }" in narrow
    assert "--size-h1: 3rem" in wide and "--size-small" not in wide and "--ink" not in css
    assert "@layer tokens" in css and "http" not in css


def test_what_is_right_already_is_left_alone_and_what_is_gone_is_taken_away(tmp_path):
    dressing.dress(read(DEMO), tmp_path)
    before = (tmp_path / "house.css").stat().st_mtime_ns
    (tmp_path / "text.woff2").write_bytes(b"of another day")
    dressing.dress(read(DEMO), tmp_path)
    assert (tmp_path / "house.css").stat().st_mtime_ns == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["front.css", "house.css", "mark.svg"]
    assert (tmp_path / "mark.svg").read_text() == (DEMO / "mark.svg").read_text()


def test_a_house_without_a_mark_gets_its_letter_on_its_colour(folder):
    (folder / "mark.svg").unlink()
    mark = dressing.mark(read(folder))
    assert ">A</text>" in mark and "#8E1220" in mark


def test_a_region_speaks_only_what_the_house_has_written():
    from django.core.exceptions import ValidationError

    from services.foundation.regions.models import Region

    Region(code="de", languages=["fr", "en"], time_zone_name="Europe/Berlin").clean()
    with pytest.raises(ValidationError, match="no texts in de"):
        Region(code="de", languages=["de", "en"], time_zone_name="Europe/Berlin").clean()
