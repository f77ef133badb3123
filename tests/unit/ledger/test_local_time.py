"""Local times are those of the time zone database."""

from datetime import UTC, datetime, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

from ledger.local_time import MINUTES_AHEAD

_SEATS = {"AU": "Australia/Sydney", "BR": "America/Sao_Paulo", "US": "America/New_York",
          "ID": "Asia/Jakarta", "RU": "Europe/Moscow"}  # fmt: skip
_MONTHS = [datetime(2025, month, 1, tzinfo=UTC) for month in (1, 7)]


def _zones() -> dict[str, list[str]]:
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text()
    zones: dict[str, list[str]] = {}
    for line in table.splitlines():
        if not line.startswith("#"):
            country, _, zone, *_ = line.split("\t")
            zones.setdefault(country, []).append(zone)
    return zones


def _minutes(zone: str) -> float:
    offsets = (moment.astimezone(ZoneInfo(zone)).utcoffset() for moment in _MONTHS)
    return min(offset for offset in offsets if offset is not None) / timedelta(minutes=1)


def test_every_country_has_the_time_of_one_of_its_zones() -> None:
    zones = _zones()
    uninhabited = {"AQ", "UM"}
    assert set(MINUTES_AHEAD) == set(zones) - uninhabited
    other = {
        country: minutes
        for country, minutes in MINUTES_AHEAD.items()
        if minutes not in map(_minutes, zones[country])
    }
    assert other == {}


def test_a_country_of_many_zones_has_that_of_its_seat_of_government() -> None:
    assert {country: MINUTES_AHEAD[country] for country in _SEATS} == {
        country: _minutes(zone) for country, zone in _SEATS.items()
    }
