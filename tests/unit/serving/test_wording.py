from datetime import UTC, datetime

import pytest

from serving.wording import (
    counted,
    frequency,
    major,
    moment,
    others,
    percent,
    rounded,
    signed,
    spreadsheet_safe,
    visible,
)


@pytest.mark.parametrize(
    ("amount_minor", "currency", "written"),
    [
        (125_000, "THB", "1250.00"),
        (5, "EUR", "0.05"),
        (-5, "EUR", "-0.05"),
        (1_250_000, "JPY", "1250000"),
        (1_234, "KWD", "1.234"),
        (100_000_001, "BTC", "1.00000001"),
        (999_999_999_999_999, "USD", "9999999999999.99"),
    ],
)
def test_amount_is_exact_with_the_decimals_of_its_currency(amount_minor, currency, written):
    assert major(amount_minor, currency) == written


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
    assert frequency(probability) == words


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
    assert others(probability) == words


def test_numbers_and_times_are_short():
    assert signed(-0.694) == "\N{MINUS SIGN}0.69"
    assert signed(2.0) == "+2.00"
    assert signed(-10.0) == "\N{MINUS SIGN}10.00"
    assert signed(-0.001) == "0.00"
    assert counted(1, "transaction") == "1 transaction"
    assert counted(1204, "transaction") == "1,204 transactions"
    assert percent(0.0036) == "0.36\N{NO-BREAK SPACE}%"
    assert rounded(25_000_000, "THB") == "250k"
    assert rounded(0, "THB") == "0"
    assert moment(datetime(2025, 6, 1, 7, 5, tzinfo=UTC)) == "2025-06-01 07:05:00 UTC"


def test_hidden_characters_are_shown():
    assert visible("ok\u202ejpg\x1b[31m\ud800") == "ok[U+202E]jpg[U+001B][31m[U+D800]"
    assert visible("สมชาย Ünal") == "สมชาย Ünal"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\N{FULLWIDTH EQUALS SIGN}", " =", '"='])
def test_no_text_is_a_formula(start):
    assert spreadsheet_safe(f"{start}cmd()").startswith("'")


def test_a_tab_or_line_break_cannot_begin_a_cell():
    assert spreadsheet_safe("\t=cmd()\n") == "[U+0009]=cmd()[U+000A]"


def test_plain_text_stays_as_it_is():
    assert spreadsheet_safe("TH-0042") == "TH-0042"
