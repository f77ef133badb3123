"""Laws of the network features and of the snapshots that hold them."""

import json
from datetime import timedelta

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from features.catalogue import ACCOUNT_NAMES
from features.compute import FeatureTable
from features.network.facts import network
from features.network.families import DEFINITIONS, FAMILIES, FEATURES
from features.network.join import with_rows, with_snapshots
from features.network.patterns import FEATURES as PATTERNS
from features.network.patterns import SETTINGS
from features.network.snapshot import Snapshot, rows_of, take, values_of
from features.network.without import Around
from features.patterns.tables import account_patterns
from ledger.schema import SNAPSHOTS
from ledger.view import instant, latest_snapshots, microseconds, only, visible
from tests.property import network_oracle
from tests.property.drawn_ledgers import AS_OF, DAY, NAMES, NOW
from tests.property.drawn_networks import (
    RARE,
    coded_of,
    networks,
    numbered,
    one_identity,
    tables_of,
    transactions,
)

COLUMNS = tuple(feature.name for feature in FEATURES)
OF_PATTERNS = tuple(feature.name for feature in PATTERNS)


def shown(ledger, as_of=AS_OF):
    """Give the values of each account by name."""
    snapshot = take(coded_of(ledger), as_of)
    return dict(zip(snapshot.account_id, snapshot.values, strict=True))


@settings(max_examples=150, deadline=None)
@given(networks())
def test_every_column_equals_the_oracle(ledger):
    values = shown(ledger)
    seen = network_oracle.Seen(ledger, NOW)
    active = {p for t in seen.transactions for p in network_oracle.parties(t)} - {None}
    assert set(values) == active
    for account, row in values.items():
        oracle = network_oracle.features(ledger, account, NOW)
        assert set(oracle) | set(OF_PATTERNS) == set(COLUMNS)
        differing = {
            name: (value, oracle[name])
            for name, value in zip(COLUMNS, row, strict=True)
            if name in oracle and not network_oracle.is_equal(value, oracle[name])
        }
        assert not differing, account


@settings(max_examples=60, deadline=None)
@given(networks())
def test_patterns_are_those_of_the_accounts_table(ledger):
    values = shown(ledger)
    table = tables_of(ledger)["transactions"]
    rows = account_patterns(table, AS_OF, timedelta(days=30), SETTINGS).table.to_pylist()
    by_account = {row["account_id"]: row for row in rows}
    met = {
        p for t in network_oracle.Seen(ledger, NOW).between(30) for p in network_oracle.parties(t)
    }
    for account, row in values.items():
        found = dict(zip(COLUMNS, row, strict=True))
        if account not in met:
            assert all(np.isnan(found[name]) for name in OF_PATTERNS)
            continue
        counts = by_account[account]
        assert found["cycles_30d"] == sum(counts[f"cycle_{n}"] for n in range(2, 7))
        assert found["scatter_gathers_30d"] == sum(
            counts[f"scatter_gather_{part}"] for part in ("source", "middleman", "sink")
        )
        for name, value in (("gather_scatter", "gather_scatter"), ("chain", "chain"),
                            ("fan_in_bursts", "fan_in_bursts"), ("stacks", "stack"),
                            ("fan_out_bursts", "fan_out_bursts")):  # fmt: skip
            assert found[f"{name}_30d"] == counts[value]


@settings(max_examples=60, deadline=None)
@given(networks(), st.lists(transactions, max_size=6),
       st.fixed_dictionaries({name: st.lists(rows, max_size=4) for name, rows in RARE.items()}),
       st.data())  # fmt: skip
def test_facts_not_visible_change_nothing(ledger, payments, others, data):
    def hidden(row):
        return max(row.get("happened_at", row.get("seen_from")), row["known_at"]) >= NOW

    before = {account: row.tobytes() for account, row in shown(ledger).items()}
    added = {**others, "transactions": numbered(payments, "x")}
    changed = {
        name: [row for row in ledger[name] if not (hidden(row) and data.draw(st.booleans()))]
        + [row for row in rows if hidden(row)]
        for name, rows in added.items()
    }
    changed["complaints"] = one_identity(changed["complaints"])
    changed["accounts"] = [
        {**row, "opened_at": NOW + DAY} if (row["opened_at"] or 0) >= NOW else row
        for row in ledger["accounts"]
    ]
    again = {account: row.tobytes() for account, row in shown(changed).items()}
    assert again == before


def of_account(row):
    return np.full((len(row), len(ACCOUNT_NAMES)), 1.0)


snapshots = st.lists(
    st.tuples(st.integers(-5, 5), st.integers(0, 4), st.sets(st.sampled_from(NAMES), min_size=1)),
    max_size=6,
    unique_by=lambda drawn: drawn[:2],
)


