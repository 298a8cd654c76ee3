"""What stands in the head of a page: for search engines, and for those who share it."""

import html
import json
import re
from decimal import Decimal

import pytest

from catalog import views
from catalog.models import Product
from flagship.templatetags.house import structured
from services.foundation.formats import money
from services.foundation.regions.links import storefront
from services.foundation.regions.models import Region
from services.foundation.regions.roster import all_regions
from tests import makers
from tests.makers import place, variant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
SITE = "http://127.0.0.1:8000"
#: Every kind of page that strangers may find.
INDEXED = [
    *("", "pieces/", "collections/arc/", "pieces/halo-band/", "pieces/halo-band/?metal=yellow&size=52", "gifts/", "search/"),
    *("launches/festoon-chain-wallet/", "boutiques/", "about/terms/"),
]
HIDDEN = [
    *("pieces/?metal=gold", "pieces/?sort=price-up", "pieces/?from=1000", "pieces/?place=FR&by=2027-02-01", "gifts/?for=partner"),
    *("collections/arc/?available=yes", "gifts/?occasion=qixi", "search/?q=halo", "bag/", "sign-in/", "wishes/"),
    *("pieces/halo-band/engrave/", "pieces/halo-band/gift/", "nothing/"),
]


def head(client, address: str) -> str:
    return client.get(address).content.decode().split("</head>")[0]


def metas(text: str) -> dict[str, str]:
    """Each property or name with what it says; one that comes twice with the last."""
    found = re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)"', text)
    return {name: html.unescape(content) for name, content in found}


def graph(text: str) -> list[dict]:
    """The facts of a page. Whatever stands there must be JSON-LD of schema.org."""
    [block] = re.findall(r'<script type="application/ld\+json">(.+?)</script>', text)
    data = json.loads(block)
    assert data["@context"] == "https://schema.org"
    return data["@graph"]


def one(text: str, kind: str) -> dict:
    [found] = [facts for facts in graph(text) if facts["@type"] == kind]
    return found


@pytest.mark.parametrize("page", INDEXED)
@pytest.mark.parametrize("region", ["cn/zh-hans", "eu/fr", "us/en"])
def test_a_page_that_may_be_found_says_all_that_is_shown_of_it_elsewhere(client, region, page):
    text = head(client, f"/{region}/{page}")
    said = metas(text)
    address = f"{SITE}/{region}/{page.partition('?')[0]}"
    assert re.findall(r'<link rel="canonical" href="([^"]+)"', text) == [address] == [said["og:url"]]
    assert all(said[f"og:{name}"] for name in ("site_name", "type", "title", "description", "image", "image:alt"))
    assert said["og:description"] == said["description"]
    assert re.fullmatch(rf"{SITE}/media/.+\.(\d+)\.jpg", said["og:image"])[1] == said["og:image:width"]
    assert said["og:locale"] == {"cn/zh-hans": "zh_CN", "eu/fr": "fr_FR", "us/en": "en_US"}[region]
    others = set(re.findall(r'og:locale:alternate" content="(\w+)"', text))
    assert said["og:locale"] not in others and others | {said["og:locale"]} == {"zh_CN", "fr_FR", "en_GB", "en_US"}
    assert "robots" not in said


@pytest.mark.parametrize("page", HIDDEN)
def test_a_page_that_is_not_to_be_found_names_no_address_for_itself(client, page):
    answer = client.get(f"/eu/en/{page}")
    text = answer.content.decode().split("</head>")[0]
    assert metas(text)["robots"] == "noindex"
    assert "canonical" not in text and "hreflang" not in text and "og:url" not in text


def test_an_order_is_not_to_be_found(client, standin):
    order = place(makers.fill(variant()))
    client.get(f"/eu/en/orders/{order.number}/?key={order.access_key}")
    for page in ("", "cancel/", "change/address/"):
        text = head(client, f"/eu/en/orders/{order.number}/{page}")
        assert metas(text)["robots"] == "noindex" and "canonical" not in text


