"""Segments show the transactions that the rows show, whatever the order they were learnt in."""

from datetime import timedelta

import pytest

from features.events import TRANSACTION_COLUMNS
from ledger import segments
from ledger.lake import Lake, append
from ledger.schema import CHANNELS
from ledger.store import Conflict, open_store
from ledger.store.tables import SEGMENTS
from ledger.view import MICROSECOND
from tests.facts import DAY, DAY_0, ids, rows_of, transactions

AS_OF = DAY_0 + DAY


def assert_shows_the_rows(view, *accounts):
    shown = view.segments(accounts).table(TRANSACTION_COLUMNS)
    assert shown == view.transactions(accounts, TRANSACTION_COLUMNS)
    return ids(shown)


def kept(store):
    """Count the records of each segment, in the order of accounts and places."""
    with store.engine.connect() as connection:
        order = SEGMENTS.c.account, SEGMENTS.c.place
        rows = connection.execute(SEGMENTS.select().order_by(*order)).mappings().all()
    return [len(row["records"]) // segments.RECORD.itemsize for row in rows]


def test_every_column_is_given_back(store):
    row = {
        "transaction_id": "t1", "payer_account": "ann", "payee_account": None,
        "payer_institution": "bank", "payee_country": "TH", "device_id": "phone",
        "channel": CHANNELS[-1], "reference_minor": 2**50, "source_sequence": 7, "reverses": "t0",
    }  # fmt: skip
    store.append("transactions", rows_of("transactions", row))
    assert assert_shows_the_rows(store.view(AS_OF), "ann") == ["t1"]


def test_an_account_with_itself_and_a_transaction_of_two_accounts_come_once(store):
    store.append("transactions", transactions("t1", payee_account="ann"))
    store.append("transactions", transactions("t2"))
    view = store.view(AS_OF)
    assert assert_shows_the_rows(view, "ann") == ["t1", "t2"]
    assert assert_shows_the_rows(view, "bob", "ann") == ["t1", "t2"]
    assert assert_shows_the_rows(view, "nobody", "\0") == []
    assert assert_shows_the_rows(view) == []


def test_they_stand_in_the_ledgers_order_and_not_in_that_of_their_coming(store):
    rows = [
        {"transaction_id": name, "payer_account": "ann", "source_sequence": place,
         "happened_at": DAY_0 + at * MICROSECOND, "reverses": takes_back}
        for name, at, place, takes_back in [
            ("late", 1, 1, None), ("b", 0, None, "late"), ("Z", 0, None, None), ("é", 0, None, "b"),
            ("a", 0, None, None), ("last", 0, 2**63 - 1, "x"), ("first", 0, 2, None),
        ]
    ]  # fmt: skip
    for row in rows:
        store.append("transactions", rows_of("transactions", row))
    shown = assert_shows_the_rows(store.view(AS_OF), "ann")
    assert shown == ["first", "last", "Z", "a", "b", "é", "late"]


@pytest.mark.parametrize("column", ["happened_at", "known_at"])
def test_what_is_not_visible_or_was_recorded_later_is_not_shown(store, column):
    early = {"happened_at": DAY_0, "known_at": DAY_0}
    store.append("transactions", transactions("t1", **{**early, column: AS_OF}))
    earlier = store.view(AS_OF + MICROSECOND)
    store.append("transactions", transactions("t2", **early))
    assert assert_shows_the_rows(store.view(AS_OF), "ann") == ["t2"]
    both = assert_shows_the_rows(store.view(AS_OF + MICROSECOND), "ann")
    assert sorted(both) == ["t1", "t2"]
    assert assert_shows_the_rows(earlier, "ann") == ["t1"]


def test_an_earlier_view_that_is_opened_again_shows_the_facts_themselves(store):
    store.append("transactions", transactions("t1"))
    assert store.view(AS_OF, store.recorded_seq).segments(["ann"]) is None


def test_a_full_segment_is_followed_by_another(store, monkeypatch):
    monkeypatch.setattr("ledger.store.segmenting.SIZE", 4)
    names = [f"t{number}" for number in range(9)]
    store.append("transactions", transactions(*names[:3], payee_account=None))
    assert kept(store) == [3]
    for name in names[3:5]:
        store.append("transactions", transactions(name, payee_account=None, happened_at=DAY_0))
    assert kept(store) == [4, 1]
    store.append("transactions", transactions(*names[5:], payee_account=None))
    assert kept(store) == [4, 4, 1]
    assert sorted(assert_shows_the_rows(store.view(AS_OF), "ann")) == names


def test_what_is_refused_or_repeated_leaves_nothing(store):
    store.append("transactions", transactions("t1"))
    before = kept(store)
    with pytest.raises(Conflict):
        store.append("transactions", transactions("t2", "t1", channel=CHANNELS[1]))
    store.append("transactions", transactions("t1"))
    assert kept(store) == before == [1, 1]


def test_while_a_load_has_left_them_behind_accounts_are_read_from_rows(
    store, tmp_path, monkeypatch
):
    lake = append(Lake(tmp_path / "bank", "test", "THB"), {"transactions": transactions("t1")})
    with monkeypatch.context() as interrupted:
        interrupted.setattr("ledger.store.store.Store.catch_up", lambda *_: None)
        store.load(lake)
    behind = store.view(AS_OF)
    assert behind.segments(["ann"]) is None
    assert ids(behind.transactions(["ann"])) == ["t1"]
    # Whatever is appended next makes up for it.
    store.append("transactions", transactions("t2", happened_at=DAY_0 + timedelta(hours=2)))
    assert assert_shows_the_rows(store.view(AS_OF), "ann") == ["t1", "t2"]


def test_a_load_catches_up_in_parts(store, tmp_path, monkeypatch):
    names = [f"t{number}" for number in range(7)]
    lake = append(Lake(tmp_path / "bank", "test", "THB"), {"transactions": transactions(*names)})
    monkeypatch.setattr("ledger.store.store._AT_ONCE", 3)
    reached = []
    store.load(lake, segmented=reached.append)
    assert reached == [3, 6, 7]
    assert assert_shows_the_rows(store.view(AS_OF), "ann") == names


def test_a_store_that_is_opened_again_goes_on_where_it_was(store, store_url):
    store.append("transactions", transactions("t1"))
    again = open_store(store_url)
    again.append(
        "transactions", transactions("t2", payee_account="cho", happened_at=AS_OF - DAY / 2)
    )
    assert assert_shows_the_rows(again.view(AS_OF), "ann") == ["t1", "t2"]
    assert assert_shows_the_rows(again.view(AS_OF), "cho") == ["t2"]
    again.close()


def test_a_missing_sequence_is_missing(store):
    store.append("transactions", transactions("t1"))
    store.append("transactions", transactions("t2", source_sequence=2**63 - 1))
    names = ["transaction_id", "source_sequence"]
    view = store.view(AS_OF)
    assert view.segments(["ann"]).table(names) == view.transactions(["ann"], names)


def test_channels_keep_their_positions():
    """Segments hold them: another may only be added at the end."""
    assert CHANNELS[:13] == (
        "transfer", "instant", "wire", "card", "cash_deposit", "atm", "cheque", "e_wallet",
        "crypto", "fee", "salary", "bill", "other",
    )  # fmt: skip
