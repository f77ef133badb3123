"""The rows of a table in one Parquet file: how they are written, and read back."""

from collections.abc import Sequence
from functools import reduce
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ledger.contract import Table

_GROUP_ROWS = 2**24
"""A group brings its own dictionary of account ids, and to number those of many groups alike takes
longer than to number their rows."""
_BATCH_ROWS = 2**22
_DICTIONARY_BYTES = 2**28
"""Room for the account ids of a row group, some thirteen million of them. A larger dictionary is
given up for plain texts, which take several times as long to read as numbers again."""


class Among(NamedTuple):
    """Which rows are wanted: those that have one of some texts in one of some columns."""

    columns: Sequence[str]
    texts: pa.Array | pa.ChunkedArray


def write(rows: pa.Table, path: Path, table: Table) -> None:
    """Write texts as dictionaries, numbers and times as differences: smaller and faster to read."""
    texts = [field.name for field in rows.schema if coded(field, table) != field]
    numbers = {
        field.name: "DELTA_BINARY_PACKED"
        for field in rows.schema
        if pa.types.is_integer(field.type) or pa.types.is_timestamp(field.type)
    }
    pq.write_table(
        rows, path, compression="zstd", use_dictionary=texts, column_encoding=numbers,
        dictionary_pagesize_limit=_DICTIONARY_BYTES, row_group_size=_GROUP_ROWS,
    )  # fmt: skip


def coded(field: pa.Field, table: Table) -> pa.Field:
    """Let a text outside the key of its table be read as a dictionary."""
    if field.type != pa.string() or field.name in table.key:
        return field
    return field.with_type(pa.dictionary(pa.int32(), pa.string()))


def read(file: Path, schema: pa.Schema, among: Among | None = None) -> pa.Table:
    """Read the columns of a schema; one that a file of an earlier release lacks is missing.

    Rows that are not wanted are left out batch by batch, and so take no memory together.
    """
    written = pq.read_schema(file).names
    asked = dict.fromkeys([*schema.names, *(among.columns if among else ())])
    held = [name for name in asked if name in written]
    texts = {field.name for field in schema if pa.types.is_dictionary(field.type)}
    part = pq.ParquetFile(file, read_dictionary=list(texts.intersection(held)), memory_map=True)
    if among is None:
        rows = part.read(held)
    else:
        # Each batch brings its group's dictionary again, but a whole group could be too large.
        batches = part.iter_batches(_BATCH_ROWS, columns=held)
        pieces = chain([part.read_row_groups([], held)], (pa.table(batch) for batch in batches))
        rows = pa.concat_tables([_kept(piece, among) for piece in pieces])
    for column in schema:
        # Written by an earlier release, before the contract had it.
        if column.name not in written and column.nullable:
            rows = rows.append_column(column, pa.nulls(len(rows), column.type))
    return rows.select(schema.names).cast(schema)


def _kept(rows: pa.Table, among: Among) -> pa.Table:
    wanted = reduce(pc.or_, (_is_among(rows[name], among.texts) for name in among.columns))
    kept = rows.filter(wanted)
    for place, field in enumerate(kept.schema):
        if pa.types.is_dictionary(field.type):
            # With a dictionary of its own: that of the batch may be larger than what is kept.
            anew = kept[place].cast(pa.string()).dictionary_encode()
            kept = kept.set_column(place, field.name, anew)
    return kept


def _is_among(column: pa.ChunkedArray, texts: pa.Array | pa.ChunkedArray) -> pa.ChunkedArray:
    return pa.chunked_array(
        [
            pc.is_in(chunk.dictionary, value_set=texts)
            .take(chunk.indices)
            .fill_null(fill_value=False)
            if pa.types.is_dictionary(column.type)
            else pc.is_in(chunk, value_set=texts)
            for chunk in column.chunks
        ],
        pa.bool_(),
    )


def is_empty(file: Path, column: str) -> bool:
    """Tell whether a file says that a column holds no value; without a word it may hold some."""
    about = pq.read_metadata(file)
    if column not in about.schema.names:
        return True
    place = about.schema.names.index(column)
    groups = [about.row_group(number) for number in range(about.num_row_groups)]
    chunks = [(group.column(place), group.num_rows) for group in groups]
    return all(
        chunk.statistics is not None and chunk.statistics.null_count == rows
        for chunk, rows in chunks
    )
