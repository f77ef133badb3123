"""Whom complaints tell to be a victim, on ledgers that an analyst can check with a pencil.

Each line: a name, hours before the question is asked, and the amount that came in (or, below 0,
went out).
"""

import pytest

from ledger.complaints import complained_of
from models.linked import linked_money
from models.loss import Loss, is_probable_victim, loss_of
from models.movements import movements
from tests.property.drawn_money import complaint, complaint_table, movement, transaction_table

WAGES = movement("w", 20, 700)
RENT = movement("r", 15, -300)
TO_THE_SWINDLER = movement("s", 10, -400)
AND_AGAIN = movement("a", 8, -250)
A_VICTIM_PAYS = movement("v", 12, 900)
COMPLAINED = (complaint("c", "s"),)


def told(*rows, complaints=COMPLAINED, known_mule=False):
    complained = complained_of(complaint_table(complaints))
    moved = movements(transaction_table(list(rows)), "mia")
    loss = loss_of(moved, complained)
    linked = linked_money(moved, complained)
    return loss, is_probable_victim(loss, linked, known_mule=known_mule)


def test_whose_payment_is_complained_of_is_probably_a_victim():
    assert told(WAGES, RENT, TO_THE_SWINDLER) == (Loss(400, "THB", ("s",)), True)


def test_all_payments_under_complaint_add_up():
    both = (complaint("c", "s"), complaint("d", "a"))
    lost = told(WAGES, TO_THE_SWINDLER, AND_AGAIN, complaints=both)
    assert lost == (Loss(650, "THB", ("s", "a")), True)


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
    lost = told(A_VICTIM_PAYS, TO_THE_SWINDLER, complaints=both)
    assert lost == (Loss(400, "THB", ("s",)), False)


def test_a_known_mule_is_not_taken_for_a_victim():
    lost = told(WAGES, TO_THE_SWINDLER, known_mule=True)
    assert lost == (Loss(400, "THB", ("s",)), False)


@pytest.mark.parametrize(
    ("came_back", "lost"), [(400, None), (150, Loss(250, "THB", ("s",)))], ids=["all", "a part"]
)
def test_what_came_back_is_not_lost(came_back, lost):
    back = movement("back", 3, came_back, reverses="s")
    assert told(WAGES, TO_THE_SWINDLER, back) == (lost, lost is not None)


def test_a_loss_in_two_currencies_is_told_in_the_one_complained_of_most():
    dollars = {"payer_currency": "USD", "payee_currency": "USD"}
    rows = (TO_THE_SWINDLER, movement("x", 9, -7, **dollars), movement("y", 7, -5, **dollars))
    each = tuple(complaint(f"c{row['transaction_id']}", row["transaction_id"]) for row in rows)
    assert told(*rows, complaints=each) == (Loss(12, "USD", ("x", "y")), True)
