"""The house itself: forks, routes, arrows, settings, texts."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from flagship import checks
from flagship.embedded.postgres import Postgres
from flagship.embedded.redis import Redis
from flagship.settings import env

ROOT = Path(settings.ROOT)
FORKS = {
    "catalogue": "catalog",
    "partner": "catalog.partner",
    "search": "catalog.search",
    "checkout": "checkout",
    "basket": "checkout.basket",
    "order": "checkout.order",
    "payment": "checkout.payment",
    "shipping": "checkout.shipping",
}
#: What each fork replaces; Oscar's loader would hide a misspelt name in silence.
REPLACED = {
    ("catalogue", "Product"): "catalog.models",
    ("catalogue", "Category"): "catalog.models",
    ("basket", "Basket"): "checkout.basket.models",
    ("basket", "Line"): "checkout.basket.models",
    ("order", "Order"): "checkout.order.models",
    ("order", "Line"): "checkout.order.models",
    ("order", "OrderStatusChange"): "checkout.order.models",
    ("order", "ShippingAddress"): "checkout.order.models",
}


@pytest.mark.parametrize(("label", "package"), FORKS.items())
def test_a_fork_keeps_oscars_label_and_its_own_migrations(label, package):
    config = apps.get_app_config(label)
    assert config.name == package
    if list(config.get_models()):
        assert (Path(config.path) / "migrations" / "0001_initial.py").exists()


@pytest.mark.parametrize(("model", "module"), REPLACED.items())
def test_our_models_are_the_ones_in_use(model, module):
    from oscar.core.loading import get_model

    assert apps.get_model(*model).__module__ == module
    assert get_model(*model).__module__ == module


def test_oscar_prices_with_our_strategy():
    from oscar.core.loading import get_class

    assert get_class("partner.strategy", "Selector").__module__ == "catalog.partner.strategy"


def sources():
    for package in ("flagship", "checkout", "catalog", "services"):
        for file in (ROOT / package).rglob("*.py"):
            if "migrations" not in file.parts:
                yield file


def test_only_models_files_of_forks_import_oscars_models():
    for file in sources():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            name = node.module if isinstance(node, ast.ImportFrom) else ""
            if name and name.startswith("oscar.apps.") and name.endswith(".models") and file.name != "models.py":
                # opening.py reads the list of countries, a table of Oscar's that no fork replaces.
                assert file.name == "opening.py" and name == "oscar.apps.address.models", file


def test_the_star_import_comes_last():
    for label in ("catalogue", "partner", "basket", "order", "payment", "shipping"):
        body = ast.parse((Path(apps.get_app_config(label).path) / "models.py").read_text(encoding="utf-8")).body
        last = body[-1]
        assert isinstance(last, ast.ImportFrom) and last.names[0].name == "*", label


def routes(resolver, prefix=""):
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            if entry.app_name == "admin":
                continue
            yield from routes(entry, prefix + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield prefix + str(entry.pattern), entry.callback


@pytest.mark.parametrize("conf", ["flagship.urls", "flagship.storefront"])
def test_every_route_is_ours(conf):
    found = list(routes(get_resolver(conf)))
    assert len(found) >= 6
    for pattern, view in found:
        where = getattr(view, "__wrapped__", view).__module__
        assert (
            where.split(".")[0] in ("flagship", "catalog", "checkout", "services")
            or where == "django.views.static"
            or (pattern.startswith("staff/"))
        ), (pattern, where)


def test_staff_see_only_our_rooms():
    from django.contrib import admin

    for model, shown in admin.site._registry.items():
        if model.__name__ == "Group":  # roles, kept by Django's own page
            continue
        assert type(shown).__module__.split(".")[0] in ("flagship", "catalog", "checkout", "services"), model


def test_every_template_of_ours_compiles_and_none_extends_oscars():
    names = checks.templates()
    assert len(names) > 35
    for name in names:
        text = (ROOT / "templates" / name).read_text(encoding="utf-8")
        assert "oscar/" not in text, name


def test_no_inline_code_or_style_and_no_foreign_address_in_the_storefront():
    import re

    for file in (ROOT / "templates").rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        if "letters" in file.parts:
            continue
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), file
        assert not re.search(r"\son[a-z]+=", text), file
        assert not re.search(r"\sstyle=|<style", text), file
        assert not re.search(r"(src|href)=\"https?://(?!beian\.miit\.gov\.cn)", text), file


def test_every_text_is_translated():
    assert checks.untranslated() == []


def test_every_text_in_the_source_is_in_the_catalogues():
    """A text added without `make messages` would silently stay English."""
    import re

    from babel.messages.pofile import read_po

    with open(ROOT / "locale" / "fr" / "LC_MESSAGES" / "django.po", "rb") as po:
        known = {i for m in read_po(po) if m.id for i in (m.id if isinstance(m.id, tuple) else (m.id,))}
    for file in (ROOT / "templates").rglob("*.*"):
        for said in re.findall(r"{%\s*translate\s+(?:\"([^\"]+)\"|'([^']+)')", file.read_text(encoding="utf-8")):
            assert (said[0] or said[1]) in known, (file, said)
    for file in sources():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("_", "gettext_noop")
                and node.args
            ):
                said = node.args[0]
                if isinstance(said, ast.Constant):
                    assert said.value in known, (file, said.value)


def test_the_house_speaks_every_language():
    import tomllib

    folder = Path(settings.HOUSE)
    languages = ("en", "zh-hans", "fr")
    from flagship.stage.texts import PAGES

    for slug in PAGES:
        for language in languages:
            assert len((folder / "texts" / f"{slug}.{language}.txt").read_text(encoding="utf-8")) > 150

    def complete(node, path=""):
        if isinstance(node, dict):
            if "en" in node and not isinstance(node["en"], dict):
                assert all(node.get(language) for language in languages), path
            for key, value in node.items():
                if key != "formats":  # locales by language, no text
                    complete(value, f"{path}/{key}")
        elif isinstance(node, list):
            for value in node:
                complete(value, path)

    for name in ("house.toml", "pieces.toml"):
        complete(tomllib.loads((folder / name).read_text(encoding="utf-8")))
    raw = tomllib.loads((folder / "house.toml").read_text(encoding="utf-8"))
    assert set(raw["texts"]["en"]) == set(raw["texts"]["fr"]) == set(raw["texts"]["zh-hans"])


def test_the_software_does_not_know_the_demo_house():
    for file in [
        *sources(),
        *(ROOT / "templates").rglob("*.*"),
        *(ROOT / "static" / "css").glob("*"),
        *(ROOT / "static" / "js").glob("*"),
    ]:
        if "houses" in file.parts or file.suffix not in (".py", ".html", ".txt", ".css", ".js"):
            continue
        text = file.read_text(encoding="utf-8")
        for word in ("Halo", "Festoon", "Filament", "雅森"):
            assert word not in text, (file, word)


SAFE = {
    **{k: v for k, v in checks.PRODUCTION.items() if k != "DJANGO_SETTINGS_MODULE"},
    "DATABASE_URL": "postgres://house:secret@db.house.example/house",
    "REDIS_URL": "redis://redis.house.example/0",
    "PAYMENT_API_BASE": "https://api.stripe.com",
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", env.DEMO_SECRET),
        ("SECRET_KEY", "short"),
        ("PAYMENT_SECRET_KEY", env.DEMO_PAYMENT_KEY),
        ("PAYMENT_SECRET_KEY", "sk_test_51Abc"),
        ("PAYMENT_WEBHOOK_SECRET", env.DEMO_WEBHOOK_SECRET),
        ("PAYMENT_API_BASE", "http://127.0.0.1:12111"),
        ("SITE_URL", "http://house.example"),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", ""),
        ("DEBUG", "1"),
        ("EMAIL_URL", ""),
        ("DATABASE_URL", ""),
        ("REDIS_URL", ""),
        ("DATABASE_URL", "the embedded one"),
        ("REDIS_URL", "the embedded one"),
    ],
)
def test_production_refuses_to_start_on_what_is_unsafe(monkeypatch, name, value):
    for safe in SAFE.items():
        monkeypatch.setenv(*safe)
    if value == "the embedded one":
        # Whoever reaches an embedded server must name the account that only it has.
        value = {"DATABASE_URL": Postgres(Path("x")).url, "REDIS_URL": Redis(Path("x")).url}[name]
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured) as no:
        env.read()
    assert name in str(no.value)


def test_production_starts_on_what_is_safe(monkeypatch):
    for safe in SAFE.items():
        monkeypatch.setenv(*safe)
    monkeypatch.delenv("PAYMENT_API_BASE")
    found = env.read()
    assert found.payment_api_base == "https://api.stripe.com"
    assert not found.debug and not found.demo


def test_imports_point_down():
    program = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_no_machine_of_ours_is_named_in_the_project():
    """Paths and hosts of whoever wrote the lock files do not belong in them."""
    for file in (ROOT / "requirements").glob("*.txt"):
        text = file.read_text(encoding="utf-8")
        assert "--index-url" not in text and "--extra-index-url" not in text and "file://" not in text
        assert "--hash=sha256:" in text


@pytest.mark.django_db
def test_a_house_opens_twice_without_a_trace_and_keeps_what_staff_changed(house):
    from django.core.management import call_command

    from catalog.models import Category, Metal, Picture, Product
    from catalog.partner.models import Price
    from services.delivery.models import Holiday, Transit
    from services.engraving.models import Zone
    from services.foundation.regions.models import Region, TaxRate
    from services.foundation.units.models import Unit
    from services.gifting.models import PackingOption
    from services.launches.models import Launch

    kinds = (Category, Metal, Picture, Product, Price, Holiday, Transit, Zone, Region, TaxRate, Unit, PackingOption, Launch)

    def rows():
        return {kind: kind.objects.count() for kind in kinds}

    before = rows()
    piece = Product.objects.get(slug="halo-band")
    piece.title_en = "Halo band, by hand"
    piece.save()
    Price.objects.create(variant=piece.children.first(), region_id="eu", amount=1800, starts_at=timezone.now())
    call_command("open_house")
    assert rows() == before | {Price: before[Price] + 1}
    piece.refresh_from_db()
    assert piece.title_en == "Halo band, by hand"
    call_command("open_house", overwrite=True)
    piece.refresh_from_db()
    assert piece.title_en == "Halo band"
    assert Price.objects.filter(variant=piece.children.first(), region_id="eu").first().amount == 1750


def test_oscars_stock_is_counted_from_units(house):
    from services.foundation.units.models import Unit
    from tests.makers import fill, keep_units, place, variant

    piece = variant("arc-bangle")
    keep_units(piece, 3)
    record = piece.stockrecords.get()
    assert record.net_stock_level == 3
    place(fill(piece))
    assert record.net_stock_level == 2 == Unit.objects.filter(variant=piece, order_line=None).count()
    with pytest.raises(NotImplementedError):
        record.allocate(1)
