from datetime import UTC, datetime

import pytest

from serving.wording import (
    counted,
    major,
    moment,
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


def test_numbers_and_times_are_short():
    assert counted(1, "transaction") == "1 transaction"
    assert counted(1204, "transaction") == "1,204 transactions"
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
