"""Features on small ledgers that an analyst can check with a pencil.

Each line of a ledger: days and hours before the question is asked, who paid, who was paid, the
amount, and how.
"""

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from features.catalogue import NAMES
from features.compute import compute
from ledger.order import in_order
from ledger.schema import ACCOUNTS, TRANSACTIONS

AS_OF = datetime(2025, 6, 1, tzinfo=UTC)


def value(name, *lines, opened_days_ago=None):
    """Compute one feature of the account `mia`."""
    rows = [
        {
            "transaction_id": f"t{i}",
            "tenant": "local",
            "happened_at": AS_OF - timedelta(days=days, hours=hours),
            "known_at": AS_OF - timedelta(days=days, hours=hours),
            "payer_account": payer,
            "payee_account": payee,
            "payer_amount_minor": amount,
            "payee_amount_minor": amount,
            "payer_currency": "THB",
            "payee_currency": "THB",
            "reference_minor": amount,
            "channel": channel,
            "payer_country": "TH",
            "payee_country": "KH" if payee == "abroad" else "TH",
        }
        for i, (days, hours, payer, payee, amount, channel) in enumerate(lines)
    ]
    opened = None if opened_days_ago is None else AS_OF - timedelta(days=opened_days_ago)
    account = {
        "account_id": "mia",
        "institution": "bank_a",
        "kind": "bank",
        "country": "TH",
        "opened_at": opened,
    }
    table = compute(
        in_order(pa.Table.from_pylist(rows, TRANSACTIONS.arrow)),
        pa.Table.from_pylist([account], ACCOUNTS.arrow),
        [AS_OF],
    )
    return table.values[0, NAMES.index(name)]


VICTIM_PAYS = (2, 12, "victim", "mia", 1000, "instant")
ALL_BUT_A_TENTH_GOES_ON = (2, 11, "mia", "relay", 900, "instant")
CASH_A_DAY_LATER = (1, 12, "mia", None, 100, "atm")
CASH_AN_HOUR_AFTER_THAT = (1, 11, "mia", None, 100, "atm")
CHAIN = (VICTIM_PAYS, ALL_BUT_A_TENTH_GOES_ON, CASH_A_DAY_LATER)


def test_pass_through_is_what_left_of_what_came():
    assert value("pass_through_7d", VICTIM_PAYS, ALL_BUT_A_TENTH_GOES_ON) == 0.9
    assert value("kept_share_90d", VICTIM_PAYS, ALL_BUT_A_TENTH_GOES_ON) == 0.1


def test_money_that_leaves_after_exactly_an_hour_left_within_an_hour():
    assert value("share_out_1h_30d", *CHAIN) == 0.9


def test_money_that_leaves_after_exactly_a_day_left_within_a_day():
    assert value("share_out_24h_30d", *CHAIN) == 1.0
    late = (VICTIM_PAYS, ALL_BUT_A_TENTH_GOES_ON, CASH_AN_HOUR_AFTER_THAT)
    assert value("share_out_24h_30d", *late) == 0.9


def test_dwell_is_weighed_by_money_first_in_first_out():
    assert value("dwell_median_30d", *CHAIN) == 60.0


def test_a_payment_from_what_was_there_before_is_not_passed_on_money():
    assert np.isnan(value("dwell_median_30d", (3, 0, "mia", "shop", 500, "card"), VICTIM_PAYS))


@pytest.mark.parametrize(
    ("payee", "channel", "share"),
    [(None, "atm", 0.5), ("abroad", "wire", 0.5), ("wallet", "e_wallet", 0.5), ("x", "card", 0.0)],
)
def test_quick_exits_are_cash_crypto_wallets_and_payments_abroad(payee, channel, share):
    leaves = (2, 6, "mia", payee, 500, channel)
    assert value("exit_24h_share_30d", VICTIM_PAYS, leaves) == share


def test_a_payer_met_before_the_week_is_not_new():
    met = (20, 0, "mia", "friend", 50, "transfer")
    from_friend = (1, 0, "friend", "mia", 300, "transfer")
    from_stranger = (1, 1, "stranger", "mia", 100, "transfer")
    assert value("new_payer_share_7d", met, from_friend, from_stranger) == 0.25


def test_a_week_ends_before_the_question_and_begins_a_week_earlier():
    exactly_a_week_ago = (7, 0, "a", "mia", 1, "transfer")
    at_the_question = (0, 0, "b", "mia", 1, "transfer")
    assert value("credit_count_7d", exactly_a_week_ago, at_the_question) == 1.0


def test_what_cannot_be_known_is_missing_and_not_zero():
    only_a_payment = (1, 0, "mia", "shop", 10, "card")
    assert np.isnan(value("pass_through_7d", only_a_payment))
    assert np.isnan(value("age_days", only_a_payment))
    assert value("age_days", only_a_payment, opened_days_ago=40) == 40.0


def test_a_long_silence_that_ends_in_the_window_counts_from_before_it():
    old, new = (200, 0, "a", "mia", 1, "transfer"), (5, 0, "a", "mia", 1, "transfer")
    assert value("longest_silence_90d", old, new) == 195.0
