"""Opening a house from its folder: regions, metals, collections, pieces, prices, units, zones, pictures, launches, tiles,
occasions, words.

Idempotent: run again, it adds what the files have and the house has not (pictures follow the files, unless staff uploaded
another), and leaves alone what staff may have changed since; `overwrite` brings texts, prices, zones, pictures and regions back
to the files. Orders, units and launches are never touched.
"""

import json
import secrets
import shutil
import tomllib
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.sites.models import Site
from django.db import transaction
from django.db.models import Model

from catalog import uploading
from catalog.models import (  # type: ignore[attr-defined]  # by star import
    Category,
    ForbiddenWord,
    Metal,
    Occasion,
    Picture,
    Product,
    ProductClass,
    Tile,
    Work,
)
from catalog.partner.models import Partner, Price, StockRecord  # type: ignore[attr-defined]
from catalog.search import indexing
from checkout.order.models import know_country
from checkout.refunds.models import RefundLimit, RegionRule
from checkout.transfers.models import BankAccount, CsvLayout
from flagship.clients.models import User
from flagship.stage.models import Section
from services.deferred.models import EligibilityRule
from services.delivery.models import Feast, Holiday, Transit
from services.engraving import reserving
from services.engraving.faces import SCRIPTS
from services.engraving.models import KeepOut, Station, WordRule, Zone, ZoneSize
from services.foundation.house import SPOKEN, house, read
from services.foundation.memory import Kept
from services.foundation.regions import roster
from services.foundation.regions.models import Region, TaxRate
from services.foundation.units.models import Unit
from services.gifting import stock
from services.gifting.models import MoveReason, PackingOption
from services.launches.models import Launch


def texts(field: str, said: dict[str, str]) -> dict[str, str]:
    """`{"en": …, "zh-hans": …}` as the columns of a translated field."""
    return {f"{field}_{language.replace('-', '_')}": said.get(language, "") for language in SPOKEN}


@transaction.atomic
def open_house(folder: Path, *, now: datetime, overwrite: bool = False) -> None:
    """Bring the database up to a house's files. Raises KeyError or ValueError, naming what a file lacks."""
    put = _Put(overwrite)
    the_house = read(folder)
    said = the_house.raw
    data = tomllib.loads((folder / "pieces.toml").read_text(encoding="utf-8"))
    Site.objects.update_or_create(
        pk=1, defaults={"name": said["texts"][the_house.first_language]["name"], "domain": settings.SITE_URL.split("//")[1]}
    )
    for code in sorted({code for region in said["regions"] for code in region["countries"]}):
        know_country(code)
    for position, region in enumerate(said["regions"]):
        _region(region, position, put)
    for currency, amount in said.get("refund_limits", {}).items():
        put(RefundLimit, {"currency": currency}, {"amount": Decimal(amount)})
    roster.forget()
    for position, metal in enumerate(said.get("metals", [])):
        rest = {k: metal[k] for k in ("family", "swatch")}
        put(Metal, {"code": metal["code"]}, {**rest, "position": position, **texts("name", metal["name"])})
    for position, option in enumerate(said.get("packing", [])):
        _packing(option, position, put)
    for station in said.get("stations", []):
        put(Station, {"name": station["name"]}, {k: station[k] for k in ("methods", "pieces_a_day", "weekdays") if k in station})
    reserving.plan_ahead(today=now.date())
    feasts = {row["code"]: _feast(row, position, put) for position, row in enumerate(said.get("feasts", []))}
    collections = {row["slug"]: _collection(row, overwrite) for row in data["collections"]}
    pictures = json.loads((folder / "pictures" / "pictures.json").read_text(encoding="utf-8"))
    pieces = {}
    for position, row in enumerate(data["pieces"]):
        pieces[row["slug"]] = _piece(row, collections[row["collection"]], position, pictures, folder, now, put)
    for row in data["pieces"]:
        pieces[row["slug"]].pairs_with.set(pieces[slug] for slug in row.get("pairs", []))
    for position, row in enumerate(data.get("occasions", [])):
        _occasion(row, position, pieces, feasts, overwrite)
    for row in data.get("tiles", []):
        _tile(row, pieces, collections, put)
    for scene in the_house.scenes.values():
        _copy_picture(folder, scene)
    for position, row in enumerate(said.get("home", [])):
        _section(row, position, said["texts"], pieces, put)
    _forbidden_words(folder, put)
    for row in said.get("engraving_words", []):
        _word_rule(row, put)
    indexing.index_all()
    Kept.forget_everything()


