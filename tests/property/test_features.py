"""Laws of the feature engine."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from features.catalogue import ACCOUNT_NAMES as NAMES
from features.catalogue import FAMILY_OF
from features.compute import compute
from features.events import lay_out
from features.evidence import evidence
from ledger.schema import SNAPSHOTS
from tests.property import feature_oracle
from tests.property.drawn_ledgers import (
    AS_OF,
    NOW,
    account_table,
    accounts,
    crowded,
    ledgers,
    numbered,
    transaction_table,
    transactions,
)
from tests.property.feature_oracle import DAY

EARLIER = AS_OF.replace(month=4)


def rows(table):
    """Return the features of each account and instant as bytes, so that NaN equals NaN."""
    return {
        (account, at): values.tobytes()
        for account, at, values in zip(table.account_id, table.as_of, table.values, strict=True)
    }


def run(ledger, people, as_ofs=(AS_OF,), threads=1):
    return compute(transaction_table(ledger), account_table(people), as_ofs, threads=threads)


def cited_of(ledger, person):
    rows = transaction_table(ledger)
    events = lay_out(rows, account_table([person]))
    none = SNAPSHOTS.arrow.empty_table()
    return evidence(NAMES, events, 0, rows["transaction_id"], AS_OF, none)


@settings(max_examples=150, deadline=None)
@given(ledgers, accounts)
def test_the_kernel_equals_the_oracle(ledger, people):
    assert_equals_the_oracle(ledger, people)


def assert_equals_the_oracle(ledger, people):
    expected = {
        person["account_id"]: values
        for person in people
        if (values := feature_oracle.features(ledger, person, NOW)) is not None
    }
    table = run(ledger, people)
    assert set(table.account_id) == set(expected)
    for account, values in zip(table.account_id, table.values, strict=True):
        oracle = expected[account]
        assert set(oracle) == set(NAMES)
        differing = {
            name: (value, oracle[name])
            for name, value in zip(NAMES, values, strict=True)
            if not np.array_equal(value, float(oracle[name]), equal_nan=True)
        }
        assert not differing, account


def test_the_kernel_equals_the_oracle_on_crowded_ledgers():
    person = {
        "institution": "bank_a", "country": "TH", "kind": "bank", "holder_kind": "business",
        "declared_income": 10**6,
    }  # fmt: skip
    seen = []
    for seed in range(12):
        ledger = crowded(seed, count=12 * (seed + 1))
        opened = {"opened_at": NOW - (50 + seed) * DAY}
        people = [{**person, **opened, "account_id": name} for name in ("ann", "bob")]
        assert_equals_the_oracle(ledger, people)
        seen.append(run(ledger, people).values)
    columns = zip(NAMES, np.concatenate(seen).T, strict=True)
    untried = [name for name, column in columns if len(np.unique(column)) < 2]
    assert untried == []


def test_families_not_wanted_are_missing_and_the_others_the_same():
    ledger, person = transaction_table(crowded(1, 60)), account_table([{"account_id": "ann"}])
    every = compute(ledger, person, [AS_OF]).values[0]
    some = compute(ledger, person, [AS_OF], families=("dwell", "hours")).values[0]
    wanted = np.array([FAMILY_OF[name] in ("dwell", "hours") for name in NAMES])
    np.testing.assert_array_equal(some, np.where(wanted, every, np.nan))


@settings(max_examples=60, deadline=None)
@given(ledgers, accounts, st.integers(1, 3), st.randoms(use_true_random=False))
def test_one_account_alone_equals_the_batch(ledger, people, threads, shuffler):
    batch = rows(run(ledger, people, (AS_OF, EARLIER), threads))
    for person in people:
        touching = [
            t for t in ledger if person["account_id"] in (t["payer_account"], t["payee_account"])
        ]
        shuffler.shuffle(touching)
        alone = rows(run(touching, [person], (AS_OF, EARLIER)))
        assert alone == {key: row for key, row in batch.items() if key[0] == person["account_id"]}


@settings(max_examples=60, deadline=None)
@given(ledgers, accounts, st.lists(transactions(), max_size=8), st.data())
def test_facts_not_visible_change_nothing(ledger, people, others, data):
    def hidden(t):
        return t["happened_at"] >= NOW or t["known_at"] >= NOW

    before = rows(run(ledger, people))
    added = numbered([t for t in others if hidden(t)], "x")
    changed = [
        {**t, "reference_minor": 777, "channel": "crypto"} if hidden(t) else t
        for t in ledger
        if not (hidden(t) and data.draw(st.booleans()))
    ]
    assert rows(run(changed + added, people)) == before


@settings(max_examples=60, deadline=None)
@given(ledgers, accounts)
def test_the_evidence_alone_gives_the_value(ledger, people):
    table = run(ledger, people)
    for account, values in zip(table.account_id, table.values, strict=True):
        person = next(p for p in people if p["account_id"] == account)
        cited = cited_of(ledger, person)
        for column, name in enumerate(NAMES):
            kept = [t for t in ledger if t["transaction_id"] in cited[name]]
            if kept:
                again = run(kept, [person]).values[0, column]
                assert np.array_equal(again, values[column], equal_nan=True), name


def test_every_feature_but_the_ages_has_evidence():
    ledger = numbered(
        [
            {
                "happened_at": NOW - (i + 1) * 3_600_000_000,
                "known_at": NOW - (i + 1) * 3_600_000_000,
                "payer_account": "ann" if i % 2 else "bob",
                "payee_account": "bob" if i % 2 else "ann",
                "payer_amount_minor": 100,
                "payee_amount_minor": 100,
                "reference_minor": 100,
                "payer_currency": "THB",
                "payee_currency": "THB",
                "channel": "crypto" if i % 3 else "transfer",
                "device_id": "phone",
                "tenant": "local",
            }
            for i in range(8)
        ]
    )
    person = {"account_id": "ann", "institution": "bank_a", "kind": "bank"}
    cited = cited_of(ledger, person)
    assert [name for name in NAMES if not cited[name]] == ["age_days", "business_age_days"]