def snapshot(at, delay, names):
    taken = instant(NOW + at * DAY)
    ids = np.array(sorted(names), object)
    values = np.full((len(ids), len(FEATURES)), float(100 * at + delay))
    return Snapshot(taken, taken + timedelta(days=delay), ids, values, {})


@settings(max_examples=100, deadline=None)
@given(snapshots)
def test_the_latest_snapshot_in_sight_is_joined_and_none_else(drawn):
    everybody = [snapshot(at, delay, NAMES) for at, delay, _ in drawn]
    accounts = np.array(NAMES, object)
    table = FeatureTable(accounts, np.full(len(NAMES), NOW), of_account(NAMES))
    joined = with_snapshots(table, everybody).values[:, len(ACCOUNT_NAMES) :]
    in_sight = [(at, delay) for at, delay, _ in drawn if at < 0 and at + delay < 0]
    expected = 100 * max(in_sight)[0] + max(in_sight)[1] if in_sight else np.nan
    assert np.array_equal(joined, np.full_like(joined, expected), equal_nan=True)


@settings(max_examples=60, deadline=None)
@given(networks(), st.integers(0, 3))
def test_stored_snapshots_give_the_values_that_were_computed(ledger, days):
    as_of = AS_OF - timedelta(days=days)
    taken = [take(coded_of(ledger), at) for at in (as_of - timedelta(days=9), as_of)]
    accounts = np.array(NAMES, object)
    table = FeatureTable(accounts, np.full(len(NAMES), NOW), of_account(NAMES))
    facts = pa.concat_tables([SNAPSHOTS.arrow.empty_table(), *map(rows_of, taken)])
    seen = latest_snapshots(only(visible(facts, AS_OF), ("definitions",), [DEFINITIONS]))
    batch, online = with_snapshots(table, taken), with_rows(table, seen)
    assert batch.names == online.names
    assert batch.values.tobytes() == online.values.tobytes()


@settings(max_examples=30, deadline=None)
@given(networks())
def test_rows_of_a_snapshot_read_back_bit_by_bit(ledger):
    taken = take(coded_of(ledger), AS_OF)
    assert np.array_equal(values_of(rows_of(taken)), taken.values, equal_nan=True)
    assert microseconds(taken.known_at) == NOW


def own_of(ledger, account):
    return [
        row["transaction_id"] for row in ledger["transactions"]
        if account in (row["payer_account"], row["payee_account"])
    ]  # fmt: skip


RECOMPUTED = (
    "hops_from_mule_90d", "hops_to_mule_90d", "complaint_count_7d", "complaint_count_30d",
    "complaint_sum_7d", "complaint_sum_30d", "complaint_sources_30d", "recall_count_30d",
    "chain_30d",
)  # fmt: skip
"""Values that the payments which are named make alone, whatever else the account did."""


@settings(max_examples=60, deadline=None)
@given(networks(), st.data())
def test_a_value_follows_from_the_payments_that_are_named(ledger, data):
    whole = coded_of(ledger)
    taken = take(whole, AS_OF)
    for account, values, text in zip(taken.account_id, taken.values, taken.payments, strict=True):
        named, own = json.loads(text), own_of(ledger, account)
        assert set(named) <= set(COLUMNS)
        assert all(set(ids) <= set(own) and len(set(ids)) == len(ids) for ids in named.values())
        name = data.draw(st.sampled_from(RECOMPUTED))
        gone = set(own) - set(named.get(name, ()))
        left = {
            **ledger,
            "transactions": [t for t in ledger["transactions"] if t["transaction_id"] not in gone],
        }
        again = shown(left).get(account)
        if named.get(name):
            assert again is not None
            assert again[COLUMNS.index(name)] == values[COLUMNS.index(name)], name


STAYING = {feature.name for name in ("identifiers", "community", "lists", "openings")
           for feature in FAMILIES[name].features} | FAMILIES["patterns"].beyond  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(networks(), st.data())
def test_without_some_payments_an_account_shows_what_a_ledger_without_them_does(ledger, data):
    whole = coded_of(ledger)
    taken, seen = take(whole, AS_OF), network(whole, AS_OF)
    account = data.draw(st.sampled_from(sorted(taken.account_id))) if len(taken.values) else None
    if account is None:
        return
    own = own_of(ledger, account)
    gone = data.draw(st.sets(st.sampled_from(own)))
    left = {
        **ledger,
        "transactions": [t for t in ledger["transactions"] if t["transaction_id"] not in gone],
    }
    expected = shown(left).get(account)
    if expected is None:
        return
    number = whole.ids.to_pylist().index(account)
    values = taken.values[taken.account_id.tolist().index(account)]
    ids = whole.transaction_ids.to_pylist()
    rows = np.array([row for row, id_ in enumerate(ids) if id_ in gone], np.int64)
    found = Around.of(seen, number, values).without(rows)
    for name, value, other in zip(COLUMNS, found, expected, strict=True):
        if name not in STAYING:
            assert network_oracle.is_equal(value, other), name