class _Put:
    """Write a row of the files: make it where it is missing, change it only when the files are to win."""

    def __init__(self, overwrite: bool):
        self.overwrite = overwrite

    def __call__(self, model: type[Model], keys: dict[str, Any], values: dict[str, Any]) -> Any:
        act = model.objects.update_or_create if self.overwrite else model.objects.get_or_create
        return act(**keys, defaults=values)[0]


def _packing(row: dict[str, Any], position: int, put: _Put) -> None:
    """An article of the packing bench. What it takes is a kind of piece by its name; stock is set once, then it is counted."""
    more: dict[str, Any] = {
        key: row[key] for key in ("barcode", "holds", "length_mm", "width_mm", "height_mm", "low_at") if key in row
    }
    values: dict[str, Any] = {"colour": row["colour"], "position": position, **more, **texts("name", row["name"])}
    article = put(PackingOption, {"kind": row["kind"], "code": row["code"]}, values)
    if not article.fits.exists():
        article.fits.set(ProductClass.objects.get_or_create(name=kind)[0] for kind in row.get("fits", []))
    if article.stock is None and "stock" in row:
        stock.move(article.pk, row["stock"], reason=MoveReason.DELIVERED, by_id=None)
    for zone in row.get("zones", ()):
        _zone({"box": article}, zone, put)


def _region(row: dict[str, Any], position: int, put: _Put) -> None:
    apart = ("code", "name", "tax_rates", "transits", "holidays", "pay_later", "money_back", "bank_account")
    plain = {k: v for k, v in row.items() if k not in apart}
    region = put(Region, {"code": row["code"]}, {**plain, "position": position, **texts("name", row["name"])})
    for rate in row["tax_rates"]:
        keys = {"region": region, "jurisdiction": rate["jurisdiction"], "valid_from": rate["valid_from"]}
        put(TaxRate, keys, {"rate": Decimal(rate["rate"])})
    for way in row["transits"]:
        keys = {"region": region, "country": way["country"], "subdivision": way.get("subdivision", "")}
        values = {"days": way["days"], "cut_off_hour": way["cut_off_hour"], "charge": Decimal(way.get("charge", 0))}
        values["customs_to_broker"] = way.get("customs_to_broker", False)
        put(Transit, keys, values)
    for holiday in row["holidays"]:
        put(Holiday, {"region": region, "day": holiday["day"]}, {"name": holiday["name"]})
    if "bank_account" in row:
        _bank_account(row["bank_account"], region, put)
    if "money_back" in row:
        put(RegionRule, {"region": region}, row["money_back"])
    for rule in row.get("pay_later", []):
        _pay_later(rule, region, put)


def _bank_account(row: dict[str, Any], region: Region, put: _Put) -> None:
    """The account to which the region's clients transfer, with how its bank writes statements as a table (`layout`)."""
    plain = {key: value for key, value in row.items() if key not in ("least", "most", "layout")}
    amounts: dict[str, Any] = {name: Decimal(row[name]) for name in ("least", "most") if name in row}
    layout = None
    if "layout" in row:
        table = {key: value for key, value in row["layout"].items() if key != "name"}
        layout = put(CsvLayout, {"name": row["layout"]["name"]}, table)
    keys = {"region": region, "iban": row.get("iban", ""), "number": row.get("number", "")}
    account = put(BankAccount, keys, {**plain, **amounts, "csv_layout": layout, "is_offered": True})
    account.full_clean()


def _pay_later(row: dict[str, Any], region: Region, put: _Put) -> None:
    """A way to pay later, by its kind and number of parts. Amounts and rates are written as text, so that they are exact."""
    keys = {"region": region, "kind": row["kind"], "parts": row.get("parts", 3), "method": row.get("method", "")}
    amounts: dict[str, Any] = {name: Decimal(row[name]) for name in ("least", "most", "rate", "deposit_percent") if name in row}
    plain = {key: value for key, value in row.items() if key not in ("kind", "parts", "method", *amounts)}
    put(EligibilityRule, keys, {**plain, **amounts})


