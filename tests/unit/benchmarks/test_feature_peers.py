"""The peers of the feature benchmark compute what mulerisk computes."""

from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest

from benchmarks import features as benchmark
from benchmarks.feature_peers import random_ledger
from benchmarks.feature_peers.measure import features_of, measure
from features.catalogue import FIRST_NAMES
from ledger import sql
from ledger.lake import Lake, append
from ledger.quality import check
from ledger.schema import TABLES

AS_OF = random_ledger.AS_OF


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    return random_ledger.write(tmp_path_factory.mktemp("random"), 10_000, seed=1)


@pytest.fixture(scope="module")
def shuffled(lake, tmp_path_factory):
    """The same facts, in two files of which neither continues the other."""
    rows = lake.read("transactions").drop("recorded_seq")
    even = np.arange(len(rows)) % 2 == 0
    folder = tmp_path_factory.mktemp("shuffled")
    copy = append(
        Lake(folder, "random", "THB"), {"accounts": lake.read("accounts").drop("recorded_seq")}
    )
    for half in (even, ~even):
        copy = append(copy, {"transactions": rows.filter(pa.array(half))})
    return copy


def values(contender, lake):
    table = pa.table(features_of(contender)(lake, AS_OF))
    assert set(FIRST_NAMES) <= set(table.column_names)
    ids = table["account_id"].cast(pa.string()).to_pylist()
    columns = [table[name].cast(pa.float64()).to_numpy() for name in FIRST_NAMES]
    return dict(zip(ids, np.column_stack(columns), strict=True))


def assert_alike(found, expected):
    assert set(found) == set(expected)
    accounts = sorted(expected)
    ours = np.array([expected[account] for account in accounts])
    theirs = np.array([found[account] for account in accounts])
    for column, name in enumerate(FIRST_NAMES):
        np.testing.assert_allclose(
            theirs[:, column], ours[:, column], rtol=1e-9, equal_nan=True, err_msg=name
        )


@pytest.mark.parametrize("peer", benchmark.PEERS)
def test_a_peer_computes_the_same_features(peer, lake):
    assert_alike(values(peer, lake), values("mulerisk", lake))


@pytest.mark.parametrize("contender", [benchmark.OWN, *benchmark.PEERS])
def test_no_contender_relies_on_the_order_of_the_files(contender, lake, shuffled):
    assert_alike(values(contender, shuffled), values("mulerisk", lake))


def test_the_random_ledger_meets_its_contracts(lake):
    connection = sql.connect()
    for name in ("transactions", "accounts"):
        rows = lake.read(name)
        position = pa.array(range(1, len(rows) + 1), pa.int64())
        connection.register(name, rows.drop("recorded_seq").append_column("row", position))
        assert check(connection, TABLES[name], AS_OF + timedelta(days=60)) == ()


def test_the_random_ledger_leaves_no_feature_untried(lake):
    ours = np.array(list(values("mulerisk", lake).values()))
    untried = [
        name
        for name, column in zip(FIRST_NAMES, ours.T, strict=True)
        if len(np.unique(column[~np.isnan(column)])) < 2
    ]
    assert untried == []


def test_the_random_ledger_has_facts_not_to_be_seen(lake):
    rows = lake.read("transactions", ["happened_at", "known_at"]).to_pandas()
    happened = rows["happened_at"] < AS_OF
    assert 0 < (happened & (rows["known_at"] >= AS_OF)).sum() < (~happened).sum()


def test_a_contender_is_measured(lake):
    costs = measure("polars", lake.folder, lake.folder)
    assert set(costs) == {"cpu_s", "wall_s", "warm_up_cpu_s", "peak_mb"}
    assert all(cost > 0 for cost in costs.values())


def test_the_ratio_is_to_the_cheapest_peer():
    costs = {"mulerisk": 2.0, "pandas": 9.0, "polars": 6.0, "duckdb": 7.0}
    measured = {
        name: {"cpu_s": cpu, "wall_s": cpu, "warm_up_cpu_s": 0.1, "peak_mb": 100.0}
        for name, cpu in costs.items()
    }
    assert benchmark.figures(measured, 1000) == {
        "transactions": 1000,
        "cpu_ratio_vs_best": 3.0,
        "peers": {"pandas": 9.0, "polars": 6.0, "duckdb": 7.0},
        "mulerisk": 2.0,
        "features_compared": 65,
    }
    assert "polars        6.00" in benchmark.table(measured)
