"""The figures of an evaluation equal their definitions, read aloud row by row."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.property import evaluation_oracle as oracle
from training.drift.groups import BINS, psi
from training.evaluation.bootstrap import resampled_sums, resampled_weights
from training.evaluation.capacity import found
from training.evaluation.groups import counted, ratios_of
from training.evaluation.laundering import hops
from training.evaluation.metrics import recall_at_fpr, scored
from training.evaluation.money import of_patterns

scores = st.integers(0, 6).map(float)
ranked = st.lists(st.tuples(st.integers(0, 1), scores), min_size=2, max_size=40).filter(
    lambda rows: 0 < sum(label for label, _ in rows) < len(rows)
)


def table(rows, as_of=None):
    label, score = (np.array(column) for column in zip(*rows, strict=True))
    account = np.array([f"A{number}" for number in range(len(rows))], object)
    instants = np.zeros(len(rows), np.int64) if as_of is None else np.array(as_of)
    return scored(account, instants, label.astype(np.int8), score.astype(np.float64))


@given(rows=ranked, fpr=st.sampled_from([0.0, 0.001, 0.05, 0.25, 0.5, 1.0]))
@settings(max_examples=200, deadline=None)
def test_recall_at_a_false_positive_rate_is_the_best_that_any_threshold_allows(rows, fpr):
    got = recall_at_fpr(table(rows), np.ones(len(rows)), fpr)
    assert got == pytest.approx(oracle.recall_at_fpr(rows, fpr))


@given(rows=ranked, fpr=st.sampled_from([0.05, 0.25]), data=st.data())
@settings(max_examples=50, deadline=None)
def test_a_weight_counts_a_row_as_copies_would(rows, fpr, data):
    weight = np.array(data.draw(st.lists(st.integers(0, 3), min_size=len(rows),
                                         max_size=len(rows))))  # fmt: skip
    copies = [row for row, times in zip(rows, weight, strict=True) for _ in range(times)]
    if not 0 < sum(label for label, _ in copies) < len(copies):
        return
    got = recall_at_fpr(table(rows), weight.astype(float), fpr)
    assert got == pytest.approx(oracle.recall_at_fpr(copies, fpr))


@given(rows=ranked, count=st.integers(1, 10), data=st.data())
@settings(max_examples=200, deadline=None)
def test_reviews_are_the_first_accounts_of_each_instant(rows, count, data):
    as_of = data.draw(st.lists(st.integers(0, 2), min_size=len(rows), max_size=len(rows)))
    prepared = table(rows, as_of)
    read = [(at, *row, tie) for at, row, tie in zip(as_of, rows, prepared.tie, strict=True)]
    wanted = oracle.reviews(read, count)
    assert found(prepared, np.ones(len(rows)), count) == pytest.approx(wanted)


@given(
    transfers=st.lists(
        st.tuples(st.sampled_from("pq"), st.sampled_from("ABCD"), st.sampled_from("ABCD")),
        max_size=8,
    )
)
@settings(max_examples=200, deadline=None)
def test_hops_are_the_longest_way_that_the_money_came(transfers):
    columns = zip(*transfers, strict=True) if transfers else ((), (), ())
    assert hops(*map(list, columns)).tolist() == oracle.hops(transfers)


values = st.lists(st.one_of(st.just(float("nan")), scores), min_size=1, max_size=60)


@given(expected=values, seen=values)
@settings(max_examples=200, deadline=None)
def test_the_stability_index_is_its_sum_over_groups(expected, seen):
    known = [value for value in expected if not np.isnan(value)]
    inner = np.arange(1, BINS) / BINS
    edges = np.unique(np.quantile(known, inner)).tolist() if known else []
    got = psi(np.array(expected), np.array(seen))
    assert got == pytest.approx(oracle.psi(expected, seen, edges))
    assert got >= 0
    assert psi(np.array(expected), np.array(expected)) == 0


credit = st.tuples(
    st.sampled_from("pqr"), st.integers(1, 1000), st.integers(1, 3), st.booleans()
)  # fmt: skip


@given(tainted=st.lists(credit, min_size=1, max_size=12))
@settings(max_examples=200, deadline=None)
def test_money_is_saved_once_however_many_mules_it_passes(tainted):
    rows = pd.DataFrame(tainted, columns=["pattern", "reference_minor", "hop", "stopped"])
    patterns = of_patterns(rows.assign(mule="m"), scale=1)
    assert patterns["saved"].sum() == oracle.saved(tainted)
    assert (patterns["saved"] <= patterns["entered"]).all()
    assert patterns["reached"].sum() == rows["reference_minor"].sum()


members = st.lists(st.tuples(st.sampled_from(["x", "y", "z", None]), st.integers(0, 1)),
                   min_size=2, max_size=30).filter(lambda rows: rows[0][0] is not None)  # fmt: skip


@given(rows=members)
@settings(max_examples=200, deadline=None)
def test_a_group_is_compared_with_all_others_that_are_known(rows):
    inside, names = pd.factorize(pd.Series([name for name, _ in rows], dtype=object))
    flagged = np.array([float(each) for _, each in rows])
    ratios = ratios_of(counted(inside, list(range(len(names))), flagged).sum(axis=0))
    for name, ratio in zip(names, ratios, strict=True):
        wanted = oracle.fpr_ratio(rows, name)
        assert np.isnan(ratio) if wanted is None else ratio == pytest.approx(wanted)


@given(unit=st.lists(st.integers(0, 4), min_size=1, max_size=20), seed=st.integers(0, 9))
@settings(max_examples=50, deadline=None)
def test_sums_of_resamples_are_those_of_their_rows(unit, seed):
    unit = np.array(unit)
    columns = np.column_stack([np.arange(len(unit)), unit]).astype(float)
    wanted = [weight @ columns for weight in resampled_weights(unit, 5, seed)]
    assert np.allclose(resampled_sums(unit, columns, resamples=5, seed=seed), wanted)