def _collection(row: dict[str, Any], overwrite: bool) -> Category:
    standing = Category.objects.filter(slug=row["slug"]).first()
    if standing and not overwrite:
        return standing
    category = standing or Category.add_root(name=next(iter(row["name"].values())), slug=row["slug"])
    for field, key in (("name", "name"), ("tagline", "tagline"), ("description", "story")):
        for column, value in texts(field, row[key]).items():
            setattr(category, column, value)
    category.save()
    return category


def _feast(row: dict[str, Any], position: int, put: _Put) -> Feast:
    """A day with a name. `is_offered = false`: it says when an occasion is, but is no day to choose for a delivery."""
    plain = ("calendar", "month", "day", "regions", "is_offered")
    rest: dict[str, Any] = {name: row[name] for name in plain if name in row}
    return put(Feast, {"code": row["code"]}, {**rest, "position": position, **texts("name", row["name"])})


def _occasion(row: dict[str, Any], position: int, pieces: dict[str, Product], feasts: dict[str, Feast], overwrite: bool) -> None:
    standing = Occasion.objects.filter(slug=row["slug"]).first()
    if standing and not overwrite:
        return
    occasion = standing or Occasion(slug=row["slug"])
    if row.get("feast", "") not in ("", *feasts):
        raise KeyError(f"{row['slug']}: the house has no named day {row['feast']} (see [[feasts]] in house.toml)")
    occasion.position, occasion.feast = position, feasts.get(row.get("feast", ""))
    for field, said in (("name", row["name"]), ("line", row["line"])):
        for column, value in texts(field, said).items():
            setattr(occasion, column, value)
    occasion.save()
    occasion.pieces.set(pieces[slug] for slug in row["pieces"])


def _piece(
    row: dict[str, Any],
    collection: Category,
    position: int,
    pictures: list[dict[str, Any]],
    folder: Path,
    now: datetime,
    put: _Put,
) -> Product:
    kind, _made = ProductClass.objects.get_or_create(name=row["kind"])
    said: dict[str, str] = {}
    names = {"title": "title", "description": "description", "material": "material_line", "measures": "measures"}
    for key, field in {**names, "story": "story", "care": "care", "size_guide": "size_guide"}.items():
        said |= texts(field, row[key])
    piece = Product.objects.filter(slug=row["slug"]).first() or Product(slug=row["slug"])
    fields = {
        **said,
        "structure": Product.PARENT,
        "product_class": kind,
        "upc": row["reference"],
        "stone": row.get("stone", ""),
        "carats": Decimal(row["carats"]) if "carats" in row else None,
        "weight_g": Decimal(row["weight_g"]),
        "made_to_order_weeks": row.get("weeks"),
        "is_scarce": row.get("scarce", False),
        "position": position,
    }
    if piece.pk is None or put.overwrite:
        for name, value in fields.items():
            setattr(piece, name, value)
        piece.save()
        piece.categories.set([collection])
    for place, view in enumerate(row["pictures"]):
        found = next((p for p in pictures if p["piece"] == row["slug"] and p["view"] == view), None)
        if found is None:
            raise KeyError(f"{row['slug']} has no picture {view}: render it first (see studio/README.md)")
        _picture(piece, row, found, place, folder, put)
    for m, metal in enumerate(row["metals"]):
        for s, size in enumerate(row["sizes"]):
            _variant(piece, row, metal, size, m * 100 + s, now, put)
    for zone in row.get("zones", ()):
        _zone({"piece": piece}, zone, put)
    if "launch" in row:
        _launch(piece, row, now)
    return piece


def _picture(piece: Product, row: dict[str, Any], found: dict[str, Any], place: int, folder: Path, put: _Put) -> None:
    _copy_picture(folder, found)
    standing = Picture.objects.filter(piece=piece, view=found["view"]).exclude(original="").first()
    if standing:
        if not put.overwrite:
            return
        uploading.leave(standing)
    metal = Metal.objects.filter(pk=found["metal"]).first()
    titles = row["title"]
    alt = {lang: _said(titles, lang, getattr(metal, f"name_{lang.replace('-', '_')}", "")) for lang in titles}
    Picture.objects.update_or_create(
        piece=piece,
        view=found["view"],
        defaults={
            "metal": metal,
            "stem": f"pictures/{found['piece']}/{found['view']}",
            "widths": found["widths"],
            "width": found["width"],
            "height": found["height"],
            "colour": found["colour"],
            "zone": found["zone"],
            "position": place,
            "is_ready": True,
            "original": "",
            "work": Work.READY,
            "trouble": "",
            **texts("alt", alt),
        },
    )


