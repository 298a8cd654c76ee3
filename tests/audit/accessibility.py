"""axe over the states of the house: what it finds, in one line each."""

from axe_playwright_python.sync_playwright import Axe

#: WCAG 2.2 A and AA, and what axe calls good practice.
OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
}
#: A card's pictures scroll under a finger and hold nothing to tab to: the title's link is the card's one stop, and its focus
#: shows the second view (static/css/components.css), so that no keyboard needs to scroll them. axe cannot know that.
SPARED = {"scrollable-region-focusable": ".card figure"}
_axe = Axe()


def violations(page) -> list[str]:
    """What axe finds on an open page, less what is spared."""
    found = _axe.run(page, options=OPTIONS).response["violations"]
    for violation in found:
        spared = SPARED.get(violation["id"], "")
        violation["nodes"] = [node for node in violation["nodes"] if not (spared and _matches(page, node["target"][0], spared))]
    found = [violation for violation in found if violation["nodes"]]
    return [f"{v['id']} ({v['impact']}) × {len(v['nodes'])}: {v['nodes'][0]['html'][:200]}" for v in found]


def _matches(page, target: str, selector: str) -> bool:
    return page.locator(target).evaluate("(one, selector) => one.matches(selector)", selector)
