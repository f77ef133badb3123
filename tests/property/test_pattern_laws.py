"""Laws of the patterns between accounts."""

from collections import defaultdict
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from features.patterns.search import ACCOUNT_VALUES, TRANSACTION_VALUES, no_counts
from features.patterns.settings import FAMILIES
from features.patterns.slices import SIZES, count_slice
from features.patterns.stream import Stream, count_all
from features.patterns.tables import account_patterns, transaction_patterns
from features.patterns.transfers import Transfers, read
from tests.property import pattern_oracle
from tests.property.drawn_transfers import (
    ACCOUNTS,
    FIRST,
    HOUR,
    SETTINGS,
    in_time_order,
    ledgers,
    loose,
    moments,
    numbered,
    sliced,
    transaction_table,
    transferred,
)

CYCLES = tuple(f"cycle_{hops}" for hops in pattern_oracle.HOPS)
AS_OF = FIRST + 9 * HOUR
LENGTH = 8 * HOUR


def rows_of(ledger, settings_=SETTINGS):
    table = transaction_patterns(transaction_table(ledger), settings_).table
    return {row.pop("transaction_id"): row for row in table.to_pylist()}


def accounts_of(ledger):
    table = account_patterns(transaction_table(ledger), AS_OF, LENGTH, SETTINGS).table
    return {row.pop("account_id"): row for row in table.drop("as_of").to_pylist()}


def expected_row(found):
    if found is None:
        return dict.fromkeys(TRANSACTION_VALUES)
    return {
        "fan_in": found.fan_in,
        "fan_out": found.fan_out,
        **{
            f"cycle_{hops}": sum(len(path) == hops for path in found.cycles)
            for hops in pattern_oracle.HOPS
        },
        "scatter_gather": len(found.scatter_gathers),
        "scatter_gather_size": max((len(m) for *_, m in found.scatter_gathers), default=0),
        "gather_scatter": found.gather_scatter,
        "stack": len(found.stacks),
        "chain": found.chain,
    }


@settings(max_examples=400, deadline=None)
@given(ledgers(), st.booleans())
def test_what_a_transaction_completes_equals_the_oracle(ledger, in_order):
    setting = replace(SETTINGS, in_order=in_order)
    rows = rows_of(ledger, setting)
    for number, transfer in enumerate(ledger):
        found = pattern_oracle.completed(ledger, number, setting)
        row = rows[transfer["transaction_id"]]
        assert row == {**expected_row(found), "cut": False}, transfer


@settings(max_examples=150, deadline=None)
@given(ledgers())
def test_what_an_account_is_in_equals_the_oracle(ledger):
    seen = [
        {**t, "known_at": AS_OF}
        for t in ledger
        if max(t["happened_at"], t["known_at"]) < AS_OF and t["happened_at"] >= AS_OF - LENGTH
    ]
    named = {t[side] for t in seen for side in ("payer", "payee")} - {None}
    expected = {name: dict.fromkeys(ACCOUNT_VALUES, 0) for name in named}
    for number, transfer in enumerate(seen):
        found = pattern_oracle.completed(seen, number, SETTINGS)
        if found is not None:
            add_up(expected, found, transfer, seen)
    assert accounts_of(ledger) == expected


def add_up(expected, found, transfer, ledger):
    """Add what a transaction completes to the values of the accounts in it."""
    most, sums = defaultdict(dict), []
    payer, payee = transfer["payer"], transfer["payee"]
    most[payee]["fan_in"], most[payer]["fan_out"] = found.fan_in, found.fan_out
    most[payer]["gather_scatter"] = found.gather_scatter
    sums += [(payee, "fan_in_bursts")] * found.fan_in_burst
    sums += [(payer, "fan_out_bursts")] * found.fan_out_burst
    sums += [(name, f"cycle_{len(path)}") for path in found.cycles for name in path]
    for source, sink, middlemen in found.scatter_gathers:
        sums += [(source, "scatter_gather_source"), (sink, "scatter_gather_sink")]
        sums += [(name, "scatter_gather_middleman") for name in middlemen]
    sums += [(name, "stack") for pair in found.stacks for name in pair]
    for chain in found.chains:
        for number in chain if len(chain) > 1 else ():
            for side in ("payer", "payee"):
                values = expected[ledger[number][side]]
                values["chain"] = max(values["chain"], len(chain))
    for name, value in sums:
        expected[name][value] += 1
    for name, values in most.items():
        for value, size in values.items():
            expected[name][value] = max(expected[name][value], size)


@settings(max_examples=100, deadline=None)
@given(ledgers(), st.lists(loose, max_size=6), st.data())
def test_facts_not_visible_change_no_account(ledger, others, data):
    def hidden(t):
        return t["happened_at"] >= AS_OF or t["known_at"] >= AS_OF

    before = accounts_of(ledger)
    kept = [t for t in ledger if not (hidden(t) and data.draw(st.booleans()))]
    added = numbered([t for t in others if hidden(t)], "x")
    assert accounts_of(kept + added) == before


