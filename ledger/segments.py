"""An account's transactions as bytes: how a segment is packed, and how it is read back.

A row of the table of transactions costs a look-up and a Python value for each of its columns. A
segment is read at once and used as it stands. Texts are numbers in it (`ledger.store.texts`), equal
where the texts are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ledger.order import LAST, ORDER, in_order, times_rise
from ledger.schema import CHANNELS, TRANSACTIONS
from ledger.view import are_visible

NUMBERED = (
    "payer_account", "payee_account", "payer_institution", "payee_institution", "payer_country",
    "payee_country", "device_id",
)  # fmt: skip
"""Columns that are kept as numbers."""

INTEGERS = ("recorded_seq", "happened_at", "known_at", "reference_minor", "source_sequence")

RECORD = np.dtype(
    [
        *((name, np.int64) for name in INTEGERS),
        *((name, np.int32) for name in NUMBERED),
        ("channel", np.int8),
        ("has_sequence", np.bool_),
        ("is_reversal", np.bool_),
    ],
    align=True,
)
"""One transaction: `channel` is the position in `ledger.schema.CHANNELS`, to which others may only
be added at the end; `NONE` where the contract does not know it."""

SIZE = 128
"""Transactions of a full segment. Each append writes an account's last one anew."""

NONE = -1
"""Stands for a text that is missing."""

END = b"\0"
"""Ends each id: no text of a ledger holds one."""

_CHANNELS = pa.array(CHANNELS)

Segment = tuple[bytes, bytes, bytes]
"""Records; their ids; of those that are reversals, the ids of what they reverse."""

EMPTY: Segment = (b"", b"", b"")

Found = tuple[str, int, bytes, bytes, bytes]
"""A segment, after its account and the number of that."""


class Unpacked(NamedTuple):
    """Transactions as a segment is made of them; arrays of length n.

    Attributes
    ----------
    records : RECORD
    ids : object
        Bytes, as `in_bytes` gives them.
    reverses : object
        What each takes back; None for most.
    """

    records: NDArray[np.void]
    ids: NDArray[np.object_]
    reverses: NDArray[np.object_]

    @classmethod
    def of(cls, segment: Segment) -> "Unpacked":
        """Unpack a segment."""
        records = np.frombuffer(segment[0], RECORD)
        reverses = np.full(len(records), None)
        reverses[records["is_reversal"]] = _objects(_parted(segment[2:]))
        return cls(records, _objects(_parted(segment[1:2])), reverses)

    def packed(self) -> Segment:
        """Pack them into a segment."""
        reverses = self.reverses[self.records["is_reversal"]]
        return self.records.tobytes(), _ended(self.ids), _ended(reverses)

    def taken(self, rows: NDArray[np.int64] | slice) -> "Unpacked":
        """Pick some of them."""
        return Unpacked._make(column[rows] for column in self)

    def and_then(self, others: "Unpacked") -> "Unpacked":
        """Put others after them."""
        # As bytes: for records numpy would look for a common type of each field first.
        records = np.frombuffer(self.records.tobytes() + others.records.tobytes(), RECORD)
        ids, reverses = map(np.concatenate, zip(self[1:], others[1:], strict=True))
        return Unpacked(records, ids, reverses)


def in_bytes(texts: pa.ChunkedArray) -> NDArray[np.object_]:
    """Turn texts into bytes; missing ones are None."""
    return _objects(texts.cast(pa.binary()).to_pylist())


class Directory(Protocol):
    """What numbers stand for."""

    def numbers(self, texts: Sequence[str]) -> Mapping[str, int]:
        """Give each of these texts its number; those without one are left out."""

    def texts(self, numbers: Sequence[int]) -> Mapping[int, str]:
        """Give each of these numbers its text."""


