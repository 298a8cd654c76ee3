"""axe over the states of the house: what it finds, in one line each."""

from axe_playwright_python.sync_playwright import Axe

#: WCAG 2.2 A and AA, and what axe calls good practice.
OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
}
_axe = Axe()


def violations(page) -> list[str]:
    """What axe finds on an open page."""
    found = _axe.run(page, options=OPTIONS).response["violations"]
    return [f"{v['id']} ({v['impact']}) × {len(v['nodes'])}: {v['nodes'][0]['html'][:200]}" for v in found]
