"""Small random ledgers with all that is said of accounts, visible or not at the instant asked."""

import pyarrow as pa
from hypothesis import strategies as st

from features.network.coded import COLUMNS, coded
from ledger.order import in_order
from ledger.schema import OUTCOMES, TABLES
from tests.property.drawn_ledgers import DAY, HOUR, NAMES, NOW, learnt

moments = st.one_of(
    st.sampled_from([NOW - n * DAY + step for n in (7, 30, 90) for step in (-1, 0, 1)]),
    st.sampled_from([NOW - 1, NOW, NOW + 1]),
    st.integers(-24, 100 * 24).map(lambda hours: NOW - hours * HOUR),
    # Close together and few, so that payments tie, chain and return.
    st.integers(1, 12).map(lambda hours: NOW - 10 * DAY - hours * HOUR),
)
names = st.sampled_from(NAMES)
maybe = st.one_of(st.none(), names)
values = st.sampled_from([None, None, "x", "y", "z"])
transaction_ids = st.integers(0, 24).map(lambda n: f"t{n:03}")


def fact(**columns):
    """Draw a row that happens at some moment and is learnt then or later."""

    @st.composite
    def row(draw):
        happened_at = draw(moments)
        drawn = {name: draw(column) for name, column in columns.items()}
        return {**drawn, "happened_at": happened_at, "known_at": draw(learnt(happened_at))}

    return row()


transactions = fact(
    payer_account=maybe,
    payee_account=maybe,
    reference_minor=st.one_of(st.sampled_from([50, 100]), st.integers(1, 10**15)),
    source_sequence=st.sampled_from([None, 1, 2]),
    device_id=values,
    ip=values,
    phone=values,
).filter(lambda t: t["payer_account"] != t["payee_account"])


@st.composite
def identifiers(draw):
    seen_from = draw(moments)
    return {
        "account_id": draw(names),
        "kind": draw(st.sampled_from(["device", "phone", "ip", "email", "address"])),
        "value": draw(st.sampled_from(["x", "y", "z"])),
        "seen_from": seen_from,
        "seen_until": draw(
            st.one_of(st.none(), st.integers(0, 60).map(lambda d: seen_from + d * DAY))
        ),
        "known_at": draw(learnt(seen_from)),
    }


RARE = {
    "labels": fact(account_id=names, outcome=st.sampled_from(OUTCOMES), source=st.just("bank")),
    "complaints": fact(
        complaint_id=st.sampled_from(["c1", "c2", "c3", "c4"]),
        transaction_id=transaction_ids,
        status=st.sampled_from(["open", "open", "confirmed", "withdrawn"]),
        source=st.sampled_from(["bank", "police"]),
    ),
    "recalls": fact(recall_id=st.uuids().map(str), transaction_id=transaction_ids),
    "list_entries": fact(
        account_id=names,
        list_name=st.sampled_from(["black", "grey"]),
        level=st.just("1"),
        expires_at=st.one_of(st.none(), moments),
    ),
    "identifiers": identifiers(),
}  # fmt: skip


def numbered(rows, prefix="t"):
    return [{**row, "transaction_id": f"{prefix}{i:03}"} for i, row in enumerate(rows)]


def one_identity(rows):
    """Let all events of a complaint be about the transaction of the first."""
    about = {}
    return [
        {**r, "transaction_id": about.setdefault(r["complaint_id"], r["transaction_id"])}
        for r in rows
    ]


@st.composite
def networks(draw, most=25):
    ledger = {name: draw(st.lists(rows, max_size=6)) for name, rows in RARE.items()}
    ledger["complaints"] = one_identity(ledger["complaints"])
    ledger["transactions"] = numbered(draw(st.lists(transactions, max_size=most)))
    ledger["accounts"] = [
        {
            "account_id": name,
            "holder_id": draw(st.sampled_from([None, "h1", "h2"])),
            "opened_at": draw(st.one_of(st.none(), moments)),
        }
        for name in NAMES
    ]
    return ledger


def tables_of(ledger):
    """Arrange a drawn ledger as the tables that network features read."""
    tables = {}
    for name, columns in COLUMNS.items():
        arrow = TABLES[name].arrow
        schema = pa.schema([arrow.field(column) for column in columns])
        tables[name] = pa.Table.from_pylist(ledger[name], schema)
    return {**tables, "transactions": in_order(tables["transactions"])}


def coded_of(ledger):
    return coded(tables_of(ledger))
