import pytest

from features.feature import UNITS
from models.wording import worded

NAN = float("nan")


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0.0, "share", "0%"),
        (0.004, "share", "less than 1%"),
        (0.934, "share", "93%"),
        (0.996, "share", "more than 99%"),
        (1.0, "share", "100%"),
        (-0.2, "share", "\N{MINUS SIGN}20%"),
        (0.4, "minutes", "less than a minute"),
        (1.0, "minutes", "1 minute"),
        (89.0, "minutes", "89 minutes"),
        (90.0, "minutes", "1.5 hours"),
        (1440.0, "minutes", "24 hours"),
        (2880.0, "minutes", "2 days"),
        (0.0, "days", "0 days"),
        (0.5, "days", "12 hours"),
        (1.0, "days", "1 day"),
        (400.2, "days", "400 days"),
        (1.0, "transactions", "once"),
        (1234.0, "transactions", "1,234 times"),
        (1.0, "accounts", "1 account"),
        (3.0, "institutions", "3 institutions"),
        (2.0, "countries", "2 countries"),
        (0.256, "ratio", "0.26"),
        (-0.256, "ratio", "\N{MINUS SIGN}0.26"),
        (-0.004, "ratio", "0.00"),
        (123450.0, "minor units", "1,234.50 THB"),
    ],
)
def test_a_value_reads_as_a_person_would_say_it(value, unit, words):
    assert worded(value, unit, "THB") == words


@pytest.mark.parametrize("unit", UNITS)
def test_every_unit_of_the_catalogue_can_be_worded_and_be_missing(unit):
    assert worded(3.0, unit, "THB")
    assert worded(NAN, unit, "THB") == "not known"
