"""Small words of the templates: amounts, days, pictures, this page elsewhere."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.template import Library
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from flagship.stage import drafts
from services.deferred import wording
from services.deferred.models import Part, Plan
from services.delivery import addresses
from services.foundation import formats
from services.foundation.house import house

register = Library()


@register.filter
def money(amount: Decimal | None, currency: str) -> str:
    """`{{ price|money:region.currency }}`"""
    return formats.money(amount, currency) if amount is not None else ""


@register.filter
def measure(number: Decimal | None) -> str:
    """`{{ inscription.width_mm|measure }} mm`"""
    return formats.measure(number) if number is not None else ""


@register.filter(expects_localtime=True)
def day_words(day: date | datetime | None) -> str:
    """A day with its weekday, in the active language; a moment's day is that of the region in front."""
    return formats.day_words(day) if day else ""


@register.filter(expects_localtime=True)
def date_words(day: date | datetime | None) -> str:
    """A day with its year, in the active language; a moment's day is that of the region in front."""
    return formats.date_words(day) if day else ""


@register.filter
def plan_words(plan: Plan) -> str:
    """What a plan is called: `{{ view.plan|plan_words }}`."""
    return wording.plan_words(plan)


@register.filter
def part_words(part: Part, plan: Plan) -> str:
    """What a part of a plan is called, with when it is to be paid: `{{ part|part_words:plan }}`."""
    return wording.part_words(part, plan)


@register.filter
def draft_key(thing: object) -> str:
    """By what a preview includes a row that is not shown: `{{ original|draft_key }}`; empty for everything else."""
    return drafts.key_of(thing)


@register.filter(is_safe=True)
def quoted(text: str) -> str:
    """A client's words in the quotation marks of the active language."""
    return formats.quoted(text)


@register.filter
def lang(text: object) -> SafeString:
    """The attribute for an element that holds words in another language than the page: `<p{{ card|lang }}>{{ card }}</p>`."""
    language = formats.language_of(text)
    return format_html(' lang="{}"', language) if language else mark_safe("")


@register.filter(needs_autoescape=True)
def in_its_language(text: str, autoescape: bool = True) -> str:
    """Words without an element of their own, marked with their language where the page has another: hanzi in French."""
    if not autoescape:  # plain text knows no languages
        return text
    attribute = lang(text)
    shown = mark_safe(conditional_escape(text).replace("\n", "<br>"))
    return format_html("<span{}>{}</span>", attribute, shown) if attribute else shown


@register.filter
def unbroken(text: str) -> SafeString:
    """A number that is not broken at its hyphen: an order's, in a heading."""
    return format_html('<span style="white-space:nowrap">{}</span>', text)


@register.filter
def percent(fraction: Decimal) -> str:
    """A tax rate in per cent."""
    return formats.percent(fraction)


@register.simple_tag
def listed(*words: object) -> str:
    """Several words in a row: `{% listed box ribbon %}`."""
    return formats.listed(words)


@register.simple_tag
def listed_all(words: Iterable[object]) -> str:
    """The words of a list in a row: `{% listed_all wrapping.articles %}`."""
    return formats.listed(words)


@register.filter
def zone_words(zone) -> str:
    """A time zone in words."""
    return formats.zone_words(zone)


@register.simple_tag
def house_label(group: str, code: str) -> str:
    """What a kind, family or stone is called: `{% house_label "kind" kind.slug %}`."""
    return house().label(group, code)


@register.simple_tag
def choice_label(family: str) -> str:
    """What one chooses among the metals of a family: `{% choice_label chosen.metal.family %}`."""
    return house().choice_label(family)


@register.filter
def country_name(code: str) -> str:
    """A country (ISO 3166-1) in the active language."""
    return formats.country_name(code)


@register.filter
def written(fields: dict[str, str]) -> list[str]:
    """An address as its country writes it, line by line, below the name: `{% for line in address.fields|written %}`."""
    return addresses.written(fields)