@dataclass(frozen=True, eq=False)
class Segments:
    """Transactions of some accounts that are visible at an instant.

    Attributes
    ----------
    accounts : mapping of str to int
        Number of each account that has a segment.
    held : sequence of Segment
        Whole segments, with what is not visible too.
    shown : int64, shape (n,)
        Which of their records are visible: each transaction once, in the ledger's order.
    records : RECORD, shape (n,)
        Those.
    directory : Directory
    """

    accounts: Mapping[str, int]
    held: Sequence[Segment]
    shown: NDArray[np.int64]
    records: NDArray[np.void]
    directory: Directory

    def table(self, columns: Sequence[str]) -> pa.Table:
        """Give the visible transactions with these columns, as `LedgerView.transactions` does."""
        schema = pa.schema([TRANSACTIONS.arrow.field(name) for name in columns])
        return pa.table([self._column(field) for field in schema], schema)

    def _column(self, field: pa.Field) -> pa.Array:
        if field.name == "transaction_id":
            return _ids(self.held).take(pa.array(self.shown))
        if field.name == "reverses":
            return self._reverses
        if field.name in NUMBERED:
            return self._texts[field.name]
        if field.name == "channel":
            channel = self.records["channel"]
            return _CHANNELS.take(pa.array(channel, mask=channel == NONE))
        values = self.records[field.name]
        is_sequence = field.name == "source_sequence"
        missing = ~self.records["has_sequence"] if is_sequence else values == LAST
        return pa.array(values, mask=missing).cast(field.type)

    @cached_property
    def _texts(self) -> dict[str, pa.Array]:
        numbers = np.concatenate([self.records[name] for name in NUMBERED])
        coded = pa.array(numbers, mask=numbers == NONE).dictionary_encode()
        distinct = coded.dictionary.to_numpy().tolist()
        text_of = self.directory.texts(distinct)
        dictionary = pa.array([text_of[number] for number in distinct], pa.string())
        texts = dictionary.take(coded.indices)
        rows = len(self.shown)
        return {name: texts.slice(at * rows, rows) for at, name in enumerate(NUMBERED)}

    @cached_property
    def _reverses(self) -> pa.Array:
        if not self.records["is_reversal"].any():
            return pa.nulls(len(self.shown), pa.string())
        is_reversal = _records(self.held)["is_reversal"]
        place = np.cumsum(is_reversal) - 1
        named = pa.array(place, mask=~is_reversal).take(pa.array(self.shown))
        return _texts_of([reversed_ids for _, _, reversed_ids in self.held]).take(named)


def read(found: Sequence[Found], recorded_seq: int, as_of: int, directory: Directory) -> Segments:
    """Find what is visible in segments.

    Parameters
    ----------
    found : sequence of Found
    recorded_seq : int
        What was recorded later is not visible.
    as_of : int, microseconds since 1970 UTC
    directory : Directory
    """
    held = [(rows, ids, reverses) for _, _, rows, ids, reverses in found]
    records = _records(held)
    recorded = records["recorded_seq"]
    shown = np.flatnonzero(
        are_visible(records["happened_at"], records["known_at"], as_of) & (recorded <= recorded_seq)
    )
    if (np.diff(recorded[shown]) <= 0).any():
        # Of several accounts: a transaction between two of them stands in the segments of both.
        shown = shown[np.unique(recorded[shown], return_index=True)[1]]
    shown = _in_order(records, held, shown)
    accounts = {account: number for account, number, *_ in found}
    return Segments(accounts, held, shown, records.take(shown), directory)


def _in_order(
    records: NDArray[np.void], held: Sequence[Segment], rows: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Put rows in the ledger's order; only where times do not tell are ids looked at."""
    happened_at, sequence = (records[name][rows] for name in ("happened_at", "source_sequence"))
    if times_rise(happened_at, sequence):
        return rows
    order = np.lexsort((sequence, happened_at))
    if times_rise(happened_at[order], sequence[order]):
        return rows[order]
    given = records["has_sequence"][rows]
    ids = _ids(held).take(pa.array(rows))
    columns = [happened_at, pa.array(sequence, mask=~given), ids, rows]
    return np.asarray(in_order(pa.table(columns, [*ORDER, "row"]))["row"])


def _records(held: Sequence[Segment]) -> NDArray[np.void]:
    return np.frombuffer(b"".join(records for records, _, _ in held), RECORD)


def _ids(held: Sequence[Segment]) -> pa.Array:
    return _texts_of([ids for _, ids, _ in held])


def _texts_of(ended: Sequence[bytes]) -> pa.Array:
    return pa.array(_parted(ended), pa.binary()).cast(pa.string())


def _ended(texts: NDArray[np.object_]) -> bytes:
    return b"".join(text + END for text in texts)


def _parted(ended: Sequence[bytes]) -> list[bytes]:
    """Part what `_ended` put one after the other."""
    return b"".join(ended).split(END)[:-1]


def _objects(values: Sequence[bytes | None]) -> NDArray[np.object_]:
    objects = np.empty(len(values), object)
    objects[:] = values
    return objects
