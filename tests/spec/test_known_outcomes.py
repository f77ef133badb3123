"""What an investigation found is a fact, and what is known is not forecast again.

Mia received a victim's money and passed most of it on. Day 0 is the day of the question.
"""

import pytest

from features.catalogue import NAMES
from ledger.lake import Lake, append
from ledger.view import LakeView
from models.assess import assess
from models.assessment import Terms
from serving.worklist import rank
from tests.property.drawn_models import scorer_of
from tests.property.drawn_money import (
    AS_OF,
    account,
    account_table,
    complaint,
    complaint_table,
    label_table,
    movement,
    outcome,
    transaction_table,
)

MIA, SHOP = account("mia"), account("other")
VICTIM_PAYS, PASSED_ON = movement("v", 10, 1000), movement("p", 9, -900)
DAYS = 24


@pytest.fixture
def ledger(tmp_path):
    """Write the ledger with what investigations found; the view is of day 0."""

    def written(*found, complaints=()):
        tables = {
            "accounts": account_table([MIA, SHOP]),
            "transactions": transaction_table([VICTIM_PAYS, PASSED_ON]),
            "complaints": complaint_table(complaints),
            "labels": label_table(found),
        }
        return LakeView(append(Lake(tmp_path / "ledger", "drawn", "THB"), tables), AS_OF)

    return written


def ranked(view):
    worklist = rank(view, scorer_of(names=NAMES), Terms("THB"), top=10)
    return {each.account_id for each in worklist.ranked}, worklist.known_mules


def mia(view):
    (assessment,) = assess(view, scorer_of(names=NAMES), ["mia"], Terms("THB"))
    return assessment


@pytest.mark.parametrize("found", ["complicit_mule", "unwitting_mule"])
def test_a_known_mule_leaves_the_worklist(ledger, found):
    assert ranked(ledger(outcome("mia", found, hours=2 * DAYS))) == ({"other"}, 1)


@pytest.mark.parametrize("found", ["legitimate", "victim", "undetermined"])
def test_any_other_outcome_leaves_the_account_on_the_worklist(ledger, found):
    view = ledger(outcome("mia", found, hours=2 * DAYS))
    assert ranked(view) == ({"mia", "other"}, 0)
    assert [each.outcome for each in mia(view).outcomes] == [found]
    assert not mia(view).known_mule


def test_what_will_be_found_tomorrow_is_not_known_today(ledger):
    view = ledger(outcome("mia", "complicit_mule", hours=-1 * DAYS))
    assert ranked(view) == ({"mia", "other"}, 0)
    assert mia(view).outcomes == ()


def test_how_an_account_came_to_be_investigated_is_no_part_of_what_is_said_of_it(ledger, tmp_path):
    found = outcome("mia", "legitimate", hours=2 * DAYS)
    drawn = label_table([{**found, "inclusion_probability": 0.02}])
    told, tables = ledger(found), {"labels": drawn}
    for name in ("accounts", "transactions"):
        tables[name] = told.lake.read(name).drop_columns("recorded_seq")
    other = LakeView(append(Lake(tmp_path / "other", "drawn", "THB"), tables), AS_OF)
    assert other.labels()["inclusion_probability"].to_pylist() == [0.02]
    assert mia(other).inputs == mia(told).inputs


def test_what_was_found_in_time_but_learnt_later_is_not_known(ledger):
    found = outcome("mia", "complicit_mule", hours=2 * DAYS)
    assert ranked(ledger({**found, "known_at": AS_OF})) == ({"mia", "other"}, 0)


def test_the_case_of_a_known_mule_decides_not_the_score(ledger):
    known = mia(ledger(outcome("mia", "complicit_mule", hours=2 * DAYS)))
    assert known.known_mule
    assert known.suggestion.action == "none"
    assert "is for its case to decide" in known.suggestion.why


def test_victims_money_is_held_even_at_a_known_mule(ledger):
    found = outcome("mia", "complicit_mule", hours=2 * DAYS)
    held = mia(ledger(found, complaints=[complaint("c", "v")])).suggestion
    assert (held.action, held.amount_minor) == ("hold_amount", 100)


def test_a_mule_who_was_cleared_later_shows_both(ledger):
    view = ledger(
        outcome("mia", "complicit_mule", hours=9 * DAYS),
        outcome("mia", "legitimate", hours=2 * DAYS),
    )
    assert [each.outcome for each in mia(view).outcomes] == ["complicit_mule", "legitimate"]
    assert ranked(view) == ({"other"}, 1)
