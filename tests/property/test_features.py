"""Laws of the feature engine."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from features.catalogue import CATALOGUE, NAMES
from features.compute import compute
from features.events import lay_out
from features.evidence import evidence
from tests.property import feature_oracle
from tests.property.drawn_ledgers import (
    AS_OF,
    NOW,
    account_table,
    accounts,
    ledgers,
    numbered,
    transaction_table,
    transactions,
)

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
    return evidence(NAMES, events, 0, rows["transaction_id"], AS_OF)


@settings(max_examples=150, deadline=None)
@given(ledgers, accounts)
def test_the_kernel_equals_the_oracle(ledger, people):
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


def test_every_feature_but_age_has_evidence():
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
                "channel": "atm" if i % 3 else "transfer",
                "tenant": "local",
            }
            for i in range(8)
        ]
    )
    person = {"account_id": "ann", "institution": "bank_a", "kind": "bank"}
    cited = cited_of(ledger, person)
    assert [f.name for f in CATALOGUE if not cited[f.name]] == ["age_days"]