def _said(titles: dict[str, str], language: str, metal: str) -> str:
    """What a picture shows: the piece and its metal."""
    return titles[language] + (f"{'，' if language == 'zh-hans' else ', '}{metal}" if metal else "")


def _copy_picture(folder: Path, found: dict[str, Any]) -> None:
    target = Path(settings.MEDIA_ROOT) / "pictures" / found["piece"]
    target.mkdir(parents=True, exist_ok=True)
    for width, ending in product(found["widths"], Picture.FORMATS):
        file = folder / "pictures" / found["piece"] / f"{found['view']}.{width}.{ending}"
        if not file.exists():
            raise KeyError(f"pictures/{found['piece']}/{file.name} is missing: render it (see studio/README.md)")
        copy = target / file.name
        if not copy.exists() or copy.stat().st_mtime < file.stat().st_mtime:
            shutil.copy2(file, copy)


def _variant(piece: Product, row: dict[str, Any], metal: str, size: str, position: int, now: datetime, put: _Put) -> None:
    reference = "-".join(filter(None, [row["reference"], metal[:2].upper(), size]))
    variant = Product.objects.filter(upc=reference).first() or Product(upc=reference)
    variant.structure, variant.parent, variant.metal_id = Product.CHILD, piece, metal
    variant.size, variant.size_position, variant.position = size, position, position
    variant.slug = f"{row['slug']}-{reference.lower()}"
    variant.save()
    partner, _made = Partner.objects.get_or_create(code="atelier", defaults={"name": "Atelier"})
    StockRecord.objects.get_or_create(
        product=variant, partner=partner, defaults={"partner_sku": reference, "price_currency": settings.OSCAR_DEFAULT_CURRENCY}
    )
    for region, amount in row["prices"].items():
        latest = Price.objects.filter(variant=variant, region_id=region).order_by("-starts_at").first()
        if latest is None or (put.overwrite and latest.amount != Decimal(amount)):
            Price.objects.create(variant=variant, region_id=region, amount=Decimal(amount), starts_at=now)
    if not Unit.objects.filter(variant=variant).exists():
        edition = "launch" in row
        first = Unit.objects.filter(variant__parent=piece).count()
        Unit.objects.bulk_create(
            Unit(variant=variant, serial=f"{reference}-{n:04d}", edition_number=first + n if edition else None)
            for n in range(1, row["units"] + 1)
        )


def _zone(owner: dict[str, Any], zone: dict[str, Any], put: _Put) -> None:
    """A place of a piece, or on the lid of a box."""
    numbers = ("radius_mm", "sweep_degrees", "largest_em_mm", "shown_width_mm")
    kept = put(
        Zone,
        {**owner, "code": zone["code"]},
        {
            "method": zone["method"],
            "shape": zone.get("shape", "flat"),
            "scripts": zone.get("scripts", list(SCRIPTS)),
            "width_mm": Decimal(zone["width"]),
            "height_mm": Decimal(zone["height"]),
            "is_below": zone.get("is_below", False),
            "outline": zone.get("outline"),
            "length_from": zone.get("length_from", "fixed"),
            "allowance_mm": Decimal(zone.get("allowance_mm", "0")),
            **{name: Decimal(zone[name]) if name in zone else None for name in numbers},
            "max_lines": zone["lines"],
            "faces": zone["faces"],
            "picture_view": zone.get("view", ""),
            "work_days": zone["days"],
            **texts("name", zone["name"]),
        },
    )
    for size, width in zone.get("sizes", {}).items():
        put(ZoneSize, {"zone": kept, "size": size}, {"width_mm": Decimal(width)})
    if put.overwrite:
        kept.keep_outs.all().delete()
    if not kept.keep_outs.exists():
        for row in zone.get("keep_outs", ()):
            mm = {name: Decimal(value) for name, value in row.items() if name not in ("kind", "outline")}
            KeepOut.objects.create(zone=kept, kind=row["kind"], outline=row.get("outline"), **mm)


