from datetime import UTC, datetime

import pytest

from serving.wording import counted, major, moment


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
