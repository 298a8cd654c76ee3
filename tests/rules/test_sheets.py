"""The style sheets: nothing in them that no page needs, and colours that mean what they mean."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from flagship.dressing import SHEETS

ROOT = Path(settings.ROOT)
FOLDER = ROOT / "static" / "css"
#: Sheets of the rooms behind the shop dress Django's own pages too; the others stand outside `front.css`.
STAFF = {"staff", "merchandising", "bench", "packing", "zone_drawing", "desk", "arrears"}
ELSEWHERE = STAFF | {"preview", "maintenance"}


def rules(name: str) -> str:
    return re.sub(r"/\*.*?\*/", "", (FOLDER / f"{name}.css").read_text(encoding="utf-8"), flags=re.DOTALL)


def used() -> set[str]:
    """Every class that a template, a template tag or a script gives to an element."""
    templates = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "templates").rglob("*.html"))
    scripts = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "static" / "js").glob("*.js"))
    given = re.findall(r'class="([^"]+)"', re.sub(r"{%.*?%}|{{.*?}}", " ", templates))
    given += re.findall(r'css="([^"]+)"', templates) + re.findall(r'house_picture [^%]*"([^"]+)" %}', templates)
    given += re.findall(r'className = "([^"]+)"|classList\.\w+\("([^"]+)"|\bclass: "([^"]+)"', scripts)
    words = {word for each in given for word in " ".join(each if isinstance(each, tuple) else [each]).split()}
    # A tag and a kind put together: the messages’ tags.
    return words | {f"note-{level}" for level in ("error", "success", "info", "warning")}


@pytest.mark.parametrize("name", sorted({file.stem for file in FOLDER.glob("*.css")} - STAFF))
def test_every_class_of_a_sheet_is_worn_by_something(name):
    classes = set(re.findall(r"\.([a-z][\w-]*)(?=[^{}]*\{)", re.sub(r'url\("[^"]*"\)', "", rules(name))))
    assert classes - used() == set()


def test_every_sheet_is_put_on():
    assert {file.stem for file in FOLDER.glob("*.css")} == set(SHEETS) | ELSEWHERE


@pytest.mark.parametrize("name", SHEETS)
def test_garnet_never_says_where_one_stands(name):
    """Garnet means box or act (the look): the page in front has another mark."""
    for selector, declared in re.findall(r"([^{}]+)\{([^{}]*)\}", rules(name)):
        assert not ("aria-current" in selector and "garnet" in declared), selector.strip()


def test_the_page_in_front_is_marked_by_more_than_a_colour():
    everything = "".join(rules(name) for name in SHEETS)
    for selector in (
        r"\.bottom a",
        r"\.account-rooms a",
        r"\.changes-list a",
        r"\.header nav a",
        r"\.footer a",
        r"\.choice-link",
    ):
        found = re.findall(rf"[^{{}}]*{selector}\[aria-current\][^{{}}]*\{{([^{{}}]*)\}}", everything)
        assert re.search("box-shadow|text-decoration", " ".join(found)), selector
