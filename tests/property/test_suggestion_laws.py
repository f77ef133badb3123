"""Whatever happens, a suggestion never asks for more than was complained of."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from models.bands import BANDS
from models.linked import linked_money
from models.loss import is_probable_victim, loss_of
from models.movements import movements
from models.suggestion import ACTIONS, Policy, suggest
from tests.property.drawn_money import AS_OF, histories, transaction_table

cases = histories.flatmap(
    lambda rows: st.tuples(
        st.just(rows), st.sets(st.sampled_from([row["transaction_id"] for row in rows] or ["none"]))
    )
)
laws = settings(max_examples=150, deadline=None)


def linked_of(rows, complained):
    return linked_money(movements(transaction_table(rows), "mia"), frozenset(complained))


def signed(row):
    return row["payee_amount_minor"] * (1 if row["payee_account"] == "mia" else -1)


def left_after(rows, complained, newest_first):
    """Spend money first in first out, or last in first out; return what is left of the tainted."""
    held = []
    for row in rows:
        amount = signed(row)
        if amount > 0:
            held.append([amount, row["transaction_id"] in complained])
            continue
        while amount < 0 and held:
            entry = held[-1 if newest_first else 0]
            spent = min(entry[0], -amount)
            entry[0] -= spent
            amount += spent
            if not entry[0]:
                held.remove(entry)
    return sum(amount for amount, tainted in held if tainted)


@laws
@given(cases)
def test_the_amount_is_at_most_what_any_order_of_spending_leaves(case):
    rows, complained = case
    amount = linked_of(rows, complained).amount_minor
    assert 0 <= amount <= left_after(rows, complained, newest_first=False)
    assert amount <= left_after(rows, complained, newest_first=True)


@laws
@given(cases)
def test_the_amount_is_at_most_what_was_received_and_complained_of(case):
    rows, complained = case
    linked = linked_of(rows, complained)
    credited = [row for row in rows if signed(row) > 0 and row["transaction_id"] in complained]
    assert linked.received_minor == sum(map(signed, credited))
    assert linked.amount_minor <= linked.received_minor
    assert linked.transaction_ids == tuple(row["transaction_id"] for row in credited)


@laws
@given(cases)
def test_nothing_complained_of_left_unspent_is_overlooked(case):
    """A credit that nothing followed is there in full."""
    rows, complained = case
    linked = linked_of(rows, complained)
    last_debit = max((i for i, row in enumerate(rows) if signed(row) < 0), default=-1)
    untouched = [row for row in rows[last_debit + 1 :] if row["transaction_id"] in complained]
    assert linked.amount_minor >= sum(map(signed, untouched))


@laws
@given(cases)
def test_a_more_urgent_band_never_gets_a_milder_suggestion(case):
    rows, complained = case
    linked = linked_of(rows, complained)
    actions = [suggest(band, linked, AS_OF, Policy()).action for band in BANDS]
    strictness = [ACTIONS.index(action) for action in actions]
    assert strictness == sorted(strictness)


@laws
@given(histories, st.sampled_from(BANDS))
def test_without_a_complaint_at_most_monitor(rows, band):
    linked = linked_of(rows, ())
    suggestion = suggest(band, linked, AS_OF, Policy())
    assert suggestion.action in ("none", "monitor")
    assert suggestion.amount_minor == 0


@laws
@given(cases)
def test_of_a_known_mule_nothing_stricter_is_suggested_than_of_a_calm_account(case):
    rows, complained = case
    linked = linked_of(rows, complained)
    known, calm = (suggest(band, linked, AS_OF, Policy()) for band in (None, "low"))
    nobody = {"why": "", "because": calm.because}
    assert replace(known, **nobody) == replace(calm, **nobody)


@laws
@given(cases, st.sampled_from(BANDS))
def test_a_freeze_needs_the_critical_band_linked_money_and_a_second_person(case, band):
    rows, complained = case
    linked = linked_of(rows, complained)
    suggestion = suggest(band, linked, AS_OF, Policy())
    freezes = suggestion.action == "freeze_account"
    assert freezes == (band == "critical" and linked.amount_minor > 0)
    assert linked.is_complained_of or not freezes
    assert suggestion.second_person_required == freezes


@laws
@given(cases, st.booleans())
def test_who_paid_under_complaint_and_received_none_is_a_victim(case, known_mule):
    rows, complained = case
    moved = movements(transaction_table(rows), "mia")
    loss = loss_of(moved, frozenset(complained))
    named = [row for row in rows if row["transaction_id"] in complained]
    paid = [row for row in named if signed(row) < 0]
    assert (loss.amount_minor if loss else 0) == -sum(map(signed, paid))
    assert (loss.transaction_ids if loss else ()) == tuple(row["transaction_id"] for row in paid)
    expected = bool(paid) and len(named) == len(paid) and not known_mule
    assert is_probable_victim(moved, frozenset(complained), known_mule=known_mule) == expected


reversing = cases.flatmap(
    lambda case: st.tuples(
        st.just(case), st.lists(st.integers(0, max(0, len(case[0]) - 1)), max_size=len(case[0]))
    )
)
"""Cases, and for transactions in turn the place of the earlier one that each takes back."""


@laws
@given(reversing)
def test_a_reversal_moves_no_money_to_the_other_side(drawn):
    (rows, _), places = drawn
    rows = [
        {**row, "reverses": rows[place]["transaction_id"]} if place < at else row
        for at, (row, place) in enumerate(zip(rows, places, strict=False))
    ] + rows[len(places) :]
    moved = movements(transaction_table(rows), "mia")
    assert [m.transaction_id for m in moved] == [row["transaction_id"] for row in rows]
    for movement, row in zip(moved, rows, strict=True):
        assert movement.received == (signed(row) > 0)
        assert 0 <= movement.amount <= abs(signed(row))
    left = sum(m.amount if m.received else -m.amount for m in moved)
    assert left == sum(map(signed, rows))
