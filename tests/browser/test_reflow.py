"""Every page in every state on the narrowest screen, with a reader's own spacing, and with text twice as large (WCAG 1.4.4,
1.4.10, 1.4.12)."""

import pytest

from tests.audit import fitting, states
from tests.browser.test_accessibility import guest  # noqa: F401 - a fixture

pytestmark = pytest.mark.serial


def narrow(page, found: tuple[states.State, ...], place: str) -> list[str]:
    """What does not fit 320 pixels, plain and with a reader's spacing."""
    faults = []
    for state in found:
        state.open(page, place)
        for manner, rules in (("plain", ""), ("spaced", fitting.SPACING)):
            fitting.restyle(page, rules)
            faults += [f"{state.name} {place} {manner}: {fault}" for fault in fitting.faults(page)]
    return faults


@pytest.mark.parametrize("place", ["/eu/en/", "/eu/fr/", "/cn/zh-hans/"])
def test_every_page_fits_320_pixels_and_a_readers_spacing(flagship, open_page, guest, place):  # noqa: F811
    faults = narrow(open_page(320), states.ANYBODY, place)
    page = open_page(320)
    page.context.add_cookies([{"name": guest.cookie, "value": guest.session, "url": flagship.url}])
    faults += narrow(page, states.of_a_client(guest), place)
    assert not faults, "\n".join(faults)


def test_every_page_bears_text_twice_as_large(flagship, open_page, guest):  # noqa: F811
    visitor, client = open_page(1280), open_page(1280)
    client.context.add_cookies([{"name": guest.cookie, "value": guest.session, "url": flagship.url}])
    faults = []
    for page in (visitor, client):
        fitting.double_the_text(page)
    for n, state in enumerate((*states.ANYBODY, *states.of_a_client(guest))):
        page, place = client if state.signed_in else visitor, ("/eu/fr/", "/cn/zh-hans/", "/eu/en/")[n % 3]
        state.open(page, place)
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
        faults += [f"{state.name} {place}: {fault}" for fault in fitting.faults(page)]
    assert not faults, "\n".join(faults)


def test_what_does_not_fit_is_seen(open_page):
    page = open_page(320)
    page.goto("/eu/en/about/care/")
    assert fitting.faults(page) == []
    page.evaluate("document.querySelector('h1').textContent = 'Unbreakable'.repeat(9)")
    fitting.restyle(page, "h1 { overflow-wrap: normal !important; hyphens: none !important; }")
    assert any("wider than the screen" in fault for fault in fitting.faults(page))
    fitting.restyle(page, "h1 { overflow: hidden !important; overflow-wrap: normal !important; hyphens: none !important; }")
    assert any("is cut by <h1" in fault for fault in fitting.faults(page))
