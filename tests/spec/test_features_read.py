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


def value(name, *lines, opened_days_ago=None, taken_back=(), **account):
    """Compute one feature of the account `mia`.

    `taken_back` names pairs of lines: the second takes back the first.
    """
    reverses = {back: f"t{original}" for original, back in taken_back}
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
            "reverses": reverses.get(i),
        }
        for i, (days, hours, payer, payee, amount, channel) in enumerate(lines)
    ]
    opened = None if opened_days_ago is None else AS_OF - timedelta(days=opened_days_ago)
    account = {
        **account,
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


BOUNCED = (2, 12, "mia", "shop", 300, "transfer")
COMES_BACK = (2, 11, "shop", "mia", 300, "transfer")


def test_a_payment_taken_back_and_its_reversal_moved_no_money():
    assert value("credit_sum_7d", VICTIM_PAYS, BOUNCED, COMES_BACK) == 1300.0
    back = {"taken_back": [(1, 2)]}
    assert value("credit_sum_7d", VICTIM_PAYS, BOUNCED, COMES_BACK, **back) == 1000.0
    assert value("debit_count_7d", VICTIM_PAYS, BOUNCED, COMES_BACK, **back) == 0.0


def test_what_comes_back_in_part_is_a_payment_of_its_own():
    a_part = (2, 11, "shop", "mia", 200, "transfer")
    assert value("credit_sum_7d", BOUNCED, a_part, taken_back=[(0, 1)]) == 200.0
    assert value("debit_sum_7d", BOUNCED, a_part, taken_back=[(0, 1)]) == 300.0


def test_a_reversal_taken_back_leaves_one_payment():
    paid_after_all = (2, 10, "mia", "shop", 300, "transfer")
    lines = (BOUNCED, COMES_BACK, paid_after_all)
    assert value("debit_sum_7d", *lines, taken_back=[(0, 1), (1, 2)]) == 300.0
    assert value("credit_sum_7d", *lines, taken_back=[(0, 1), (1, 2)]) == 0.0


def test_three_payments_soon_after_the_largest_receipt():
    # At once, after half an hour and after exactly an hour; the last a minute too late.
    hours = (12, 11.5, 11, 11 - 1 / 60)
    out = [(2, hour, "mia", f"p{hour}", 100, "instant") for hour in hours]
    assert value("payments_after_largest_30d", VICTIM_PAYS, *out) == 3.0
    assert value("first_out_minutes_30d", VICTIM_PAYS, *out[1:]) == 30.0


def test_one_receipt_leaves_in_nearly_equal_parts():
    parts = [(2, 11.5 - i / 10, "mia", f"p{i}", 330 + i, "instant") for i in range(3)]
    assert value("like_payments_30d", VICTIM_PAYS, *parts) == 3.0
    unlike = (2, 11.35, "mia", "shop", 25, "card")
    assert value("like_payments_30d", VICTIM_PAYS, parts[0], unlike, parts[2]) == 1.0


def test_a_small_payment_tests_the_way_for_one_fifty_times_larger():
    test, large = (2, 12, "v", "mia", 20, "instant"), (1, 13, "v", "mia", 1000, "instant")
    assert value("tested_payments_30d", test, large) == 1.0
    assert value("tested_payments_30d", test, (1, 13, "other", "mia", 1000, "instant")) == 0.0
    a_day_and_an_hour_later = (1, 11, "v", "mia", 1000, "instant")
    assert value("tested_payments_30d", test, a_day_and_an_hour_later) == 0.0


@pytest.mark.parametrize(
    ("amount", "is_round"), [(3000, 1), (2310, 0), (9900, 1), (4950, 0), (5000, 1), (4999, 1)]
)
def test_round_amounts_and_nearly_round_ones(amount, is_round):
    assert value("round_share_30d", (2, 0, "v", "mia", amount, "instant")) == is_round


def test_night_is_where_the_account_is_held():
    # The question is asked on a Sunday at midnight UTC: 7 o'clock in Thailand.
    at_two_in_the_morning = (0, 5, "v", "mia", 100, "instant")
    at_six = (0, 1, "v", "mia", 300, "instant")
    assert value("night_share_30d", at_two_in_the_morning, at_six) == 0.25
    assert value("weekend_share_30d", at_two_in_the_morning, at_six) == 1.0
    friday_evening = (1, 10, "v", "mia", 100, "instant")
    assert value("weekend_share_30d", friday_evening) == 0.0


def test_receipts_are_compared_with_a_month_of_the_declared_income():
    assert value("income_ratio_30d", VICTIM_PAYS, declared_income=6000) == 2.0
    assert np.isnan(value("income_ratio_30d", VICTIM_PAYS))


def test_what_was_gathered_is_gone():
    assert value("drained_share_30d", VICTIM_PAYS, ALL_BUT_A_TENTH_GOES_ON) == 0.9
    beyond_it = (2, 11, "mia", "relay", 5000, "instant")
    assert value("drained_share_30d", VICTIM_PAYS, beyond_it) == 1.0


def test_a_new_crypto_address_is_one_never_dealt_with_before():
    known = (40, 0, "mia", "wallet", 1, "crypto")
    again, new = (2, 1, "mia", "wallet", 300, "crypto"), (2, 0, "mia", "other", 100, "crypto")
    assert value("new_crypto_share_30d", known, again, new) == 0.25
