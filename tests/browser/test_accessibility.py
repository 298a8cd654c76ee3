"""axe on every page in every state. Here each state once, places and widths taking turns; `make audit` crosses them all."""

import json

import pytest

from tests.audit import accessibility, states
from tests.audit.guest import Guest

pytestmark = pytest.mark.serial
#: Three languages in two regions, at a phone's width and a desk's: neighbours in a list of states get different ones.
TURNS = [(place, width) for width in (390, 1440) for place in ("/eu/en/", "/cn/zh-hans/", "/eu/fr/")]


@pytest.fixture(scope="session")
def guest(flagship) -> Guest:
    """A signed-in client of the open flagship, whose rooms are furnished."""
    return Guest(**json.loads(flagship.shell("from tests.audit import arriving; print(arriving.arrive_in_words())")))


def pages_by_width(open_page, flagship, guest: Guest | None = None) -> dict:
    """A page of one visitor at each width."""
    pages = {width: open_page(width) for width in (390, 1440)}
    for page in pages.values():
        if guest:
            page.context.add_cookies([{"name": guest.cookie, "value": guest.session, "url": flagship.url}])
    return pages


def look(pages: dict, found: tuple[states.State, ...]) -> list[str]:
    """Every violation in these states, each at one place and width."""
    faults = []
    for n, state in enumerate(found):
        place, width = TURNS[n % len(TURNS)]
        width = width if width < state.narrower_than else 390
        state.open(pages[width], place)
        faults += [f"{state.name} {place} {width}: {fault}" for fault in accessibility.violations(pages[width])]
    return faults


def test_axe_finds_nothing_wherever_anybody_goes(flagship, open_page):
    faults = look(pages_by_width(open_page, flagship), states.ANYBODY)
    assert not faults, "\n".join(faults)


def test_axe_finds_nothing_in_a_clients_rooms(flagship, open_page, guest):
    faults = look(pages_by_width(open_page, flagship, guest), states.of_a_client(guest))
    assert not faults, "\n".join(faults)


def test_axe_finds_what_is_planted(flagship, open_page):
    page = open_page()
    page.goto("/eu/en/")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"/favicon.ico\"><button></button>')")
    found = " ".join(accessibility.violations(page))
    assert "image-alt" in found and "button-name" in found
