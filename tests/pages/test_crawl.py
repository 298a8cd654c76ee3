"""Every link of every kind of page, in every region and language: a chosen part of what `make audit` follows to the end."""

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from services.foundation.regions.roster import all_regions
from tests.audit import arriving
from tests.audit.crawling import Answer, Crawl, FewOfEach, kind_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def fetcher(client: Client):
    """What a browser would get; static files come from their folders, since the tests collect none."""

    def fetch(address: str) -> Answer:
        path = address.partition("?")[0]
        if path.startswith(settings.STATIC_URL):
            found = finders.find(path.removeprefix(settings.STATIC_URL))
            if not found:
                return Answer(404, "")
            return Answer(200, "text/css", Path(found).read_text()) if path.endswith(".css") else Answer(200, "file")
        answer = client.get(address)
        kind = answer.headers.get("Content-Type", "").partition(";")[0]
        text = answer.content.decode() if kind == "text/html" else ""
        return Answer(answer.status_code, kind, text, answer.headers.get("Location", ""))

    return fetch


def places() -> list[str]:
    return [f"/{region.code}/{language}/" for region in all_regions().values() for language in region.languages]


@pytest.mark.parametrize("language", ["en", "fr", "zh-hans"])
def test_every_link_leads_somewhere_and_every_page_is_well_made(client, language):
    starts = [place for place in places() if place.endswith(f"/{language}/")]
    for start in starts:
        client.post(f"{start}bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "52"})
    more = ("checkout/", "pieces/halo-band/engrave/?inscription=A&face=roman", "pieces/halo-band/gift/", "search/?q=zzzz")
    wanted = FewOfEach(kind_of, most=1)
    here = ("/static/", "/media/", *starts)
    crawl = Crawl(fetcher(client), settings.SITE_URL, lambda address: address.startswith(here) and wanted(address))
    crawl.walk([*starts, *(f"{start}{there}" for start in starts for there in more)])
    assert not crawl.faults, "\n".join(crawl.faults[:40])
    assert len(crawl.pages()) > 60


def test_every_link_in_a_clients_rooms_leads_somewhere(client, standin):
    guest = arriving.arrive(standin)
    client.cookies[guest.cookie] = guest.session
    wanted = FewOfEach(kind_of, most=1)
    crawl = Crawl(fetcher(client), settings.SITE_URL, lambda a: ("/account/" in a or "/orders/" in a) and wanted(a))
    crawl.walk(f"{place}{there}" for place in ("/eu/en/", "/eu/fr/", "/cn/zh-hans/") for there in guest.addresses())
    assert not crawl.faults, "\n".join(crawl.faults[:40])
    assert len(crawl.pages()) > 30
