"""Laws of the store: it is a dictionary that only grows, and it answers as a lake does."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from features import online
from features.compute import compute_events
from features.events import TRANSACTION_COLUMNS, lay_out
from ledger.lake import Lake, append
from ledger.schema import ACCOUNTS, COMPLAINTS, IDENTIFIERS, LABELS
from ledger.store import Appended, Conflict, open_store
from ledger.view import LakeView, instant
from tests.facts import rows_of, transactions
from tests.property import drawn_ledgers as drawn

FAR = datetime(2100, 1, 1, tzinfo=UTC)
names = st.sampled_from(["t1", "t2", "t3", "t4", "t5", "t6"])
contents = st.sampled_from([None, "one", "two"])


class Dictionary(RuleBasedStateMachine):
    """Appends, with repeats and conflicts, against a dictionary; pinned views against copies."""

    url: str

    def __init__(self):
        super().__init__()
        self.store = open_store(self.url)
        # A database serves many runs, so each run has ids of its own.
        self.run = f"run {self.store.recorded_seq} "
        self.model: dict[str, str | None] = {}
        self.pinned: dict[int, dict[str, str | None]] = {}

    @rule(batch=st.lists(st.tuples(names, contents), max_size=8))
    def append(self, batch):
        grown, conflict = dict(self.model), False
        for name, content in batch:
            conflict |= grown.setdefault(name, content) != content
        rows = pa.concat_tables(
            [transactions()]
            + [transactions(self.run + name, reference=text) for name, text in batch]
        )
        if conflict:
            with pytest.raises(Conflict):
                self.store.append("transactions", rows)
            return
        new = len(grown) - len(self.model)
        assert self.store.append("transactions", rows) == Appended(new, len(batch) - new)
        self.model = grown

    @rule()
    def restart(self):
        self.store.close()
        self.store = open_store(self.url)

    @rule()
    def pin(self):
        self.pinned[self.store.view(FAR).recorded_seq] = dict(self.model)

    @invariant()
    def holds_what_was_acknowledged(self):
        assert self._seen(None) == self.model
        for number, model in self.pinned.items():
            assert self._seen(number) == model

    def _seen(self, number):
        rows = self.store.view(FAR, number).transactions(["ann"])
        seen = [row for row in rows.to_pylist() if row["transaction_id"].startswith(self.run)]
        assert len({row["transaction_id"] for row in seen}) == len(seen)
        return {row["transaction_id"].removeprefix(self.run): row["reference"] for row in seen}

    def teardown(self):
        self.store.close()


def test_the_store_is_a_dictionary_that_only_grows(store_url):
    class Here(Dictionary):
        url = store_url

    run_state_machine_as_test(
        Here, settings=settings(max_examples=15, stateful_step_count=12, deadline=None)
    )


complaints = st.lists(
    st.builds(
        lambda at, late, number: {
            "complaint_id": f"c{number}",
            "transaction_id": f"t{number // 2:03}",
            "happened_at": instant(at),
            "known_at": instant(at) + timedelta(microseconds=late),
        },
        drawn.moments, st.sampled_from([0, 1, drawn.DAY]), st.integers(0, 50),
    ),
    max_size=10, unique_by=lambda row: (row["complaint_id"], row["happened_at"]),
)  # fmt: skip


labels = st.lists(
    st.builds(
        lambda account, at, late: {
            "account_id": account,
            "happened_at": instant(at),
            "known_at": instant(at) + timedelta(microseconds=late),
        },
        st.sampled_from(drawn.NAMES), drawn.moments, st.sampled_from([0, 1, drawn.DAY]),
    ),
    max_size=6, unique_by=lambda row: (row["account_id"], row["known_at"]),
)  # fmt: skip


identifiers = st.lists(
    st.builds(
        lambda account, value, at, late: {
            "account_id": account,
            "kind": "device",
            "value": value,
            "seen_from": instant(at),
            "known_at": instant(at) + timedelta(microseconds=late),
        },
        st.sampled_from(drawn.NAMES), st.sampled_from(["phone", "desk"]), drawn.moments,
        st.sampled_from([0, 1, drawn.DAY]),
    ),
    max_size=6, unique_by=lambda row: (row["account_id"], row["value"], row["seen_from"]),
)  # fmt: skip


@st.composite
def histories(draw):
    """Draw a ledger in the pieces it was learnt in."""
    rows = draw(drawn.ledgers)
    cut = draw(st.integers(0, len(rows)))
    accounts = drawn.account_table(draw(drawn.accounts))
    return [
        {"accounts": accounts, "transactions": drawn.transaction_table(rows[:cut])},
        {
            "complaints": rows_of(COMPLAINTS.name, *draw(complaints)),
            "labels": rows_of(LABELS.name, *draw(labels)),
            "identifiers": rows_of(IDENTIFIERS.name, *draw(identifiers)),
        },
        {"transactions": drawn.transaction_table(rows[cut:])},
    ]


@given(
    history=histories(),
    as_of=drawn.moments.map(instant),
    wanted=st.lists(st.sampled_from([*drawn.NAMES, "nobody"]), unique=True),
)
@settings(max_examples=20, deadline=None)
def test_store_and_lake_answer_alike(new_store_url, history, as_of, wanted):
    with new_store_url() as url, TemporaryDirectory() as folder:
        lake, store = Lake(Path(folder) / "bank", "test", "THB"), open_store(url)
        for tables in history:
            lake = append(lake, tables)
            store.load(lake)
        theirs, ours = LakeView(lake, as_of), store.view(as_of)
        store.close()
        assert ours.recorded_seq == theirs.recorded_seq
        assert ours.last_learnt() == theirs.last_learnt()
        for name in drawn.NAMES:
            assert ours.seen_with(name) == theirs.seen_with(name)
        asked = [f"t{number:03}" for number in range(0, 30, 2)]
        assert by_number(ours.complaints(asked)) == by_number(theirs.complaints(asked))
        for ids in (wanted, None):
            assert by_number(ours.accounts(ids)) == by_number(theirs.accounts(ids))
            assert by_number(ours.transactions(ids)) == by_number(theirs.transactions(ids))
            assert by_number(ours.labels(ids)) == by_number(theirs.labels(ids))
            if ids is not None:
                segments = ours.segments(ids).table(TRANSACTION_COLUMNS)
                assert segments == theirs.transactions(ids, TRANSACTION_COLUMNS).combine_chunks()
            for view in (ours, theirs):
                narrow = view.transactions(ids, ["reference_minor", "recorded_seq"])
                assert narrow == view.transactions(ids).select(narrow.column_names)


@given(
    ledger=drawn.ledgers,
    cuts=st.lists(st.integers(0, 30), max_size=4).map(sorted),
    people=drawn.accounts,
    as_of=drawn.moments.map(instant),
    wanted=st.lists(st.sampled_from(drawn.NAMES), min_size=1, unique=True),
)
@settings(max_examples=25, deadline=None)
def test_features_from_the_stores_bytes_equal_those_from_its_rows(
    new_store_url, ledger, cuts, people, as_of, wanted
):
    with new_store_url() as url:
        store = open_store(url)
        store.append("accounts", drawn.account_table(people))
        for first, end in pairwise([0, *cuts, len(ledger)]):
            store.append("transactions", drawn.transaction_table(ledger[first:end]))
        view = store.view(as_of)
        store.close()
        accounts, rows = view.accounts(wanted), view.transactions(wanted, TRANSACTION_COLUMNS)
        segments = view.segments(wanted)
        ids = accounts["account_id"].to_numpy()
        by_rows, by_bytes = (
            compute_events(events, ids, [as_of])
            for events in (lay_out(rows, accounts), online.lay_out(segments, accounts))
        )
        assert by_bytes.account_id.tolist() == by_rows.account_id.tolist()
        assert by_bytes.values.tobytes() == by_rows.values.tobytes()


@given(
    history=histories().flatmap(st.permutations),
    pinned_after=st.integers(0, 3),
    as_of=drawn.moments.map(instant),
    wanted=st.one_of(st.none(), st.lists(st.sampled_from(drawn.NAMES), unique=True)),
)
@settings(max_examples=20, deadline=None)
def test_what_is_recorded_after_a_pin_changes_nothing(
    new_store_url, history, pinned_after, as_of, wanted
):
    with new_store_url() as url, TemporaryDirectory() as folder:
        lake, store = Lake(Path(folder) / "bank", "test", "THB"), open_store(url)
        for tables in history[:pinned_after]:
            lake = append(lake, tables)
        store.load(lake)
        before = (LakeView(lake, as_of), store.view(as_of))
        seen = [everything(view, wanted) for view in before]
        for tables in history[pinned_after:]:
            lake = append(lake, tables)
        store.load(lake)
        pin = before[0].recorded_seq
        again = (LakeView(lake, as_of, pin), store.view(as_of, pin))
        assert [everything(view, wanted) for view in again] == seen
        assert [everything(view, wanted) for view in before[1:]] == seen[1:]
        assert [view.recorded_seq for view in again] == [view.recorded_seq for view in before]
        store.close()


def everything(view, wanted):
    asked = [f"t{number:03}" for number in range(30)]
    rows = view.accounts(wanted), view.transactions(wanted), view.labels(wanted)
    narrow = view.transactions(wanted, ["transaction_id", "known_at"])
    if wanted is not None and (segments := view.segments(wanted)) is not None:
        narrow = segments.table(narrow.column_names)
    told = [*map(by_number, [*rows, view.complaints(asked)]), narrow.combine_chunks()]
    return [*told, view.last_learnt(), *map(view.seen_with, drawn.NAMES)]


def by_number(rows):
    return rows.combine_chunks().sort_by("recorded_seq")


def test_the_drawn_accounts_are_of_the_contract():
    assert drawn.account_table([]).schema.names == ACCOUNTS.arrow.names
