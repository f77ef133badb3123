"""Whom complaints tell to be a victim, on ledgers that an analyst can check with a pencil.

Each line: a name, hours before the question is asked, and the amount that came in (or, below 0,
went out).
"""

from datetime import timedelta

import pytest

from ledger.complaints import complained_of
from models.loss import Loss, is_probable_victim, loss_of
from models.movements import movements
from tests.property.drawn_money import (
    AS_OF,
    complaint,
    complaint_table,
    movement,
    transaction_table,
)

WAGES = movement("w", 20, 700)
RENT = movement("r", 15, -300)
TO_THE_SWINDLER = movement("s", 10, -400)
AND_AGAIN = movement("a", 8, -250)
A_VICTIM_PAYS = movement("v", 12, 900)
COMPLAINED = (complaint("c", "s"),)


def told(*rows, complaints=COMPLAINED, known_mule=False):
    complained = complained_of(complaint_table(complaints))
    moved = movements(transaction_table(list(rows)), "mia")
    victim = is_probable_victim(moved, complained, known_mule=known_mule)
    return loss_of(moved, complained), victim


def lost(amount, *ids, hours=10, currency="THB"):
    return Loss(amount, currency, AS_OF - timedelta(hours=hours), ids)


def test_whose_payment_is_complained_of_is_probably_a_victim():
    assert told(WAGES, RENT, TO_THE_SWINDLER) == (lost(400, "s"), True)


def test_all_payments_under_complaint_add_up():
    both = (complaint("c", "s"), complaint("d", "a"))
    found = told(WAGES, TO_THE_SWINDLER, AND_AGAIN, complaints=both)
    assert found == (lost(650, "s", "a", hours=8), True)


def test_without_a_complaint_nobody_is_a_victim():
    assert told(WAGES, TO_THE_SWINDLER, complaints=()) == (None, False)


def test_a_complaint_that_is_withdrawn_tells_nothing():
    withdrawn = (complaint("c", "s", 5), complaint("c", "s", 2, "withdrawn"))
    assert told(WAGES, TO_THE_SWINDLER, complaints=withdrawn) == (None, False)


def test_what_was_received_under_complaint_is_no_loss():
    received = told(A_VICTIM_PAYS, TO_THE_SWINDLER, complaints=(complaint("c", "v"),))
    assert received == (None, False)


def test_a_mule_whose_passing_on_is_complained_of_is_not_taken_for_a_victim():
    both = (complaint("c", "v"), complaint("d", "s"))
    found = told(A_VICTIM_PAYS, TO_THE_SWINDLER, complaints=both)
    assert found == (lost(400, "s"), False)


def test_a_known_mule_is_not_taken_for_a_victim():
    found = told(WAGES, TO_THE_SWINDLER, known_mule=True)
    assert found == (lost(400, "s"), False)


@pytest.mark.parametrize(
    ("came_back", "left"), [(400, None), (150, lost(250, "s"))], ids=["all", "a part"]
)
def test_what_came_back_is_not_lost(came_back, left):
    back = movement("back", 3, came_back, reverses="s")
    assert told(WAGES, TO_THE_SWINDLER, back) == (left, left is not None)


@pytest.mark.parametrize("sent_back", [900, 950])
def test_a_mule_whose_bank_sent_the_victims_money_back_is_not_taken_for_a_victim(sent_back):
    back = movement("back", 3, -sent_back, reverses="v")
    both = (complaint("c", "v"), complaint("d", "s"))
    assert told(A_VICTIM_PAYS, TO_THE_SWINDLER, back, complaints=both) == (lost(400, "s"), False)
    assert told(A_VICTIM_PAYS, back, complaints=(complaint("c", "v"),)) == (None, False)


def test_a_mule_whose_receipt_its_bank_marked_as_reversed_is_not_taken_for_a_victim():
    undone = movement("v", 12, 900, status="reversed")
    both = (complaint("c", "v"), complaint("d", "s"))
    assert told(undone, TO_THE_SWINDLER, complaints=both) == (lost(400, "s"), False)


def test_a_loss_in_two_currencies_is_told_in_the_one_complained_of_most():
    dollars = {"payer_currency": "USD", "payee_currency": "USD"}
    rows = (TO_THE_SWINDLER, movement("x", 9, -7, **dollars), movement("y", 7, -5, **dollars))
    each = tuple(complaint(f"c{row['transaction_id']}", row["transaction_id"]) for row in rows)
    assert told(*rows, complaints=each) == (lost(12, "x", "y", hours=7, currency="USD"), True)
