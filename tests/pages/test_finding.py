"""Finding a piece: the listing's filters, and the search page."""

import re

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


@pytest.mark.parametrize(
    ("asked", "slug"),
    [
        ("手镯", "arc-bangle"), ("shouzhuo", "arc-bangle"), ("bangle", "arc-bangle"), ("bracelet", "arc-bangle"),
        ("钻戒", "halo-ring"), ("diamond ring", "halo-ring"), ("bague diamant", "halo-ring"), ("AR-1001", "arc-bangle"),
        ("项链", "filament-pendant"), ("porte-cartes", "festoon-card-case"), ("皮", "festoon-card-case"),
    ],
)  # fmt: skip
def test_search_finds_in_three_languages(client, asked, slug):
    html = client.get("/eu/en/search/", {"q": asked}).content.decode()
    assert f"/pieces/{slug}/" in html


def test_search_that_finds_nothing_offers_the_collections(client):
    html = client.get("/eu/en/search/", {"q": "zzzz<script>"}).content.decode()
    assert "&lt;script&gt;" in html and "/collections/arc/" in html


def test_filters_combine_and_stay_in_the_address(client):
    def found(**query):
        html = client.get("/eu/en/pieces/", query).content.decode()
        return set(re.findall(r"/eu/en/pieces/([a-z-]+)/", html))

    everything = found()
    assert len(everything) == 8
    leather = found(metal="leather")
    assert leather == {"festoon-chain-wallet", "festoon-card-case"}
    assert found(kind="ring", stone="diamond") == {"halo-ring"}
    assert found(metal="leather", stone="diamond") == set()
    assert found(engravable="yes") < everything


def test_the_listing_narrows_by_size_and_price_and_says_what_it_cannot_read(client):
    def found(query: str) -> set[str]:
        return set(re.findall(r'href="/eu/en/pieces/([\w-]+)/"', client.get(f"/eu/en/pieces/?{query}").content.decode()))

    assert found("size=54") == {"halo-ring", "halo-band"}
    assert found("from=1000&to=2000") == {"halo-band", "filament-plate", "festoon-chain-wallet"}
    assert found("from=1 000&to=2,000&size=54") == {"halo-band"}
    assert found("size=nowhere") == set()
    html = client.get("/eu/en/pieces/?from=cheap&to=-5").content.decode()
    assert "amount in figures" in html and 'value="cheap"' in html and "8 pieces" in html
