"""`make run` as a newcomer meets it: one folder, one port, nothing left behind."""

import os
import signal
import time
import urllib.request
from pathlib import Path

import pytest

from tests.browser.conftest import Flagship, browser_program

pytestmark = pytest.mark.serial


def alive(pids) -> dict[int, str]:
    """Which of these processes still run."""
    found = {}
    for pid in pids:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z":
                found[pid] = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
    return found


def test_it_says_where_everything_is(flagship):
    said = flagship.said()
    assert f"Flagship is open at {flagship.url}/" in said
    assert "staff@arcenne.example /" in said
    assert "postgres/log" in said or "/flagship-" in said and "redis/log" in said
    for name in ("payment-stand-in", "web", "worker", "beat"):
        assert f"{name}.log" in said
        assert (flagship.var / "log" / f"{name}.log").exists()


def test_every_part_really_runs(flagship):
    running = " ".join(flagship.children().values())
    for part in ("postgres", "redis-server", "granian", "worker", "beat", "standin"):
        assert part in running
    with urllib.request.urlopen(f"{flagship.url}/health/ready", timeout=5) as answer:
        assert answer.status == 200


def test_no_folder_above_was_opened_to_others(flagship):
    assert {parent: parent.stat().st_mode for parent in flagship.modes_before} == flagship.modes_before


def test_postgres_does_not_run_as_root(flagship):
    for pid, command in flagship.children().items():
        if "bin/postgres" in command:
            assert Path(f"/proc/{pid}").stat().st_uid != 0


def test_a_taken_port_is_said_in_one_sentence(flagship, tmp_path):
    other = Flagship(tmp_path / "other", port=flagship.port).start()
    assert other.process.wait(30) == 1
    assert f"Port {flagship.port} is taken" in other.said()
    assert "Traceback" not in other.said()


def test_a_second_house_in_the_same_folder_is_refused_and_the_first_lives(flagship):
    other = Flagship(flagship.var)
    other.log = flagship.var.parent / "second.log"
    assert other.start().process.wait(30) == 1
    assert "already runs from" in other.said() and "Traceback" not in other.said()
    with urllib.request.urlopen(f"{flagship.url}/health/ready", timeout=5) as answer:
        assert answer.status == 200


def test_without_a_browser_the_tests_say_what_to_install(monkeypatch):
    class NoBrowser:
        class chromium:  # noqa: N801 - as Playwright names it
            executable_path = "/nowhere/chromium"

    monkeypatch.setattr("shutil.which", lambda _name: None)
    with pytest.raises(pytest.fail.Exception, match="apt install chromium"):
        browser_program(NoBrowser)


def test_a_port_must_be_a_number(flagship, tmp_path):
    other = Flagship(tmp_path / "other", port="eight").start()
    assert other.process.wait(30) == 2
    assert "PORT must be a number" in other.said()


def test_ctrl_c_leaves_nothing_and_a_second_start_keeps_everything(flagship):
    before = flagship.shell("from checkout.order.models import Order; print(Order.objects.count())")
    pids = flagship.children()
    assert flagship.stop() == 0
    assert alive(pids) == {}
    began = time.monotonic()
    flagship.start().wait_for("Flagship is open", 90)
    assert time.monotonic() - began < 60  # nothing is made anew: about ten seconds on two cores
    assert flagship.shell("from checkout.order.models import Order; print(Order.objects.count())") == before


@pytest.mark.parametrize("part", [" worker -Q", "standin", "redis-server"])
def test_a_part_that_dies_is_named_and_the_rest_is_closed(flagship, part):
    pids = flagship.children()
    victim = min(pid for pid, command in pids.items() if part in command)
    os.kill(victim, signal.SIGKILL)
    assert flagship.process.wait(60) == 1
    said = flagship.said()
    assert "died" in said and "Traceback" not in said.split("died")[0]
    assert {" worker -Q": "'worker'", "standin": "'payment stand-in'", "redis-server": "Redis"}[part] in said
    assert alive(pids) == {}
    flagship.start().wait_for("Flagship is open", 90)


def test_even_a_killed_supervisor_leaves_nothing(flagship):
    pids = flagship.children()
    flagship.process.send_signal(signal.SIGKILL)
    flagship.process.wait(10)
    deadline = time.monotonic() + 20
    while alive(pids) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert alive(pids) == {}
    flagship.start().wait_for("Flagship is open", 90)