def test_a_page_says_where_else_it_can_be_read_in_every_country_of_every_region(client):
    text = head(client, "/eu/fr/pieces/halo-band/?metal=platinum&size=52")
    found = dict(re.findall(r'hreflang="([\w-]+)" href="([^"]+)"', text))
    for region in all_regions().values():
        for language in region.languages:
            for country in region.countries:
                tag = f"{'zh-Hans' if language == 'zh-hans' else language}-{country}"
                assert found.pop(tag) == f"{SITE}/{region.code}/{language}/pieces/halo-band/"
    assert found == {"x-default": f"{SITE}/"}


def test_a_country_that_two_regions_serve_is_named_once(client):
    Region.objects.filter(pk="us").update(countries=["US", "FR"])
    all_regions.forget()
    text = head(client, "/eu/fr/")
    tags = re.findall(r'hreflang="([\w-]+)"', text)
    assert len(tags) == len(set(tags))
    assert dict(re.findall(r'hreflang="([\w-]+)" href="([^"]+)"', text))["fr-FR"] == f"{SITE}/eu/fr/"
    all_regions.forget()


def links(text: str) -> dict[str, str]:
    return dict(re.findall(r'<link rel="(canonical|prev|next)" href="([^"]+)"', text))


def test_a_further_page_of_a_list_is_a_page_of_its_own(client, monkeypatch):
    monkeypatch.setattr(views, "A_PAGE", 3)
    pieces = f"{SITE}/eu/en/pieces/"
    assert links(head(client, "/eu/en/pieces/")) == {"canonical": pieces, "next": f"{pieces}?page=2"}
    assert links(head(client, "/eu/en/pieces/?page=1")) == {"canonical": pieces, "next": f"{pieces}?page=2"}
    second = head(client, "/eu/en/pieces/?page=2")
    assert links(second) == {"canonical": f"{pieces}?page=2", "prev": pieces, "next": f"{pieces}?page=3"}
    assert f'hreflang="fr-FR" href="{SITE}/eu/fr/pieces/?page=2"' in second
    last = {"canonical": f"{pieces}?page=3", "prev": f"{pieces}?page=2"}
    assert links(head(client, "/eu/en/pieces/?page=3")) == links(head(client, "/eu/en/pieces/?page=99")) == last
    assert links(head(client, "/eu/en/pieces/?page=2&metal=gold")) == {}


def test_what_others_hang_onto_an_address_makes_no_new_page(client):
    assert links(head(client, "/eu/en/pieces/?utm_source=letter")) == {"canonical": f"{SITE}/eu/en/pieces/"}


def check_offer(offer: dict, region: Region) -> None:
    assert offer["@type"] == "Offer" and offer["url"].startswith(f"{SITE}/{region.code}/")
    assert Decimal(offer["price"]) > 0 and offer["priceCurrency"] == region.currency
    assert re.fullmatch(
        r"https://schema\.org/(InStock|MadeToOrder|LimitedAvailability|SoldOut|OutOfStock)", offer["availability"]
    )
    assert offer["eligibleRegion"] == region.countries and offer["seller"]["name"] == region.seller_name


@pytest.mark.parametrize("place", ["cn/zh-hans", "eu/fr", "us/en"])
def test_every_piece_tells_each_variant_with_the_price_that_its_own_page_shows(client, place):
    code, language = place.split("/")
    region = Region.objects.get(pk=code)
    for slug in Product.objects.filter(parent=None, is_public=True).values_list("slug", flat=True):
        text = head(client, f"/{place}/pieces/{slug}/")
        [facts] = [f for f in graph(text) if f["@type"] in ("Product", "ProductGroup")]
        assert facts["name"] and facts["url"] == f"{SITE}/{place}/pieces/{slug}/" and facts["brand"]["name"]
        variants = facts.get("hasVariant", [facts])
        if facts["@type"] == "ProductGroup":
            assert facts["productGroupID"] and facts["image"] and len(variants) > 1
            assert set(facts["variesBy"]) <= {"https://schema.org/material", "https://schema.org/size"} != set()
            for axis in facts["variesBy"]:
                assert len({one[axis.rsplit("/", 1)[1]] for one in variants}) > 1
        assert len({one["sku"] for one in variants}) == len(variants) == Product.objects.filter(parent__slug=slug).count()
        for each in variants:
            assert each["@type"] == "Product" and each["name"] and each["image"].endswith(".jpg")
            check_offer(each["offers"], region)
        for each in (variants[0], variants[-1]):
            page = client.get(each["offers"]["url"].removeprefix(SITE)).content.decode()
            with storefront(code, language):
                assert money(Decimal(each["offers"]["price"]), region.currency) in page and each["sku"] in page