def _launch(piece: Product, row: dict[str, Any], now: datetime) -> None:
    data = row["launch"]
    if Launch.objects.filter(slug=data["slug"]).exists():
        return  # an opening moment, once set, is the launch manager's
    Launch.objects.create(
        slug=data["slug"],
        piece=piece,
        opens_at=data.get("opens_at") or now + timedelta(days=data["opens_in_days"]),
        edition_size=Unit.objects.filter(variant__parent=piece).count(),
        limit_per_client=data["limit"],
        **texts("name", data["name"]),
        **texts("story", data["story"]),
    )


def _section(row: dict[str, Any], position: int, said: dict[str, Any], pieces: dict[str, Product], put: _Put) -> None:
    """One section of the home page. `texts = "gift"` takes the house's own `gift`, `gift_text` and `gift_alt`."""
    if Section.objects.filter(code=row["code"]).exists() and not put.overwrite:
        return
    own = row.get("texts", "")
    sources = {"title": own, "words": f"{own}_text", "alt": f"{own}_alt"} if own else {}
    words: dict[str, str] = {}
    for name in Section.TEXTS:
        taken = {language: texts_there.get(sources.get(name, ""), "") for language, texts_there in said.items()}
        words |= texts(name, row.get(name, taken))
    launch = Launch.objects.get(slug=row["launch"]) if "launch" in row else None
    plain = ("kind", "target", "scene", "view", "how_many", "regions", "publish_at", "withdraw_at")
    values = {name: row[name] for name in plain if name in row}
    piece = pieces[row["piece"]] if "piece" in row else None
    keys = {"code": row["code"]}
    section = put(Section, keys, {**values, **words, "piece": piece, "launch": launch, "position": position * 10})
    section.pieces.set(pieces[slug] for slug in row.get("pieces", []))
    if problems := section.problems():
        raise ValueError(f"home.{row['code']}: {problems}")


def _tile(row: dict[str, Any], pieces: dict[str, Product], collections: dict[str, Category], put: _Put) -> None:
    """An editorial tile. `picture` names a piece and one of its views: "halo-band/front-yellow"."""
    slug, view = row["picture"].split("/")
    put(
        Tile,
        {"code": row["code"]},
        {
            "picture": Picture.objects.get(piece=pieces[slug], view=view),
            "to_piece": pieces[row["piece"]] if "piece" in row else None,
            "to_collection": collections[row["collection"]] if "collection" in row else None,
            "to_page": row.get("page", ""),
            "among": collections[row["among"]] if "among" in row else None,
            "after": row["after"],
            **texts("headline", row["headline"]),
            **texts("words", row["words"]),
            **texts("link_label", row["link"]),
        },
    )


def _forbidden_words(folder: Path, put: _Put) -> None:
    """`words.toml`: what no text may say, why, and whom to ask. A house without the file forbids nothing."""
    file = folder / "words.toml"
    if not file.exists():
        return
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    for row in data["words"]:
        put(
            ForbiddenWord,
            {"language": row["language"], "word": row["word"]},
            {
                "owner": row.get("owner", data["owner"]),
                "allowed": row.get("allowed", []),
                **texts("reason", data["reasons"][row["reason"]]),
            },
        )


def _word_rule(row: dict[str, Any], put: _Put) -> None:
    """A word that is not engraved, in the markets named or, without `regions`, in all."""
    values = {"owner": row["owner"], "harmless_in": row.get("harmless_in", []), **texts("reason", row["reason"])}
    values |= {name: row[name] for name in ("since",) if name in row}
    for region in row.get("regions", [None]):
        put(WordRule, {"region_id": region, "word": row["word"]}, values)


def demo_staff() -> str:
    """The demo's staff: one for everything, and one for each role. Returns the password, made once for this checkout."""
    kept = settings.VAR / "staff-password"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(9))
    password = kept.read_text().strip()
    domain = house().domain
    if not User.objects.filter(email=f"staff@{domain}").exists():
        User.objects.create_superuser(f"staff@{domain}", password, name="Staff")
    for group in Group.objects.all():
        email = f"{group.name.lower().replace(' ', '.')}@{domain}"
        if not User.objects.filter(email=email).exists():
            User.objects.create_user(email, password=password, is_staff=True, name=group.name).groups.add(group)
    return password
