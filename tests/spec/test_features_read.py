"""Features on small ledgers that an analyst can check with a pencil.

`docs/examples/notation.py` tells how a ledger is drawn. Every feature once stands in
`test_examples_read.py`; here are the borders: what just counts, what just does not, and what is
missing.
"""

import numpy as np
import pytest

from docs.examples.answers import value

VICTIM_PAYS = "2d 12h victim -> mia 10 instant"
ALL_BUT_A_TENTH_GOES_ON = "2d 11h mia -> relay 9 instant"
CASH_A_DAY_LATER = "1d 12h mia -> (cash) 1 atm"
CASH_AN_HOUR_AFTER_THAT = "1d 11h mia -> (cash) 1 atm"
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
    assert np.isnan(value("dwell_median_30d", "3d mia -> shop 5 card", VICTIM_PAYS))


@pytest.mark.parametrize(
    ("leaves", "share"),
    [
        ("mia -> (cash) 5 atm", 0.5),
        ("mia -> abroad 5 wire", 0.5),
        ("mia -> wallet 5 e_wallet", 0.5),
        ("mia -> shop 5 card", 0.0),
    ],
)
def test_quick_exits_are_cash_crypto_wallets_and_payments_abroad(leaves, share):
    ledger = ("mia: in TH", "abroad: in KH", VICTIM_PAYS, f"2d 6h {leaves}")
    assert value("exit_24h_share_30d", *ledger) == share


def test_a_payer_met_before_the_week_is_not_new():
    met = "20d mia -> friend 0.50 transfer"
    from_friend = "1d friend -> mia 3 transfer"
    from_stranger = "1d 1h stranger -> mia 1 transfer"
    assert value("new_payer_share_7d", met, from_friend, from_stranger) == 0.25


def test_a_week_ends_before_the_question_and_begins_a_week_earlier():
    exactly_a_week_ago, at_the_question = "7d ann -> mia 1", "0d ben -> mia 1"
    assert value("credit_count_7d", exactly_a_week_ago, at_the_question) == 1.0


def test_what_cannot_be_known_is_missing_and_not_zero():
    only_a_payment = "1d mia -> shop 1 card"
    assert np.isnan(value("pass_through_7d", only_a_payment))
    assert np.isnan(value("age_days", only_a_payment))
    assert value("age_days", "mia: opened 40d", only_a_payment) == 40.0


def test_a_long_silence_that_ends_in_the_window_counts_from_before_it():
    assert value("longest_silence_90d", "200d ann -> mia 1", "5d ann -> mia 1") == 195.0


BOUNCED = "2d 12h mia -> shop 3 transfer"
COMES_BACK = "2d 11h shop -> mia 3 transfer"


def test_a_payment_taken_back_and_its_reversal_moved_no_money():
    assert value("credit_sum_7d", VICTIM_PAYS, BOUNCED, COMES_BACK) == 1300.0
    ledger = (VICTIM_PAYS, BOUNCED, f"{COMES_BACK} back 2")
    assert value("credit_sum_7d", *ledger) == 1000.0
    assert value("debit_count_7d", *ledger) == 0.0


def test_what_comes_back_in_part_is_a_payment_of_its_own():
    a_part = "2d 11h shop -> mia 2 transfer back 1"
    assert value("credit_sum_7d", BOUNCED, a_part) == 200.0
    assert value("debit_sum_7d", BOUNCED, a_part) == 300.0


def test_a_reversal_taken_back_leaves_one_payment():
    paid_after_all = "2d 10h mia -> shop 3 transfer back 2"
    ledger = (BOUNCED, f"{COMES_BACK} back 1", paid_after_all)
    assert value("debit_sum_7d", *ledger) == 300.0
    assert value("credit_sum_7d", *ledger) == 0.0


def test_three_payments_soon_after_the_largest_receipt():
    # At once, after half an hour and after exactly an hour; the last a minute too late.
    times = ("2d 12h", "2d 11h 30m", "2d 11h", "2d 10h 59m")
    out = [f"{time} mia -> p{number} 1" for number, time in enumerate(times)]
    assert value("payments_after_largest_30d", VICTIM_PAYS, *out) == 3.0
    assert value("first_out_minutes_30d", VICTIM_PAYS, *out[1:]) == 30.0


def test_one_receipt_leaves_in_nearly_equal_parts():
    parts = [f"2d 11h {30 - 6 * n}m mia -> p{n} 3.3{n}" for n in range(3)]
    assert value("like_payments_30d", VICTIM_PAYS, *parts) == 3.0
    unlike = "2d 11h 21m mia -> shop 0.25 card"
    assert value("like_payments_30d", VICTIM_PAYS, parts[0], unlike, parts[2]) == 1.0


def test_a_small_payment_tests_the_way_for_one_fifty_times_larger():
    test, large = "2d 12h ann -> mia 0.20", "1d 13h ann -> mia 10"
    assert value("tested_payments_30d", test, large) == 1.0
    assert value("tested_payments_30d", test, "1d 13h ben -> mia 10") == 0.0
    a_day_and_an_hour_later = "1d 11h ann -> mia 10"
    assert value("tested_payments_30d", test, a_day_and_an_hour_later) == 0.0


@pytest.mark.parametrize(
    ("amount", "is_round"), [(30, 1), (23.10, 0), (99, 1), (49.50, 0), (50, 1), (49.99, 1)]
)
def test_round_amounts_and_nearly_round_ones(amount, is_round):
    assert value("round_share_30d", f"2d ann -> mia {amount:.2f}") == is_round


def test_night_is_where_the_account_is_held():
    # The question is asked on a Sunday at midnight UTC: 7 o'clock in Thailand.
    at_two_in_the_morning, at_six = "5h ann -> mia 1", "1h ann -> mia 3"
    assert value("night_share_30d", at_two_in_the_morning, at_six) == 0.25
    assert value("weekend_share_30d", at_two_in_the_morning, at_six) == 1.0
    friday_evening = "1d 10h ann -> mia 1"
    assert value("weekend_share_30d", friday_evening) == 0.0


def test_receipts_are_compared_with_a_month_of_the_declared_income():
    assert value("income_ratio_30d", "mia: income 60", VICTIM_PAYS) == 2.0
    assert np.isnan(value("income_ratio_30d", VICTIM_PAYS))


def test_what_was_gathered_is_gone():
    assert value("drained_share_30d", VICTIM_PAYS, ALL_BUT_A_TENTH_GOES_ON) == 0.9
    beyond_it = "2d 11h mia -> relay 50"
    assert value("drained_share_30d", VICTIM_PAYS, beyond_it) == 1.0


def test_a_new_crypto_address_is_one_never_dealt_with_before():
    known = "40d mia -> wallet 0.10 crypto"
    again, new = "2d 1h mia -> wallet 3 crypto", "2d mia -> other 1 crypto"
    assert value("new_crypto_share_30d", known, again, new) == 0.25


def test_what_is_worth_nothing_in_the_ledgers_currency_was_paid_all_the_same():
    worthless = "3d ann -> mia 0 transfer"
    assert value("returned_share_90d", worthless, "2d mia -> ann 1") == 1.0
    assert value("returned_share_90d", "2d mia -> ann 1") == 0.0
