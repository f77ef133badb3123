"""Labels equal those of a slow reading of their definition."""

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.outcomes import known_mules
from ledger.schema import ACCOUNT_EVENTS, LABELS, MULE_OUTCOMES, OUTCOMES
from ledger.view import instant, visible
from training.labels import LEFT_OUT, label

END = 40
accounts = st.sampled_from("ABC")
outcomes = st.lists(
    st.tuples(accounts, st.sampled_from(OUTCOMES), st.integers(0, 50), st.integers(0, 5)),
    max_size=8,
)
actions = st.lists(
    st.tuples(
        accounts, st.sampled_from(["hold", "freeze", "release", "phone"]), st.integers(0, 50),
        st.integers(0, 5),
    ),
    max_size=8,
)  # fmt: skip
asked = st.lists(st.tuples(accounts, st.integers(0, 45)), min_size=1, max_size=12)


def obvious(account, as_of, cases, acts, horizon):
    """Read the definition aloud, one row at a time."""
    ends = as_of + horizon
    seen = [
        (at, kind)
        for owner, kind, at, late in acts
        if owner == account and kind != "phone" and at < ends and at + late < ends
    ]
    # Of one instant a release is the first; at the instant of the question it has taken effect.
    held = False
    for at, kind in sorted(seen, key=lambda each: (each[0], each[1] != "release")):
        if at < as_of or (at == as_of and kind == "release"):
            held = kind != "release"
    if held:
        return LEFT_OUT
    known = [
        learnt
        for owner, outcome, learnt, _ in cases
        if owner == account and outcome in MULE_OUTCOMES
    ]
    if any(learnt < as_of for learnt in known):
        return LEFT_OUT
    if any(as_of <= learnt < as_of + horizon for learnt in known):
        return 1
    taken = [at for at, kind in seen if at >= as_of and kind != "release"]
    decided = [
        learnt for owner, outcome, learnt, _ in cases
        if owner == account and outcome != "undetermined" and learnt < ends
    ]  # fmt: skip
    if taken and not any(learnt >= max(taken) for learnt in decided):
        return LEFT_OUT
    return 0 if as_of + horizon <= END else LEFT_OUT


def table(cases):
    rows = [
        {
            "account_id": account,
            "outcome": outcome,
            "happened_at": instant(learnt - before),
            "known_at": instant(learnt),
            "source": "office",
        }
        for account, outcome, learnt, before in cases
    ]
    return pa.Table.from_pylist(rows, schema=LABELS.arrow)


def events(acts):
    rows = [
        {
            "event_id": f"e{number}",
            "account_id": account,
            "happened_at": instant(at),
            "known_at": instant(at + late),
            "kind": kind,
        }
        for number, (account, kind, at, late) in enumerate(acts)
    ]
    return pa.Table.from_pylist(rows, schema=ACCOUNT_EVENTS.arrow)


def labelled(rows, cases, horizon, acts=()):
    account_id, as_of = (np.array(column) for column in zip(*rows, strict=True))
    tables = (table(cases), events(acts))
    return label(
        account_id.astype(object), as_of.astype(np.int64), *tables, horizon=horizon, end=END
    ).tolist()


@given(rows=asked, cases=outcomes, acts=actions, horizon=st.integers(1, 20))
@settings(max_examples=400, deadline=None)
def test_labels_are_what_their_definition_says(rows, cases, acts, horizon):
    assert labelled(rows, cases, horizon, acts) == [
        obvious(account, as_of, cases, acts, horizon) for account, as_of in rows
    ]


@given(as_of=st.integers(0, END - 1), cases=outcomes, acts=actions, horizon=st.integers(1, 20))
@settings(max_examples=200, deadline=None)
def test_a_label_rests_on_what_is_known_when_its_horizon_ends(as_of, cases, acts, horizon):
    ends = instant(as_of + horizon)
    known = label(
        np.array(["A"], object), np.array([as_of]), visible(table(cases), ends),
        visible(events(acts), ends), horizon=horizon, end=END,
    )  # fmt: skip
    assert labelled([("A", as_of)], cases, horizon, acts) == known.tolist()


@given(rows=asked, cases=outcomes, acts=actions, horizon=st.integers(1, 20))
@settings(max_examples=100, deadline=None)
def test_an_action_only_ever_leaves_rows_out(rows, cases, acts, horizon):
    pairs = zip(labelled(rows, cases, horizon), labelled(rows, cases, horizon, acts), strict=True)
    assert all(with_acts in (without, LEFT_OUT) for without, with_acts in pairs)


@given(cases=outcomes, horizon=st.integers(1, 20))
@settings(max_examples=100, deadline=None)
def test_with_a_stride_of_one_horizon_a_mule_is_positive_at_most_once(cases, horizon):
    rows = [("A", as_of) for as_of in range(0, 60, horizon)]
    assert labelled(rows, cases, horizon).count(1) <= 1


@given(rows=st.lists(st.tuples(accounts, st.integers(0, END - 1)), min_size=1), cases=outcomes)
@settings(max_examples=100, deadline=None)
def test_a_row_is_left_out_where_a_view_shows_a_known_mule(rows, cases):
    """Learning and ranking leave out the same accounts: one definition serves both."""
    shown = [
        account in known_mules(visible(table(cases), instant(as_of))) for account, as_of in rows
    ]
    assert [one == LEFT_OUT for one in labelled(rows, cases, horizon=1)] == shown
