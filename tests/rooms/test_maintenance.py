"""The page that stands when the application does not, and the proxy that shows it."""

import re
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command

from services.foundation.house import house

ROOT = Path(settings.ROOT)
CONF = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path):
    call_command("write_maintenance_page", to=str(tmp_path), verbosity=0)
    return tmp_path


def test_the_page_greets_in_every_language_of_the_house(folder):
    html = (folder / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'<section lang="([\w-]+)"', html) == ["en", "zh-Hans", "fr"]
    assert html.count("<h1") == 1 and house().wordmark in html and house().adviser_email in html


def test_a_client_in_haste_is_told_so_by_the_house_and_not_that_it_is_closed(folder):
    html = (folder / "haste.html").read_text(encoding="utf-8")
    assert len(re.findall("<section", html)) == 3 and "One moment, please" in html and house().wordmark in html
    assert "closed" not in html
    assert "error_page 429 /maintenance/haste.html;" in block("location / {\n      #")
    assert "alias /srv/maintenance/haste.html;" in block("location = /maintenance/haste.html {")


def test_it_needs_nothing_but_its_own_folder(folder):
    html = (folder / "index.html").read_text(encoding="utf-8")
    css = (folder / "maintenance.css").read_text(encoding="utf-8")
    assert "http" not in html and "http" not in css and "@import" not in css
    assert not re.search(r"\sstyle=|<style|<script", html)
    for named in re.findall(r'(?:href|src)="/maintenance/([^"]+)"', html) + re.findall(r'url\("([^"]+)"\)', css):
        assert (folder / named).stat().st_size > 100, named
    assert not re.search(r'(?:href|src)="/(?!maintenance/)', html)
    used = set(re.findall(r"var\(--([\w-]+)\)", css))
    assert used <= set(re.findall(r"--([\w-]+):", css)) and "ground" in used


def test_it_is_in_the_houses_colours(folder):
    css = (folder / "maintenance.css").read_text(encoding="utf-8")
    own = css.rindex("--act: " + house().raw["tokens"]["act"])
    assert own > css.index("--act:") and own < css.index(".wordmark")  # the house's word comes last


def test_it_is_written_again_over_itself(folder):
    (folder / "index.html").write_text("old")
    call_command("write_maintenance_page", to=str(folder), verbosity=0)
    assert house().wordmark in (folder / "index.html").read_text(encoding="utf-8")
    assert not list(folder.glob("*.part"))


def block(opening: str) -> str:
    """The inside of one location of the proxy's configuration."""
    inside, depth = CONF.split(opening, 1)[1], 1
    for place, sign in enumerate(inside):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if not depth:
            return inside[:place]
    raise AssertionError(f"{opening} never ends")


def test_the_proxy_shows_it_when_the_house_is_closed_or_does_not_answer():
    everything = block("location / {\n      #")
    assert "if (-f /srv/maintenance/maintenance.on) { return 503; }" in everything
    assert "error_page 502 503 504 =503 /maintenance/index.html;" in everything
    page = block("location /maintenance/ {")
    assert "alias /srv/maintenance/;" in page and "Retry-After" in page and "no-store" in page
    assert all(line.strip().endswith("always;") for line in page.splitlines() if "add_header" in line)
    assert "default-src 'none'; style-src 'self'" in page
    assert re.search(r"limit_req_status 429;", CONF)  # or a client in haste would be told that the house is closed


def test_the_page_is_written_where_the_proxy_looks():
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    assert "maintenance:/srv/maintenance" in compose["services"]["migrate"]["volumes"]
    assert "maintenance:/srv/maintenance:ro" in compose["services"]["proxy"]["volumes"]
    assert "FLAGSHIP_VAR=/srv" in (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert "write_maintenance_page" in (ROOT / "flagship/management/commands/prepare.py").read_text(encoding="utf-8")
