from dataclasses import replace

import pytest

from models.language import ENGLISH, language
from serving.reports.words import Words
from tests.documents import report_document

WORDS = Words(ENGLISH, "THB")


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (0.999, "more than 99 of 100"),
        (0.31, "about 31 of 100"),
        (0.004, "about 4 of 1,000"),
        (0.00002, "about 2 of 100,000"),
        (0.0, "fewer than 1 of 100,000"),
    ],
)
def test_a_probability_is_told_as_a_count(probability, words):
    assert WORDS.frequency(probability) == words


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (0.999, ""),
        (0.994, ""),
        (0.99, "; the other 1 do not"),
        (0.31, "; the other 69 do not"),
        (0.004, ""),
    ],
)
def test_the_others_are_told_where_the_hundred_is_counted(probability, words):
    assert WORDS.others(probability) == words


@pytest.mark.parametrize(
    ("probability", "low", "high", "counts"),
    [
        (0.31, 0.184, 0.476, "18 to 48 of 100"),
        (0.03, 0.008, 0.081, "0 to 9 of 100"),
        (0.009, 0.0041, 0.0201, "0 to 3 of 100"),
        (0.004, 0.0021, 0.0101, "2 to 11 of 1,000"),
        (0.0, 0.0, 0.00011, "0 to 11 of 100,000"),
        (0.97, 0.8, 0.9999, "80 to 100 of 100"),
    ],
)
def test_what_the_closed_cases_allow_for_is_rounded_away_from_the_forecast(
    probability, low, high, counts
):
    sure = "(95\N{NO-BREAK SPACE}% confidence)"
    wanted = f"The closed cases behind this fit anything from {counts} {sure}."
    assert WORDS.allowed(probability, low, high) == wanted


def test_numbers_are_short():
    assert WORDS.signed(-0.694) == "\N{MINUS SIGN}0.69"
    assert WORDS.signed(2.0) == "+2.00"
    assert WORDS.signed(-10.0) == "\N{MINUS SIGN}10.00"
    assert WORDS.signed(-0.001) == WORDS.signed(0.001) == "0.00"
    assert WORDS.percent(0.0036) == "0.36\N{NO-BREAK SPACE}%"
    assert WORDS.percent(0.27) == "27\N{NO-BREAK SPACE}%"
    assert WORDS.percent(1.0) == "100\N{NO-BREAK SPACE}%"


def test_an_institutions_own_legal_basis_stays_as_it_is():
    assert WORDS.basis("Emergency Decree {7}") == "Emergency Decree {7}"


def test_the_model_card_is_named_by_its_hash_with_the_command_that_reads_it():
    versions = report_document().versions
    told = dict(WORDS.versions(versions))["Model card, SHA-256"]
    assert told == f"{versions.card}; `mulerisk model card --bundle DIR` reads it"
    assert "Model card, SHA-256" not in dict(WORDS.versions(replace(versions, card="")))
    japanese = dict(Words(language("ja"), "THB").versions(versions))
    assert versions.card in japanese["モデルカード、SHA-256"]