def offers(client, slug: str) -> dict[str, str]:
    """What each variant's offer says of it, by reference."""
    facts = one(head(client, f"/eu/en/pieces/{slug}/"), "ProductGroup")
    return {each["sku"]: each["offers"]["availability"].rsplit("/", 1)[1] for each in facts["hasVariant"]}


def test_each_variant_is_told_as_it_can_be_had(client):
    piece = Product.objects.get(slug="halo-band")
    gone = variant(size="48")
    makers.keep_units(gone, 0)
    assert offers(client, "halo-band")[gone.upc] == "MadeToOrder"
    Product.objects.filter(pk=piece.pk).update(made_to_order_weeks=None)
    said = offers(client, "halo-band")
    assert said[gone.upc] == "SoldOut" and said[variant(size="52").upc] == "InStock"
    wallet = one(head(client, "/eu/en/pieces/festoon-chain-wallet/"), "Product")  # the only one there is; opens later
    assert wallet["offers"]["availability"] == "https://schema.org/OutOfStock"


def test_what_is_not_offered_in_a_region_has_no_offer_there(client):
    from catalog.partner.models import Price

    gone = variant(size="48")
    Price.objects.filter(variant=gone, region_id="eu").delete()
    assert gone.upc not in offers(client, "halo-band")
    Price.objects.filter(variant__parent__slug="halo-band", region_id="eu").delete()
    text = head(client, "/eu/en/pieces/halo-band/")
    assert "offers" not in one(text, "Product") and "product:price:amount" not in text


@pytest.mark.parametrize(("page", "length"), [("pieces/", 2), ("collections/arc/", 3), ("pieces/arc-bangle/", 4)])
def test_the_way_to_a_page_is_told_step_by_step_and_each_step_answers(client, page, length):
    steps = one(head(client, f"/eu/fr/{page}"), "BreadcrumbList")["itemListElement"]
    assert [step["position"] for step in steps] == list(range(1, length + 1))
    assert steps[-1]["item"] == f"{SITE}/eu/fr/{page}"
    for step in steps:
        assert step["@type"] == "ListItem" and step["name"]
        assert client.get(step["item"].removeprefix(SITE)).status_code == 200


def test_a_collection_that_is_not_public_is_no_step(client):
    from catalog.models import Category

    Category.objects.filter(slug="arc").update(is_public=False)
    page = client.get("/eu/en/pieces/arc-bangle/").content.decode()
    assert len(one(page, "BreadcrumbList")["itemListElement"]) == 3 and "/collections/arc/" not in page


def test_the_home_page_tells_who_the_house_is_and_how_it_is_searched(client):
    text = head(client, "/eu/fr/")
    house, site = one(text, "Organization"), one(text, "WebSite")
    assert house["name"] == site["name"] == "Maison Arcenne" and house["url"] == f"{SITE}/"
    assert house["contactPoint"]["email"] and house["contactPoint"]["telephone"].startswith("+")
    assert house["logo"].startswith(SITE) and site["publisher"]["@id"] == house["@id"]
    search = site["potentialAction"]["target"]["urlTemplate"]
    answer = client.get(search.removeprefix(SITE).replace("{search_term_string}", "halo"))
    assert answer.status_code == 200 and "/pieces/halo-band/" in answer.content.decode()


def test_a_text_cannot_break_out_of_the_facts():
    assert structured([{"name": "</script><b>&"}]).count("<") == 2


def test_the_sitemap_lists_every_public_page_and_each_is_the_one_it_names(client):
    addresses = re.findall(r"<loc>([^<]+)</loc>", client.get("/sitemap.xml").content.decode())
    assert len(addresses) == len(set(addresses)) >= 9 * 20
    for address in addresses[::7]:
        answer = client.get(address.replace(SITE, ""))
        assert answer.status_code == 200 and "noindex" not in answer.content.decode()
        assert links(answer.content.decode())["canonical"] == address
    robots = client.get("/robots.txt").content.decode()
    assert "Disallow: /staff/" in robots and f"Sitemap: {SITE}/sitemap.xml" in robots
