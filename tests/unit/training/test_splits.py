"""Folds that an analyst can check with a calendar."""

import pytest

from training.grid import DAY, LedgerTooShort
from training.parameters import Splits
from training.splits import make_folds, read_folds, run

WISH = Splits(folds=3, test_share=0.5, embargo_days=1, validation_share=0.25, minimum_positives=5)


def days(fold):
    return [[at // DAY for at in part] for part in (fold.training, fold.validation, fold.test)]


def test_folds_roll_forward_over_the_second_half():
    positives = {day * DAY: 10 for day in range(21, 21 + 14 * 12, 14)}
    first, second, third = make_folds(positives, WISH, horizon_days=14)
    # The embargo of one day costs the instant whose labels are known only when the test begins.
    assert days(first) == [[21, 35, 49, 63], [77], [105, 119]]
    assert days(second)[2] == [133, 147]
    assert days(third) == [list(range(21, 106, 14)), [119, 133], [161, 175]]


def test_a_short_ledger_gets_the_folds_that_fit():
    positives = {day * DAY: 10 for day in range(0, 14 * 4, 14)}
    (only,) = make_folds(positives, WISH, horizon_days=14)
    assert days(only) == [[0], [14], [42]]


def test_a_ledger_that_is_too_short_says_what_to_do():
    with pytest.raises(LedgerTooShort, match="2 instants with 20 positive rows") as refusal:
        make_folds({0: 10, 14 * DAY: 10}, WISH, horizon_days=14)
    assert "splits.embargo_days" in str(refusal.value)


def test_a_training_without_enough_positives_is_no_fold():
    positives = {day * DAY: int(day >= 28) for day in range(0, 14 * 8, 14)}
    with pytest.raises(LedgerTooShort):
        make_folds(positives, WISH, horizon_days=14)


def test_what_is_written_is_read_back(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    as_of = [day * DAY for day in range(0, 14 * 8, 14) for _ in range(6)]
    table = {"as_of": pa.array(as_of, pa.timestamp("us", tz="UTC")), "label": [1] * len(as_of)}
    pq.write_table(pa.table(table), tmp_path / "labels.parquet")
    folds = run(tmp_path / "labels.parquet", tmp_path, WISH, horizon_days=14)
    assert read_folds(tmp_path / "splits.json") == folds