#: How wide pictures stand at each place of the pages, as the style sheets lay them out: a frame of 90rem whose margins are 5rem,
#: from 48rem 2.5rem, below 1.25rem. Whoever changes a grid changes its line here; tests/pages/test_picture_sizes.py reckons it.
SIZES = {
    # .grid: two, three or four in a row
    "card": "(min-width: 90rem) 20rem, (min-width: 64rem) calc(25vw - 2.5rem), "
    "(min-width: 48rem) calc(33.3vw - 1.67rem), calc(50vw - 1.25rem)",
    # .collections: two or four
    "collection": "(min-width: 90rem) 20rem, (min-width: 64rem) calc(25vw - 2.5rem), "
    "(min-width: 48rem) calc(50vw - 2.5rem), calc(50vw - 1.25rem)",
    # .gallery: first and last over both columns; on phones a row to swipe
    "gallery-wide": "(min-width: 90rem) 44.3rem, (min-width: 64rem) calc(58.3vw - 8.17rem), 92vw",
    "gallery": "(min-width: 90rem) 22.1rem, (min-width: 64rem) calc(29.2vw - 4.14rem), 92vw",
    # .engrave-stage: no higher than the window leaves it; on tablets half a frame, on phones all of it
    "stage": "(min-width: 90rem) min(44.3rem, 80vh - 15.2rem), (min-width: 64rem) min(58.3vw - 8.17rem, 80vh - 15.2rem), "
    "(min-width: 48rem) calc(50vw - 3.25rem), calc(100vw - 2.5rem)",
    "gift": "(min-width: 90rem) 44.3rem, (min-width: 64rem) calc(58.3vw - 8.17rem), "
    "(min-width: 48rem) calc(100vw - 5rem), calc(100vw - 2.5rem)",
    # .crafts and .launch-tile: half the frame beside words
    "half": "(min-width: 90rem) 38rem, (min-width: 64rem) calc(50vw - 7rem), "
    "(min-width: 48rem) calc(100vw - 5rem), calc(100vw - 2.5rem)",
    "tile": "(min-width: 90rem) 39rem, (min-width: 64rem) calc(50vw - 6rem), "
    "(min-width: 48rem) calc(100vw - 5rem), calc(100vw - 2.5rem)",
    # .tile: two of the grid's columns, all of a phone's
    "editorial": "(min-width: 90rem) 40rem, (min-width: 64rem) calc(50vw - 5rem), "
    "(min-width: 48rem) calc(66.7vw - 3.33rem), calc(100vw - 2.5rem)",
    # .line
    "line": "(min-width: 48rem) 9rem, 6rem",
    # .suggestion: a stamp beside a name
    "suggestion": "3rem",
    # .hero: cropped from 16:9 to a height, so wider than it looks on a narrow page
    "hero": "(min-width: 80rem) 100vw, max(100vw, 42.7rem, min(163.6vw, 106.7vh))",
}


def _srcset(found, ending: str) -> str:
    return ", ".join(f"{settings.MEDIA_URL}{found.stem}.{w}.{ending} {w}w" for w in found.widths)


