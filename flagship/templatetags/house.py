"""Small words of the templates: amounts, days, pictures, this page elsewhere."""

import json
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.template import Library
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from services.foundation import formats
from services.foundation.house import house

register = Library()


@register.filter
def money(amount: Decimal | None, currency: str) -> str:
    """`{{ price|money:region.currency }}`"""
    return formats.money(amount, currency) if amount is not None else ""


@register.filter
def day_words(day: date | datetime | None) -> str:
    """A day with its weekday, in the active language."""
    return formats.day_words(day) if day else ""


@register.filter
def quoted(text: str) -> str:
    """A client's words in the quotation marks of the active language."""
    return formats.quoted(text)


@register.simple_tag
def listed(*words: object) -> str:
    """Several words in a row: `{% listed box ribbon %}`."""
    return formats.listed(words)


@register.filter
def zone_words(zone) -> str:
    """A time zone in words."""
    return formats.zone_words(zone)


@register.simple_tag
def house_label(group: str, code: str) -> str:
    """What a kind, family or stone is called: `{% house_label "kind" kind.slug %}`."""
    return house().label(group, code)


@register.filter
def country_name(code: str) -> str:
    """A country (ISO 3166-1) in the active language."""
    return str(formats.locale().territories.get(code, code))


@register.simple_tag
def picture(found, sizes: str = "100vw", css: str = "", first: bool = False) -> SafeString:
    """A `<picture>` of a catalog.Picture: AVIF, WebP, JPEG with srcset; `first` is loaded with priority."""
    if not found:
        return mark_safe("")
    base = f"{settings.MEDIA_URL}{found.stem}"

    def srcset(ending: str) -> str:
        return ", ".join(f"{base}.{w}.{ending} {w}w" for w in found.widths)

    sources = format_html_join(
        "", '<source type="image/{}" srcset="{}" sizes="{}">', [(e, srcset(e), sizes) for e in ("avif", "webp")]
    )
    middle = found.widths[len(found.widths) // 2]
    loading = 'fetchpriority="high"' if first else 'loading="lazy" decoding="async"'
    return format_html(
        '<picture class="{}">{}<img src="{}.{}.jpg" srcset="{}" sizes="{}" width="{}" height="{}" alt="{}" {}></picture>',
        css,
        sources,
        base,
        middle,
        srcset("jpg"),
        sizes,
        found.width,
        found.height,
        found.alt,
        mark_safe(loading),
    )


@register.simple_tag
def house_picture(scene: str, alt: str, sizes: str = "100vw", first: bool = False, css: str = "") -> SafeString:
    """One of the house's own pictures (box `closed`, `open`, the wide `hero` …); nothing where the house has none."""
    from catalog.models import Picture

    row = house().scenes.get(scene)
    if row is None:
        return mark_safe("")
    found = Picture(stem=f"pictures/box/{scene}", **{key: row[key] for key in ("widths", "width", "height")})
    found.alt = alt
    return picture(found, sizes, css, first)


@register.simple_tag(takes_context=True)
def here(context) -> str:
    """The one address of this page: of its region and language, without a query."""
    request = context["request"]
    return f"{settings.SITE_URL}/{request.region.code}/{request.language}{request.path_info}"


@register.simple_tag(takes_context=True)
def alternates(context) -> list[tuple[str, str]]:
    """This page for other readers: language and main country of each region (BCP 47), and the door for everybody else."""
    request = context["request"]
    tags = {"zh-hans": "zh-Hans"}
    found = [
        (
            f"{tags.get(language, language)}-{region.countries[0]}",
            f"{settings.SITE_URL}/{region.code}/{language}{request.path_info}",
        )
        for region in context["regions"]
        for language in region.languages
    ]
    return [*found, ("x-default", f"{settings.SITE_URL}/")]


@register.simple_tag
def structured(data: dict[str, object]) -> SafeString:
    """Facts for search engines (JSON-LD): a block of data that no browser runs, escaped so that it cannot end itself."""
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
