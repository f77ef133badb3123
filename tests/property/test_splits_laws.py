"""Nothing that a fold learns from was unknown when its test began."""

from hypothesis import given, settings
from hypothesis import strategies as st

from training.grid import DAY, LedgerTooShort
from training.parameters import Splits
from training.splits import make_folds, whole

wanted = st.builds(
    Splits,
    folds=st.integers(1, 6),
    test_share=st.floats(0.05, 0.9),
    embargo_days=st.integers(0, 30),
    validation_share=st.floats(0.05, 0.5),
    minimum_positives=st.integers(1, 20),
)
instants = st.dictionaries(st.integers(0, 400), st.integers(0, 9), min_size=1, max_size=40)


def folds_of(positives, settings, horizon_days):
    try:
        return make_folds(positives, settings, horizon_days=horizon_days)
    except LedgerTooShort:
        return ()


@given(days=instants, wish=wanted, horizon=st.integers(1, 60))
@settings(max_examples=300, deadline=None)
def test_a_fold_learns_only_what_was_known_before_its_test(days, wish, horizon):
    positives = {day * DAY: count for day, count in days.items()}
    folds = folds_of(positives, wish, horizon)
    assert len(folds) <= wish.folds
    for fold in folds:
        assert max(fold.past) + (horizon + wish.embargo_days) * DAY <= min(fold.test)
        assert max(fold.training) + horizon * DAY <= min(fold.validation)
        assert sum(positives[at] for at in fold.training) >= wish.minimum_positives
        assert set(fold.training + fold.validation + fold.test) <= set(positives)


@given(days=instants, wish=wanted, horizon=st.integers(1, 60))
@settings(max_examples=300, deadline=None)
def test_every_row_is_tested_at_most_once_and_the_last_one_always(days, wish, horizon):
    positives = {day * DAY: count for day, count in days.items()}
    folds = folds_of(positives, wish, horizon)
    tested = [at for fold in folds for at in fold.test]
    assert tested == sorted(set(tested))
    if folds:
        assert tested[-1] == max(positives)


@given(days=instants, wish=wanted, horizon=st.integers(1, 60))
@settings(max_examples=200, deadline=None)
def test_a_later_instant_never_changes_what_an_earlier_test_learnt_from(days, wish, horizon):
    positives = {day * DAY: count for day, count in days.items()}
    for fold in folds_of(positives, wish, horizon):
        known = [at for at in positives if at + (horizon + wish.embargo_days) * DAY <= fold.test[0]]
        assert set(fold.past) <= set(known)
        assert max(fold.past) == max(known)


@given(days=instants, wish=wanted, horizon=st.integers(1, 60))
@settings(max_examples=200, deadline=None)
def test_the_whole_is_cut_as_a_fold_is_and_leaves_nothing_to_test(days, wish, horizon):
    as_ofs = [day * DAY for day in days]
    cut = whole([*as_ofs, *as_ofs], wish, horizon)
    assert cut.test == ()
    kept = max(1, round(wish.validation_share * len(as_ofs)))
    assert cut.validation == tuple(sorted(as_ofs)[-kept:])
    assert all(at + horizon * DAY <= cut.validation[0] for at in cut.training)
    early = [at for at in as_ofs if at + horizon * DAY <= cut.validation[0]]
    assert sorted(early) == list(cut.training)
