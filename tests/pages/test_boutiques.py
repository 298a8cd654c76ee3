"""The boutiques: address, hours, and whether the door is open at this moment, in its own zone."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from django.core.exceptions import ImproperlyConfigured

from flagship.stage import boutiques
from services.foundation.house import house as the_house


def paris() -> boutiques.Boutique:
    return next(found for found in boutiques.of(the_house()) if found.code == "paris")


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=UTC)  # 1 December 2026 is a Tuesday; Paris is one hour ahead


@pytest.mark.parametrize(
    ("now", "is_open"),
    [(utc(1, 9, 59), False), (utc(1, 10), True), (utc(1, 17, 59), True), (utc(1, 18), False), (utc(6, 12), False)],
)
def test_a_boutique_is_open_from_its_first_minute_until_before_its_last(now, is_open):
    assert (paris().closes_at(now) is not None) is is_open


def test_it_says_when_it_opens_next_over_closed_days():
    assert paris().opens_at(utc(1, 8)).isoformat() == "2026-12-01T11:00:00+01:00"
    assert paris().opens_at(utc(5, 20)).isoformat() == "2026-12-07T11:00:00+01:00"  # Saturday night: Monday
    assert paris().opens_at(utc(24, 20)).isoformat() == "2026-12-26T11:00:00+01:00"  # Christmas between
    assert replace(paris(), hours=(None,) * 7).opens_at(utc(1, 8)) is None


def test_midnight_belongs_to_the_boutiques_own_day():
    shanghai = next(found for found in boutiques.of(the_house()) if found.code == "shanghai")
    assert shanghai.closes_at(utc(1, 2)).time() == time(21)  # ten in the morning there
    assert shanghai.on(date(2027, 2, 5)) is None


def spoilt(**changed) -> list[boutiques.Boutique]:
    row = {**the_house().raw["boutiques"][0], **changed}
    return boutiques.of(replace(the_house(), raw={**the_house().raw, "boutiques": [row]}))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"telephone": ""}, "telephone is missing"),
        ({"name": {"en": "Shanghai"}}, "not written in zh-hans, fr"),
        ({"time_zone": "Asia/Nowhere"}, "not a zone"),
        ({"hours": {"monday": "10:00-18:00"}}, "hours of monday"),
        ({"hours": {"mon": "10-18"}}, "not a time from and to"),
        ({"hours": {"mon": "18:00-10:00"}}, "not a time from and to"),
        ({"hours": {"mon": "10:00-25:00"}}, "not a time from and to"),
    ],
)
def test_a_boutique_that_cannot_be_is_refused_with_a_sentence(changed, words):
    with pytest.raises(ImproperlyConfigured, match=words):
        spoilt(**changed)


@pytest.mark.django_db
class TestThePage:
    @pytest.fixture(autouse=True)
    def _open(self, house):
        pass

    def test_it_shows_each_boutique_with_the_hour_of_its_own_zone(self, client, monkeypatch):
        monkeypatch.setattr("flagship.middleware.timezone.now", lambda: utc(1, 17))
        html = client.get("/us/en/boutiques/").content.decode()
        assert "Open now, until 19:00" in html and "Open now, until 18:00" in html  # Paris, New York
        assert "Closed now; opens" in html and "at 10:00" in html  # one in the morning in Shanghai
        assert "12 rue de la Paix<br>75002 Paris" in html and 'href="tel:+33199000102"' in html
        assert html.count("<dt>Sunday</dt>") == 3
        assert html.count("<dt>Sunday</dt><dd>Closed on this day</dd>") == 1 == html.count("Closed on this day")  # Paris
        assert "<dt>Thursday</dt><dd>10:00 – 19:00</dd>" in html  # New York's one late evening

    @pytest.mark.parametrize("place", ["cn/zh-hans", "eu/fr"])
    def test_it_is_linked_and_speaks_each_language(self, client, place):
        assert f'href="/{place}/boutiques/"' in client.get(f"/{place}/about/services/").content.decode()
        assert ("星期日" if place == "cn/zh-hans" else "dimanche") in client.get(f"/{place}/boutiques/").content.decode()

    def test_a_house_without_boutiques_neither_shows_nor_links_the_page(self, client, monkeypatch):
        assert "/eu/fr/boutiques/" in client.get("/sitemap.xml").content.decode()
        monkeypatch.setitem(the_house().raw, "boutiques", [])
        assert client.get("/eu/en/boutiques/").status_code == 404
        assert "boutiques" not in client.get("/eu/en/pieces/").content.decode()
        assert "/boutiques/" not in client.get("/sitemap.xml").content.decode()