@settings(max_examples=100, deadline=None)
@given(ledgers(), st.lists(loose, max_size=6), st.data())
def test_what_comes_or_is_learnt_later_changes_no_transaction(ledger, others, data):
    if not ledger:
        return
    chosen = data.draw(st.sampled_from(ledger))
    added = numbered(
        [
            t
            for t in others
            if t["happened_at"] > chosen["happened_at"] or t["known_at"] > chosen["known_at"]
        ],
        "x",
    )
    name = chosen["transaction_id"]
    assert rows_of(ledger + added)[name] == rows_of(ledger)[name]


@settings(max_examples=100, deadline=None)
@given(ledgers(), st.integers(1, 12))
def test_a_cut_search_is_told_and_gives_no_more_than_there_is(ledger, bound):
    whole = rows_of(ledger)
    counted = transaction_patterns(transaction_table(ledger), replace(SETTINGS, bound=bound))
    for row in counted.table.to_pylist():
        full = whole[row["transaction_id"]]
        for value in TRANSACTION_VALUES:
            assert row[value] == full[value] or row[value] < full[value]
        # A chain is also short where one that leads to it was cut.
        same = all(row[value] == full[value] for value in TRANSACTION_VALUES if value != "chain")
        assert same or row["cut"]
    told = sum(counted.cut.values())
    assert (told > 0) == any(row["cut"] for row in counted.table.to_pylist())


@settings(max_examples=100, deadline=None)
@given(ledgers(), st.lists(st.integers(1, 9), min_size=1))
def test_batches_count_what_one_pass_counts(ledger, sizes):
    transfers, accounts = read(transaction_table(ledger))
    stream = Stream(len(accounts), SETTINGS)
    rows, start = [], 0
    while start < len(ledger):
        end = start + sizes[start % len(sizes)]
        batch = Transfers(*(column[start:end] for column in transfers))
        rows += stream.push(batch).transactions.tolist()
        start = end
    whole = rows_of(ledger)
    for transfer, row in zip(ledger, rows, strict=True):
        values = whole[transfer["transaction_id"]]
        assert row == [values[name] or 0 for name in TRANSACTION_VALUES]


@settings(max_examples=60, deadline=None)
@given(ledgers(), st.randoms(use_true_random=False), st.sampled_from(FAMILIES))
def test_neither_the_order_of_rows_nor_other_families_matter(ledger, shuffler, family):
    whole = rows_of(ledger)
    shuffled = list(ledger)
    shuffler.shuffle(shuffled)
    assert rows_of(shuffled) == whole
    alone = rows_of(ledger, replace(SETTINGS, families=(family,)))
    for name, row in alone.items():
        for value in TRANSACTION_VALUES:
            assert row[value] in (whole[name][value], 0)


@settings(max_examples=40, deadline=None)
@given(ledgers(), st.sampled_from(ACCOUNTS), st.booleans())
def test_a_hub_is_walked_around_without_missing_anything(ledger, name, pays):
    """Hundreds of strangers that an account pays, or is paid by, make no cycle and no middleman."""
    strangers = numbered(
        [
            transferred(*((name, f"x{n}") if pays else (f"x{n}", name)), moment=n % 20)
            for n in range(300)
        ],
        "x",
    )
    rows, without = rows_of(ledger + strangers), rows_of(ledger)
    for transaction, row in without.items():
        for value in (*CYCLES, "scatter_gather", "scatter_gather_size", "stack"):
            assert rows[transaction][value] == row[value]


def test_the_ledgers_are_drawn_in_the_order_of_the_pass():
    drawn = numbered([{**pattern, "sequence": s} for s in (None, 2, 1) for pattern in [TRANSFER]])
    table = transaction_patterns(transaction_table(drawn), SETTINGS).table
    assert table["transaction_id"].to_pylist() == [
        t["transaction_id"] for t in in_time_order(drawn)
    ]


TRANSFER = {"happened_at": FIRST, "known_at": FIRST, "payer": "a", "payee": "b"}


@settings(max_examples=300, deadline=None)
@given(ledgers(), st.sets(moments, max_size=4), st.sampled_from([1, 4, 10_000]), st.booleans())
def test_slices_count_what_one_pass_counts(ledger, cuts, bound, known):
    """However time is cut, and however little a search may look at."""
    setting = replace(SETTINGS, window=2 * HOUR, bound=bound)
    transfers, names = read(transaction_table(ledger))
    if known:
        transfers = transfers._replace(known_at=np.zeros_like(transfers.known_at))
    whole = count_all(transfers, len(names), setting)
    nothing = no_counts(0, len(names))
    parts = [counted(transfers, len(names), setting, each) for each in sliced(ledger, cuts)]
    for name in ("transactions", "cut"):
        stacked = np.concatenate([getattr(part, name) for part in [nothing, *parts]])
        assert np.array_equal(stacked, getattr(whole, name)), name
    for number, name in enumerate(ACCOUNT_VALUES):
        values = np.array([p.accounts[:, number] for p in [nothing, *parts]])
        total = values.max(axis=0) if name in SIZES else values.sum(axis=0)
        assert total.tolist() == whole.accounts[:, number].tolist(), name


def counted(transfers, accounts, setting, here):
    """Count a slice, following chains as far as it takes."""
    found = count_slice(transfers, accounts, setting, here)
    while any(found.unknown):
        wider = here.wider(found.unknown)
        assert wider != here
        here, found = wider, count_slice(transfers, accounts, setting, wider)
    return found.counts
