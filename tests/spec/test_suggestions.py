"""What is suggested, on ledgers that an analyst can check with a pencil.

Each line: a name, hours before the question is asked, and the amount that came in (or, below 0,
went out).
"""

from datetime import timedelta

import pytest

from ledger.complaints import complained_of
from models.linked import linked_money
from models.movements import movements
from models.suggestion import Policy, suggest
from tests.property.drawn_money import (
    AS_OF,
    complaint,
    complaint_table,
    movement,
    transaction_table,
)

VICTIM_PAYS = movement("v", 10, 1000)
PASSED_ON = movement("p", 9, -900)
WAGES = movement("w", 20, 700)


THE_VICTIM_COMPLAINS = (complaint("c", "v"),)


def linked(*rows, complaints=THE_VICTIM_COMPLAINS):
    complained = complained_of(complaint_table(complaints))
    return linked_money(movements(transaction_table(list(rows)), "mia"), complained)


def suggestion(band, *rows, complaints=THE_VICTIM_COMPLAINS, policy=None):
    return suggest(band, linked(*rows, complaints=complaints), AS_OF, policy or Policy())


def test_what_has_not_been_passed_on_is_held():
    held = suggestion("high", VICTIM_PAYS, PASSED_ON)
    assert (held.action, held.amount_minor, held.currency) == ("hold_amount", 100, "THB")


def test_other_money_is_not_touched():
    assert suggestion("high", WAGES, VICTIM_PAYS, PASSED_ON).amount_minor == 100


def test_what_was_paid_before_the_victims_money_came_did_not_pass_it_on():
    earlier = movement("e", 12, -600)
    assert suggestion("high", WAGES, earlier, VICTIM_PAYS).amount_minor == 1000


def test_a_shop_that_took_tainted_money_in_good_faith_keeps_its_account():
    takings = [movement(f"s{i}", 15 - i, 5000) for i in range(10)]
    held = suggestion("low", *takings, VICTIM_PAYS)
    assert (held.action, held.amount_minor) == ("hold_amount", 1000)
    assert not held.second_person_required


def test_a_shop_that_has_turned_the_money_over_is_only_watched():
    assert suggestion("low", VICTIM_PAYS, movement("rent", 2, -3000)).action == "monitor"


def test_the_critical_band_with_a_complaint_asks_a_second_person_to_freeze():
    freeze = suggestion("critical", VICTIM_PAYS, PASSED_ON)
    assert (freeze.action, freeze.amount_minor) == ("freeze_account", 100)
    assert freeze.second_person_required


@pytest.mark.parametrize(
    ("band", "action"),
    [("low", "none"), ("elevated", "monitor"), ("high", "monitor"), ("critical", "monitor")],
)
def test_without_a_complaint_nothing_is_held(band, action):
    found = suggestion(band, VICTIM_PAYS, complaints=())
    assert (found.action, found.amount_minor) == (action, 0)


def test_a_withdrawn_complaint_holds_nothing():
    events = (complaint("c", "v", 5), complaint("c", "v", 2, "withdrawn"))
    assert suggestion("critical", VICTIM_PAYS, complaints=events).action == "monitor"


def test_a_complaint_taken_up_again_stands():
    events = (complaint("c", "v", 5, "withdrawn"), complaint("c", "v", 2, "confirmed"))
    assert suggestion("high", VICTIM_PAYS, complaints=events).amount_minor == 1000


def test_one_victim_withdrawing_leaves_the_other_victims_complaint():
    events = (complaint("c", "v", 5, "withdrawn"), complaint("d", "v", 6))
    assert suggestion("high", VICTIM_PAYS, complaints=events).amount_minor == 1000


def test_two_complaints_about_one_payment_count_once():
    events = (complaint("c", "v"), complaint("d", "v"))
    assert suggestion("high", VICTIM_PAYS, complaints=events).amount_minor == 1000


def test_a_victim_who_complains_of_a_payment_of_their_own_is_not_held():
    scam = movement("out", 3, -500)
    found = suggestion("critical", WAGES, scam, complaints=(complaint("c", "out"),))
    assert found.action == "monitor"


def test_money_that_was_sent_back_is_not_held():
    back = movement("back", 3, -1000, reverses="v")
    assert suggestion("critical", VICTIM_PAYS, back).action == "monitor"


def test_a_refund_of_other_money_does_not_pass_the_victims_money_on():
    refund = movement("r", 3, -700, reverses="w")
    assert suggestion("high", WAGES, VICTIM_PAYS, refund).amount_minor == 1000


def test_a_payment_that_came_back_did_not_pass_anything_on():
    bounced = movement("b", 3, 900, reverses="p")
    assert suggestion("high", VICTIM_PAYS, PASSED_ON, bounced).amount_minor == 1000


def test_a_part_that_came_back_counts_as_a_part():
    bounced = movement("b", 3, 400, reverses="p")
    assert suggestion("high", VICTIM_PAYS, PASSED_ON, bounced).amount_minor == 500


def test_a_transaction_marked_as_reversed_did_not_happen():
    undone = movement("v", 10, 1000, status="reversed")
    assert suggestion("high", undone, movement("back", 9, -1000, reverses="v")).action == "monitor"


def test_money_in_another_currency_does_not_pass_it_on():
    dollars = movement("d", 3, -500, payer_currency="USD")
    assert suggestion("high", VICTIM_PAYS, dollars).amount_minor == 1000


def test_a_measure_ends_by_itself():
    held = suggestion("high", VICTIM_PAYS, policy=Policy(duration=timedelta(hours=24)))
    assert held.starts_at == AS_OF
    assert held.expires_at == AS_OF + timedelta(hours=24)
    assert "withdrawn" in held.release_test


def test_the_law_is_named_by_the_institution_or_by_a_person():
    named = Policy(legal_basis={"hold_amount": "Terms of account, section 9"})
    assert suggestion("high", VICTIM_PAYS, policy=named).legal_basis.endswith("section 9")
    assert "person who orders it" in suggestion("high", VICTIM_PAYS).legal_basis


def test_the_suggestion_says_what_it_rests_on():
    assert suggestion("high", VICTIM_PAYS, PASSED_ON).why == (
        "The behaviour is in the high band; complaints stand about 10.00 THB received here,"
        " of which 1.00 THB has not been passed on."
    )
