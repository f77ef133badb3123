"""A table of features as columns, and back."""

import numpy as np

from features.compute import FeatureTable


def test_a_table_turned_into_columns_and_back_is_the_same_bit_for_bit():
    rows = 2_500
    values = np.random.default_rng(0).random((rows, 3))
    values[::7, 1] = np.nan
    ids = np.array([f"a{number}" for number in range(rows)], object)
    table = FeatureTable(ids, np.arange(rows), values, ("x", "y", "z"))
    back = FeatureTable.from_arrow(table.to_arrow())
    assert back.names == table.names
    assert back.values.tobytes() == values.tobytes()
    assert back.account_id.tolist() == ids.tolist()
    assert back.as_of.tolist() == table.as_of.tolist()


def test_a_table_without_rows_has_its_columns():
    nothing = FeatureTable(np.empty(0, object), np.empty(0, np.int64), np.empty((0, 2)), ("x", "y"))
    assert nothing.to_arrow().column_names == ["account_id", "as_of", "x", "y"]
    assert FeatureTable.from_arrow(nothing.to_arrow()).values.shape == (0, 2)
