"""What a bank knows that draws accounts, on a ledger that fits on a page.

Every instant is a day, and a score looks one day ahead. Mo launders on day 1 and is found on day 2;
Hal launders on day 1 and is never found; Vic pays a fraud on day 1, is recruited and receives on
day 3; Ann never launders.
"""

from datetime import timedelta

import numpy as np
import pytest

from ledger.errors import MuleriskError
from ledger.lake import Lake, append
from ledger.view import microseconds
from tests.facts import DAY_0, rows_of
from training.grid import DAY
from training.rows import Rows
from training.unlabelled.known import with_draws
from training.unlabelled.truth import launders_by

NAMES = ("ann", "hal", "mo", "vic")
DAYS = range(5)
PAYMENTS = [("vic", "mo", 1), ("mo", "hal", 1), ("mo", "vic", 3)]


def at(day, hours=12):
    return DAY_0 + timedelta(days=day, hours=hours)


@pytest.fixture
def lake(tmp_path):
    paid = [
        {
            "transaction_id": f"t{number}", "payer_account": payer, "payee_account": payee,
            "happened_at": at(day), "known_at": at(day),
        }
        for number, (payer, payee, day) in enumerate(PAYMENTS)
    ]  # fmt: skip
    found = {"account_id": "mo", "outcome": "complicit_mule", "happened_at": at(2)}
    people = [{"account_id": name, "is_mule": name != "ann"} for name in NAMES]
    tables = {
        "transactions": rows_of("transactions", *paid),
        "labels": rows_of("labels", {**found, "known_at": at(2)}),
        "truth_transactions": rows_of(
            "truth_transactions", *({"transaction_id": row["transaction_id"]} for row in paid)
        ),
        "truth_accounts": rows_of("truth_accounts", *people),
    }
    return append(Lake(tmp_path, "test", "THB"), tables)


def rows():
    """Every account on every day, but Mo once it is known."""
    each = [(name, day) for day in DAYS for name in NAMES if name != "mo" or day < 3]
    names, days = zip(*each, strict=True)
    as_of = np.array([microseconds(at(day, hours=0)) for day in days])
    label = np.array([name == "mo" and day == 2 for name, day in each], dtype=np.int8)
    return Rows(np.array(names, object), as_of, label, np.arange(len(each), dtype=float)[:, None])


def told(known, values):
    days = (known.rows.as_of - microseconds(DAY_0)) // DAY
    pairs = zip(known.rows.account_id, days.tolist(), strict=True)
    return dict(zip(pairs, np.asarray(values).tolist(), strict=True))


def drawn(lake, share, seed=1):
    return with_draws(rows(), lake, horizon_days=1, share=share, seed=seed)


def test_a_mule_launders_from_what_it_first_receives(lake):
    names = np.array(NAMES, object)
    by_day = [
        "".join(map(str, launders_by(lake, names, np.full(4, microseconds(at(day, hours=0))))))
        for day in DAYS
    ]
    # Of a mule that was a victim first, the payment of a victim does not count.
    assert by_day == ["0000", "0000", "0110", "0110", "0111"]


def test_without_draws_the_labels_are_the_ledgers(lake):
    known = drawn(lake, 0.0)
    assert np.array_equal(known.rows.label, rows().label)
    assert np.array_equal(known.labels, rows().label)
    true = {pair for pair, is_true in told(known, known.truth).items() if is_true}
    hal = {("hal", day) for day in (1, 2, 3, 4)}
    assert true == hal | {("mo", 1), ("mo", 2), ("vic", 3), ("vic", 4)}
    hidden = {pair for pair, never in told(known, known.never_found).items() if never}
    assert hidden == hal | {("vic", 3), ("vic", 4)}
    assert known.investigated().weight.sum() == 1


def test_who_is_drawn_is_known_and_a_mule_found_so_has_no_further_row(lake):
    known = drawn(lake, 1.0)
    label = told(known, known.rows.label)
    # Mo had laundered on day 1, and everybody without an outcome is looked at each day.
    assert {pair for pair, positive in label.items() if positive} == {
        ("hal", 1), ("mo", 1), ("vic", 3),
    }  # fmt: skip
    assert not {("hal", 2), ("mo", 2), ("vic", 4)} & set(label)
    assert told(known, known.labels)["hal", 1] == 0


def test_a_row_found_without_a_draw_stands_for_itself_and_a_drawn_one_for_others(lake):
    known = drawn(lake, 0.5, seed=1)
    weight = told(known, known.investigated().weight)
    assert set(weight.values()) == {0.0, 1.0, 2.0}
    assert [pair for pair, each in weight.items() if each == 1] == [("mo", 2)]


def test_the_same_seed_draws_the_same(lake):
    one, same, other = (drawn(lake, 0.5, seed=seed).outcomes for seed in (1, 1, 2))
    assert one.equals(same)
    assert not one.equals(other)


def test_rows_that_would_stand_in_several_draws_are_refused(lake):
    with pytest.raises(MuleriskError, match="1 days apart and a horizon is 2"):
        with_draws(rows(), lake, horizon_days=2, share=0.5, seed=1)
