"""Lighthouse on a phone, for each type of page, in turns with the floor page (P5, P6)."""

import json
import os
import statistics
import subprocess
from contextlib import suppress
from pathlib import Path

from tests.audit.guest import Guest
from tests.audit.report import Row, missing, spread, steady, timed

GOAL = "P5 and P6"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
#: Public pages want to be found; the others say noindex, and Lighthouse counts that against them.
PUBLIC = {"home": "", "listing": "pieces/", "piece": "pieces/halo-band/", "gifts": "gifts/"}
PRIVATE = {"engraving": "pieces/halo-band/engrave/", "bag": "bag/", "checkout": "checkout/"}
#: The types that the other two languages are measured on: the heaviest one, and the one that is looked at most.
ABROAD = {"/cn/zh-hans/": ("home", "piece"), "/eu/fr/": ("home", "piece")}


def pages(guest: Guest) -> dict[str, str]:
    """Name and address of every page that is measured."""
    private = PRIVATE | {"order": f"orders/{guest.paid}/"}
    found = {name: f"/eu/en/{address}" for name, address in (PUBLIC | private).items()}
    return found | {f"{name} {place}": f"{place}{PUBLIC[name]}" for place, names in ABROAD.items() for name in names}


def measure(url: str, guest: Guest, program: Path | None, browser: str | None, rounds: int) -> list[Row]:
    """Every page in turns with the floor."""
    if program is None:
        return [missing("lighthouse", GOAL, "npm is missing, or could not install lighthouse")]
    wanted = {"floor": "/floor/"} | pages(guest)
    figures: dict[str, list[dict[str, float]]] = {name: [] for name in wanted}
    faults: dict[str, set[str]] = {name: set() for name in wanted}
    for _round in range(rounds):
        for name, address in wanted.items():
            seen = _run(url + address, program, browser, f"{guest.cookie}={guest.session}")
            figures[name].append(_figures(seen))
            faults[name] |= _faults(seen)
    return rows(figures, faults)


def _run(url: str, program: Path, browser: str | None, cookie: str) -> dict:
    flags = "--headless=new --no-sandbox --disable-dev-shm-usage --disable-background-networking --ignore-certificate-errors"
    command = [str(program), url, "--quiet", "--output=json", f"--chrome-flags={flags}"]
    command += [f"--only-categories={','.join(CATEGORIES)}", f"--extra-headers={json.dumps({'Cookie': cookie})}"]
    env = os.environ | ({"CHROME_PATH": browser} if browser else {})

    def once() -> dict:
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=180, check=True)
        return json.loads(done.stdout)

    for _again in range(2):  # its own Chrome does not always start
        with suppress(subprocess.SubprocessError, json.JSONDecodeError):
            return once()
    return once()


def _figures(seen: dict) -> dict[str, float]:
    found = {name: 100 * (seen["categories"][name]["score"] or 0) for name in CATEGORIES}
    for name, audit in (("LCP", "largest-contentful-paint"), ("CLS", "cumulative-layout-shift"), ("bytes", "total-byte-weight")):
        found[name] = seen["audits"][audit]["numericValue"]
    return found


def _faults(seen: dict) -> set[str]:
    """What cost a point outside performance."""
    found = set()
    for category in CATEGORIES[1:]:
        for reference in seen["categories"][category]["auditRefs"]:
            audit = seen["audits"][reference["id"]]
            if audit["score"] is not None and audit["score"] < 1 and reference["weight"] > 0:
                found.add(f"{category}: {audit['title']}")
    return found


def rows(figures: dict[str, list[dict[str, float]]], faults: dict[str, set[str]]) -> list[Row]:
    """The figures of all pages, judged."""

    def each(name: str, what: str) -> list[float]:
        return [figure[what] for figure in figures[name]]

    found, floor = [], each("floor", "LCP")
    if not steady(floor):
        return [missing("lighthouse", GOAL, f"the floor page itself varied more than twofold, {spread(floor)} ms")]
    names = [name for name in figures if name != "floor"]
    for name in names:
        kind, scores = name.split()[0], {what: statistics.median(each(name, what)) for what in CATEGORIES}
        asked = CATEGORIES[1:] if kind in PUBLIC else CATEGORIES[1:3]
        whole, shown = all(scores[what] >= 100 for what in asked), " ".join(f"{scores[what]:.0f}" for what in asked)
        details = [fault for fault in sorted(faults[name]) if fault.split(":")[0] in asked]
        found.append(Row("lighthouse", name, f"100 for {', '.join(asked)}", shown, whole, details=details))
        fast = scores["performance"]
        found.append(timed(Row("performance", name, "≥ 98", f"{fast:.0f}", fast >= 98)))
        moved = max(each(name, "CLS"))
        found.append(Row("layout shift", name, "0", f"{moved:.3f}", moved < 0.0005))
        most, ratio = (2 if kind == "home" else 1.8), statistics.median(each(name, "LCP")) / statistics.median(floor)
        found.append(timed(Row("LCP", name, f"≤ {most} × floor", f"{spread(each(name, 'LCP'))} ms", ratio <= most, ratio)))
        heaviest = {"home": 400, "piece": 300}.get(kind)
        if heaviest:
            weight = max(each(name, "bytes")) / 1000
            found.append(Row("first view", name, f"≤ {heaviest} kB", f"{weight:.0f} kB", weight <= heaviest))
    perfect = [name for name in names if " " not in name and statistics.median(each(name, "performance")) >= 100]
    kinds = [name for name in names if " " not in name]
    found.append(timed(Row("performance", "all types", "100 on 6 of 8", f"{len(perfect)} of {len(kinds)}", len(perfect) >= 6)))
    return found