@register.simple_tag
def picture(found, sizes: str = "100vw", css: str = "", first: bool = False) -> SafeString:
    """A `<picture>` of a catalog.Picture: AVIF, WebP, JPEG with srcset. Nothing while it is not ready.

    ``sizes`` names a place of SIZES (or is a sizes attribute itself). ``first`` is the page's first picture: loaded at once and
    with priority, all others when they come near.
    """
    if not found or not found.is_ready:
        return mark_safe("")
    sizes = SIZES.get(sizes, sizes)
    base = f"{settings.MEDIA_URL}{found.stem}"
    sources = format_html_join(
        "", '<source type="image/{}" srcset="{}" sizes="{}">', [(e, _srcset(found, e), sizes) for e in ("avif", "webp")]
    )
    middle = found.widths[len(found.widths) // 2]
    loading = 'fetchpriority="high"' if first else 'loading="lazy" decoding="async"'
    return format_html(
        '<picture class="{}">{}<img src="{}.{}.jpg" srcset="{}" sizes="{}" width="{}" height="{}" alt="{}" data-colour="{}" {}>'
        "</picture>",
        css,
        sources,
        base,
        middle,
        _srcset(found, "jpg"),
        sizes,
        found.width,
        found.height,
        found.alt,
        found.colour,
        mark_safe(loading),
    )


@register.simple_tag
def preload_picture(found, sizes: str) -> SafeString:
    """For the head of a page, its first picture and no other: begins to load before the page is laid out. Same place as below."""
    if not found or not found.is_ready:
        return mark_safe("")
    return format_html(
        '<link rel="preload" as="image" type="image/avif" imagesrcset="{}" imagesizes="{}" fetchpriority="high">',
        _srcset(found, "avif"),
        SIZES.get(sizes, sizes),
    )


def _scene(scene: str, alt: str = ""):
    """One of the house's own pictures, as a picture that is no row; None where the house has none."""
    from catalog.models import Picture

    row = house().scenes.get(scene)
    if row is None:
        return None
    found = Picture(stem=f"pictures/box/{scene}", **{key: row[key] for key in ("widths", "width", "height")})
    found.colour = row.get("colour") or house().colours["ground"]
    found.alt = alt
    return found


@register.simple_tag
def house_picture(scene: str, alt: str, sizes: str = "100vw", first: bool = False, css: str = "") -> SafeString:
    """One of the house's own pictures (box `closed`, `open`, the wide `hero` …); nothing where the house has none."""
    return picture(_scene(scene, alt), sizes, css, first)


@register.simple_tag
def preload_house_picture(scene: str, sizes: str) -> SafeString:
    """`{% preload_picture %}` for one of the house's own pictures."""
    return preload_picture(_scene(scene), sizes)


@register.simple_tag(takes_context=True)
def share_picture(context) -> dict[str, object] | None:
    """The picture shown where this page is shared, as its largest file: the page's own, else the house's."""
    found = context.get("share") or _scene("hero", house().texts["hero_alt"]) or _scene("open")
    if not found or not found.address:
        return None
    width = found.widths[-1]
    return {"address": found.address, "width": width, "height": round(found.height * width / found.width), "alt": found.alt}


@register.simple_tag(takes_context=True)
def share_locales(context) -> list[str]:
    """How this page's region and language are called where it is shared (fr_FR), then every other in which it can be read."""
    request = context["request"]
    others = [formats.share_locale(language, region.formats) for region in context["regions"] for language in region.languages]
    return list(dict.fromkeys([formats.share_locale(request.language, request.region.formats), *others]))


def _page(number: int | str) -> str:
    """The query of a further page of a list; the first has none."""
    return f"?page={number}" if number and int(number) > 1 else ""


@register.simple_tag(takes_context=True)
def here(context, number: int | str = 1) -> str:
    """The one address of this page: of its region and language, without a query but the number of a further page."""
    request = context["request"]
    return f"{settings.SITE_URL}/{request.region.code}/{request.language}{request.path_info}{_page(number)}"


@register.simple_tag(takes_context=True)
def alternates(context, number: int | str = 1) -> list[tuple[str, str]]:
    """This page for other readers: each language in each country of each region (BCP 47), and the door for everybody else."""
    request = context["request"]
    found: dict[str, str] = {}
    for region in context["regions"]:
        for language in region.languages:
            address = f"{settings.SITE_URL}/{region.code}/{language}{request.path_info}{_page(number)}"
            for country in region.countries:
                found.setdefault(f"{formats.TAGS.get(language, language)}-{country}", address)
    return [*found.items(), ("x-default", f"{settings.SITE_URL}/")]


@register.simple_tag
def structured(facts: list[dict[str, object]]) -> SafeString:
    """Facts for search engines (JSON-LD): a block of data that no browser runs, escaped so that it cannot end itself."""
    data = {"@context": "https://schema.org", "@graph": facts}
    text = json.dumps(data, ensure_ascii=False).translate({ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"})
    return mark_safe(f'<script type="application/ld+json">{text}</script>')


@register.simple_tag(takes_context=True)
def elsewhere(context, region=None, language=None) -> str:
    """The address of this page in another region or language."""
    request = context["request"]
    code = region.code if region else request.region.code
    tag = language or (request.language if region is None or request.language in region.languages else region.languages[0])
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return f"/{code}/{tag}{request.path_info}{query}"
