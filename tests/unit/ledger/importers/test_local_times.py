"""A time on the wall is read by its zone, and one that carries its offset by that."""

import pytest

from ledger import sql
from ledger.importers.local_times import has_offset, occurs_twice, read_time

CLOCKS_BACK = "29/10/2023 02:30"


@pytest.fixture
def evaluate():
    connection = sql.connect()

    def run(expression, text):
        given = connection.sql("SELECT ? AS t", params=[text])
        return given.project(f"CAST({expression} AS VARCHAR)").fetchall()[0][0]

    return run


@pytest.mark.parametrize(
    ("zone", "text", "in_utc"),
    [
        ("UTC", CLOCKS_BACK, "2023-10-29 02:30:00+00"),
        ("Europe/Berlin", CLOCKS_BACK, "2023-10-29 01:30:00+00"),
        ("Europe/Berlin", "26/03/2023 02:30", None),
        ("America/New_York", "05/11/2023 01:30", "2023-11-05 06:30:00+00"),
        ("Australia/Lord_Howe", "02/04/2023 01:45", "2023-04-01 15:15:00+00"),
        ("Pacific/Apia", "30/12/2011 12:00", None),
        ("Pacific/Apia", "31/12/2011 00:00", "2011-12-30 10:00:00+00"),
        ("Pacific/Apia", "no time", None),
    ],
)
def test_by_its_zone(evaluate, zone, text, in_utc):
    assert evaluate(read_time("t", "%d/%m/%Y %H:%M", zone).value, text) == in_utc


def test_by_its_offset_whatever_the_zone(evaluate):
    layout, text = "%d/%m/%Y %H:%M %z", f"{CLOCKS_BACK} -0500"
    cell = read_time("t", layout, "Europe/Berlin")
    assert evaluate(cell.value, text) == "2023-10-29 07:30:00+00"
    assert evaluate(occurs_twice("t", layout, "Europe/Berlin"), text) == "false"


def test_a_percent_sign_before_z_is_no_offset():
    assert has_offset("%H:%M%z")
    assert not has_offset("%H:%M%%z")
