"""An outcome counts from the instant it is visible, and never before."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from features.catalogue import NAMES
from ledger.lake import Lake, append
from ledger.schema import MULE_OUTCOMES, OUTCOMES
from ledger.view import LakeView, instant
from models.assess import assess
from models.assessment import Assessment, Terms
from serving.worklist import NothingKnown, rank
from tests.property import drawn_ledgers as drawn
from tests.property.drawn_models import scorer_of
from tests.property.drawn_money import label_table

TERMS = Terms("THB")


@st.composite
def outcomes(draw, *, visible):
    """Draw an outcome that is visible at `NOW`, or one that happened or was learnt too late."""
    step = draw(st.sampled_from([1, 2, drawn.HOUR, drawn.DAY]))
    known = drawn.NOW - step if visible else draw(st.sampled_from([drawn.NOW, drawn.NOW + step]))
    return {
        "account_id": draw(st.sampled_from(drawn.NAMES)),
        "outcome": draw(st.sampled_from(OUTCOMES)),
        "happened_at": instant(known) - draw(st.sampled_from([timedelta(0), timedelta(days=2)])),
        "known_at": instant(known),
        "source": "police",
    }


unique = {"max_size": 4, "unique_by": lambda row: (row["account_id"], row["known_at"])}


def judged(tables, labels):
    """Assess and rank every account with these labels; leave out what only counts the facts."""
    with TemporaryDirectory() as folder:
        lake = append(Lake(Path(folder), "drawn", "THB"), {**tables, "labels": label_table(labels)})
        view, scorer = LakeView(lake, drawn.AS_OF), scorer_of(names=NAMES)
        assessed = assess(view, scorer, drawn.NAMES, TERMS)
        try:
            worklist = rank(view, scorer, TERMS, top=10)
        except NothingKnown:
            return assessed, [], 0
    return assessed, [each.account_id for each in worklist.ranked], worklist.known_mules


def told(assessed):
    return [{**each.to_dict(), "recorded_seq": None} for each in assessed]


@given(
    rows=drawn.ledgers,
    accounts=drawn.accounts,
    seen=st.lists(outcomes(visible=True), **unique),
    unseen=st.lists(outcomes(visible=False), **unique),
)
@settings(max_examples=40, deadline=None)
def test_an_outcome_not_visible_changes_nothing(rows, accounts, seen, unseen):
    tables = {
        "accounts": drawn.account_table(accounts),
        "transactions": drawn.transaction_table(rows),
    }
    with_unseen, without = judged(tables, [*unseen, *seen]), judged(tables, seen)
    assert told(with_unseen[0]) == told(without[0])
    assert with_unseen[1:] == without[1:]


@given(rows=drawn.ledgers, accounts=drawn.accounts, seen=st.lists(outcomes(visible=True), **unique))
@settings(max_examples=40, deadline=None)
def test_known_mules_are_all_that_leaves_the_worklist(rows, accounts, seen):
    tables = {
        "accounts": drawn.account_table(accounts),
        "transactions": drawn.transaction_table(rows),
    }
    mules = {row["account_id"] for row in seen if row["outcome"] in MULE_OUTCOMES}
    assessed, ranked, left_out = judged(tables, seen)
    _, everyone, _ = judged(tables, [])
    scored = [each for each in assessed if isinstance(each, Assessment)]
    assert {each.account_id for each in scored if each.known_mule} == mules & set(everyone)
    assert ranked == [account for account in everyone if account not in mules]
    assert left_out == len(everyone) - len(ranked)
