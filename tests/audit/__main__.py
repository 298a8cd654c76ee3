"""`make audit`: the whole house measured, each figure beside its goal. ROUNDS=1 is a quick look, ONLY=crawl,axe a part."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

from tests.audit import accessibility, interactions, lighthouse, report, states
from tests.audit.crawling import Crawl, FewOfEach, asked_of
from tests.audit.opening import FOLDER, Opened, node_tools, open_house
from tests.audit.report import Row, missing
from tests.browser.conftest import browser_program

LANGUAGES = ("en", "fr", "zh-hans")
REGIONS = ("cn", "eu", "us")
PLACES = tuple(f"/{region}/{language}/" for region in REGIONS for language in LANGUAGES)
LOOKED_AT = ("/eu/en/", "/eu/fr/", "/cn/zh-hans/")
PAGES = FOLDER / "pages"


def crawl(house: Opened) -> list[Row]:
    """Every link from every home on, as a guest and as a client; the pages are kept for the validator."""
    shutil.rmtree(PAGES, ignore_errors=True)
    PAGES.mkdir(parents=True)
    kept: dict[str, str] = {}

    def keep(address: str, text: str) -> None:
        name = f"{len(kept):05d}.html"
        kept[name] = address
        (PAGES / name).write_text(text, encoding="utf-8")

    anybody = Crawl(house.fetcher(), house.url, FewOfEach(asked_of, most=4), keep).walk(PLACES)
    cookie = f"{house.guest.cookie}={house.guest.session}"
    rooms = ("/account/", "/orders/", "/bag/", "/checkout/")
    few = FewOfEach(asked_of, most=4)
    client = Crawl(
        house.fetcher(cookie), house.url, lambda address: any(room in address for room in rooms) and few(address), keep
    )
    client.walk(f"{place}{there}" for place in PLACES for there in (*house.guest.addresses(), "bag/"))
    (FOLDER / "pages.json").write_text(json.dumps(kept, indent=1))
    return [
        Row(
            "crawl",
            f"{who}, {len(walk.answers)} addresses",
            "no fault",
            f"{len(walk.faults)} faults",
            not walk.faults,
            None,
            walk.faults,
        )
        for who, walk in (("anybody", anybody), ("a client", client))
    ]


def html(tools: Path | None) -> list[Row]:
    """The standard's own validator over every page that the crawl kept."""
    goal, java = "no error", shutil.which("java")
    jar = tools / "vnu-jar" / "build" / "dist" / "vnu.jar" if tools else None
    if not java or jar is None or not jar.exists():
        return [missing("html", goal, "it needs Java, and npm for vnu-jar")]
    if not PAGES.exists():
        return [missing("html", goal, "there is no crawl to read")]
    command = [java, "-jar", str(jar), "--format", "json", "--stdout", "--exit-zero-always", str(PAGES)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1200, check=True)
    addresses = json.loads((FOLDER / "pages.json").read_text())
    found = [message for message in json.loads(done.stdout)["messages"] if message["type"] == "error"]
    details = [f"{addresses[Path(fault['url']).name]}: {fault['message']}" for fault in found if fault.get("url")]
    return [Row("html", f"{len(addresses)} pages", goal, f"{len(found)} errors", not found, None, details)]


def axe(house: Opened, browser) -> list[Row]:
    """Every state, in three languages, at a phone's width and a desk's."""
    faults, looked = [], 0
    for place in LOOKED_AT:
        for width in (390, 1440):
            for found in (states.ANYBODY, states.of_a_client(house.guest)):
                context = browser.new_context(
                    viewport={"width": width, "height": 844}, base_url=house.url, is_mobile=width < 700, has_touch=width < 700
                )
                if found[0].signed_in:
                    cookie = {"name": house.guest.cookie, "value": house.guest.session, "url": house.url, "secure": True}
                    context.add_cookies([cookie])
                page = context.new_page()
                for state in found:
                    if width >= state.narrower_than:
                        continue
                    looked += 1
                    try:
                        state.open(page, place)
                    except Error as trouble:
                        faults.append(f"{state.name} {place} {width}: cannot be reached, {trouble.message.splitlines()[0]}")
                        continue
                    faults += [f"{state.name} {place} {width}: {fault}" for fault in accessibility.violations(page)]
                context.close()
    return [Row("axe", f"{looked} states", "A1: no violation", f"{len(faults)} violations", not faults, None, faults)]


def main() -> int:
    rounds = int(os.environ.get("ROUNDS") or 7)
    only = set(filter(None, os.environ.get("ONLY", "").split(",")))
    rows: list[Row] = []

    def part(name: str, measure: Callable[[], list[Row]]) -> None:
        if not only or name in only:
            print(f"{name} …", flush=True)
            try:
                found = measure()
            except Exception as trouble:  # noqa: BLE001 - one part that breaks must not lose what the others measured
                found = [missing(name, "to be measured", f"broke off: {trouble}"[:300])]
            rows.extend(found)
            report.keep(rows, FOLDER / "report.json")

    FOLDER.mkdir(parents=True, exist_ok=True)
    tools = node_tools()
    with sync_playwright() as playwright, open_house() as house:
        program = browser_program(playwright)
        part("crawl", lambda: crawl(house))
        part("html", lambda: html(tools))
        arguments = ["--no-sandbox", "--disable-background-networking", "--ignore-certificate-errors"]
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        part("axe", lambda: axe(house, browser))
        part("interactions", lambda: interactions.measure(house.url, browser, rounds))
        browser.close()
        runner = tools / ".bin" / "lighthouse" if tools else None
        chrome = program or playwright.chromium.executable_path
        part("lighthouse", lambda: lighthouse.measure(house.url, house.guest, runner, chrome, rounds))
    print(report.table(rows))
    print(f"\n{FOLDER / 'report.json'}")
    return report.verdict(rows)


if __name__ == "__main__":
    sys.exit(main())
