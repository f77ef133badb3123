"""The peers of the feature benchmark compute what mulerisk computes."""

from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from benchmarks import features as benchmark
from benchmarks.feature_peers import random_ledger
from benchmarks.feature_peers.measure import measure, task_of
from benchmarks.feature_peers.reference_set import NAMES
from features.catalogue import ACCOUNT_NAMES
from ledger import sql
from ledger.lake import Lake, append
from ledger.quality import check
from ledger.schema import TABLES

AS_OF = random_ledger.AS_OF


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    return random_ledger.write(tmp_path_factory.mktemp("random"), 20_000, seed=1)


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


def values(contender, task, lake):
    prepare, features = task_of(contender, task)
    table = pa.table(features(prepare(lake), AS_OF))
    ids = table["account_id"].cast(pa.string()).to_pylist()
    columns = [table[name].cast(pa.float64()).to_numpy() for name in NAMES]
    return dict(zip(ids, np.column_stack(columns), strict=True))


def assert_alike(found, expected):
    assert set(found) == set(expected)
    accounts = sorted(expected)
    ours = np.array([expected[account] for account in accounts])
    theirs = np.array([found[account] for account in accounts])
    for column, name in enumerate(NAMES):
        # The peers subtract squares, which leaves them a hundredth of a minor unit.
        near = 0.01 if "_std_" in name else 0
        np.testing.assert_allclose(
            theirs[:, column], ours[:, column], rtol=1e-9, atol=near, equal_nan=True, err_msg=name
        )


@pytest.mark.parametrize(("peer", "task"), benchmark.PEER_CONTESTS)
def test_a_peer_computes_the_same_features(peer, task, lake):
    assert_alike(values(peer, task, lake), values("mulerisk", "files", lake))


@pytest.mark.parametrize("contender", [benchmark.OWN, *benchmark.PEERS])
def test_no_contender_relies_on_the_order_of_the_files(contender, lake, shuffled):
    assert_alike(values(contender, "files", shuffled), values("mulerisk", "memory", lake))


def test_the_kernel_computes_the_same_features(lake):
    prepare, features = task_of("mulerisk", "kernel")
    found = features(prepare(lake), AS_OF)
    assert_alike(
        dict(zip(found.account_id, found.values, strict=True)), values("mulerisk", "files", lake)
    )


def test_eight_instants_begin_with_the_one_the_others_are_asked_about(lake):
    prepare, features = task_of("mulerisk", "eight instants")
    table = features(prepare(lake), AS_OF)
    assert len(set(table["as_of"].to_pylist())) == 8
    first = table.filter(pc.equal(table["as_of"], AS_OF))
    assert len(first) == len(values("mulerisk", "files", lake))


def test_the_whole_catalogue_is_computed(lake):
    prepare, features = task_of("mulerisk", "whole catalogue")
    assert features(prepare(lake), AS_OF).column_names[2:] == list(ACCOUNT_NAMES)


def test_the_random_ledger_meets_its_contracts(lake):
    connection = sql.connect()
    for name in ("transactions", "accounts"):
        rows = lake.read(name)
        position = pa.array(range(1, len(rows) + 1), pa.int64())
        connection.register(name, rows.drop("recorded_seq").append_column("row", position))
        assert check(connection, TABLES[name], AS_OF + timedelta(days=60)) == ()


def test_the_random_ledger_leaves_no_feature_untried(lake):
    ours = np.array(list(values("mulerisk", "files", lake).values()))
    untried = [
        name
        for name, column in zip(NAMES, ours.T, strict=True)
        if len(np.unique(column[~np.isnan(column)])) < 2
    ]
    assert untried == []


def test_the_random_ledger_has_facts_not_to_be_seen(lake):
    rows = lake.read("transactions", ["happened_at", "known_at"]).to_pandas()
    happened = rows["happened_at"] < AS_OF
    assert 0 < (happened & (rows["known_at"] >= AS_OF)).sum() < (~happened).sum()


def test_a_large_ledger_is_written_in_parts(tmp_path, monkeypatch):
    monkeypatch.setattr(random_ledger, "_PART", 400)
    lake = random_ledger.write(tmp_path, 1000)
    assert len(lake.files("transactions")) == 3
    rows = lake.read("transactions", ["transaction_id", "happened_at"])
    assert rows["transaction_id"].to_pylist() == [f"t{number:09}" for number in range(1000)]
    assert np.all(np.diff(rows["happened_at"].cast(pa.int64()).to_numpy()) >= 0)


def test_a_contender_is_measured(lake):
    costs = measure(task_of("polars", "files"), lake.folder, lake.folder)
    assert set(costs) == {"cpu_s", "wall_s", "warm_up_cpu_s", "peak_mb"}
    assert all(cost > 0 for cost in costs.values())


def measured(**costs):
    return {
        tuple(contest.split("__")): {
            "cpu_s": cpu, "wall_s": cpu, "warm_up_cpu_s": 0.1, "peak_mb": 512.0
        }
        for contest, cpu in costs.items()
    }  # fmt: skip


OWN_COSTS = {
    "mulerisk__files": 2.0, "mulerisk__memory": 1.5, "mulerisk__kernel": 0.5,
    "mulerisk__eight instants": 6.0, "mulerisk__whole catalogue": 3.0,
}  # fmt: skip


def test_ratios_are_to_the_cheapest_peer():
    costs = measured(
        **OWN_COSTS, pandas__files=9.0, pandas__memory=8.0, polars__files=6.0, polars__memory=7.0,
        duckdb__files=7.0, duckdb__memory=5.0,
    )  # fmt: skip
    assert benchmark.figures(costs, 1000) == {
        "transactions": 1000,
        "features": 69,
        "cpu_ratio_vs_best": 3.0,
        "kernel_ratio_vs_best": 10.0,
        "eight_cutoffs_ratio": 3.0,
        "full_catalogue_ratio": 1.5,
        "peak_rss_gb": 0.5,
        "cpu_s": 2.0,
        "peers": {
            "pandas from files": 9.0, "pandas from memory": 8.0, "polars from files": 6.0,
            "polars from memory": 7.0, "duckdb from files": 7.0, "duckdb from memory": 5.0,
        },
    }  # fmt: skip
    assert "polars    files               6.00" in benchmark.table(costs)


def test_without_peers_there_is_no_ratio_to_them():
    figures = benchmark.figures(measured(**OWN_COSTS), 1000)
    assert figures["cpu_ratio_vs_best"] is figures["kernel_ratio_vs_best"] is None
    assert figures["peers"] == {}
