"""Patterns of a ledger that outgrows one machine: time is cut, and each slice counts by itself."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from functools import partial
from itertools import starmap

import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as sql
from pyspark.sql.pandas.types import from_arrow_schema

from features.patterns.search import ACCOUNT_VALUES, TRANSACTION_VALUES
from features.patterns.settings import Settings
from features.patterns.slices import SIZES, Slice, Unknown, needed_sql
from features.spark.compute import visible
from features.spark.numbers import number, salt_of
from features.spark.slices import (
    OF_ACCOUNT,
    OF_TRANSACTION,
    UNDECIDED,
    accounts_of,
    transactions_of,
    undecided,
)
from ledger.lake import SEQUENCE
from ledger.order import ORDER
from ledger.view import MICROSECOND, SIDES, microseconds

_COLUMNS = ("recorded_seq", "happened_at", "known_at", "source_sequence", *SIDES)

_BOUNDS = ", ".join(f"{field.name}: bigint" for field in fields(Slice))
_SLICES = f"array<struct<place: int, {_BOUNDS}>>"
"""Numbered slices, as Spark knows them."""

Count = Callable[..., Iterator[pa.RecordBatch]]


def transaction_patterns(transactions: DataFrame, settings: Settings, *, slices: int) -> DataFrame:
    """Count the patterns that each transaction completes, of what was known when it was.

    Parameters
    ----------
    transactions : pyspark.sql.DataFrame
        With the columns of the ledger's table and `recorded_seq`, in any order.
    slices : int
        Into how many slices time is cut, about equally many transactions in each. The result does
        not depend on it.

    Returns
    -------
    pyspark.sql.DataFrame
        The columns of `features.patterns.tables.transaction_patterns`, bit for bit its values; its
        rows have no order.
    """
    transfers = _transfers(transactions, salt_of({"": transactions}, {"": SIDES}))
    cut = _decided(transfers, _cut(transfers, slices, settings), settings, to=("before",))
    counts = _counted(transfers, cut, settings, transactions_of, OF_TRANSACTION)
    ids = transactions.select("transaction_id", SEQUENCE.name)
    return ids.join(counts, SEQUENCE.name).select("transaction_id", *TRANSACTION_VALUES, "cut")


def account_patterns(
    transactions: DataFrame, as_of: datetime, length: timedelta, settings: Settings, *, slices: int
) -> DataFrame:
    """Count the patterns in each account's history at an instant.

    Returns
    -------
    pyspark.sql.DataFrame
        The columns of `features.patterns.tables.account_patterns`, bit for bit its values; its rows
        have no order.
    """
    start = microseconds(as_of) - length // MICROSECOND
    seen = visible(transactions, as_of).where(sql.unix_micros("happened_at") >= start)
    salt = salt_of({"": seen}, {"": SIDES})
    # All of them are known at as_of: none came too late for another.
    transfers = _transfers(seen, salt).withColumn("known_at", sql.lit(0).cast("bigint"))
    cut = _decided(transfers, _cut(transfers, slices, settings), settings, to=("before", "after"))
    counts = _counted(transfers, cut, settings, accounts_of, OF_ACCOUNT)
    total = counts.groupBy("account").agg(*(_total(name) for name in ACCOUNT_VALUES))
    named = seen.select(sql.explode(sql.array(*SIDES)).alias("account_id")).dropna().distinct()
    ids = named.select("account_id", number("account_id", salt).alias("account"))
    at = sql.timestamp_micros(sql.lit(microseconds(as_of))).alias("as_of")
    return ids.join(total, "account").select("account_id", at, *ACCOUNT_VALUES)


def _total(name: str) -> Column:
    return (sql.max if name in SIZES else sql.sum)(name).alias(name)


def _transfers(transactions: DataFrame, salt: int) -> DataFrame:
    """Put numbers in the place of texts; the id stays for the ledger's order."""
    return transactions.select(
        SEQUENCE.name,
        *(sql.unix_micros(name).alias(name) for name in ("happened_at", "known_at")),
        "source_sequence",
        "transaction_id",
        *(number(side, salt).alias(side) for side in SIDES),
    )


def _cut(transfers: DataFrame, slices: int, settings: Settings) -> tuple[Slice, ...]:
    """Cut time where about equally many transactions lie between."""
    shares = [sql.lit(place / slices) for place in range(slices)]
    (found,) = transfers.agg(
        sql.min("happened_at"),
        sql.max("happened_at"),
        sql.percentile_approx("happened_at", sql.array(*shares)),
    ).collect()
    if found[0] is None:
        return ()
    first, last = found[0], found[1] + 1
    starts = sorted({first, *found[2]})
    limits = settings.limits()
    return tuple(
        Slice(start, end, start, end, first, last).reaching(limits.window, limits.dwell)
        for start, end in zip(starts, [*starts[1:], last], strict=True)
    )


def _decided(
    transfers: DataFrame, slices: tuple[Slice, ...], settings: Settings, to: tuple[str, ...]
) -> tuple[Slice, ...]:
    """Widen slices until no chain of theirs goes on beyond what is looked at, to these sides."""
    if "chain" not in settings.families:
        return slices
    decided, chains = list(slices), Settings(**{**vars(settings), "families": ("chain",)})
    left = list(range(len(slices)))
    while left:
        looked_at = [decided[place] for place in left]
        found = _counted(transfers, looked_at, chains, undecided, UNDECIDED)
        unknown = {
            left[row["slice"]]: Unknown(
                **{side: side in to and row[side] for side in Unknown._fields}
            )
            for row in found.collect()
        }
        left = [place for place, sides in unknown.items() if any(sides)]
        for place in left:
            decided[place] = decided[place].wider(unknown[place])
    return tuple(decided)


def _counted(
    transfers: DataFrame,
    slices: Sequence[Slice],
    settings: Settings,
    count: Count,
    gives: pa.Schema,
) -> DataFrame:
    """Give each slice the transactions that it needs, in the ledger's order, and count."""
    every = sql.array(*starmap(_struct, enumerate(slices))).cast(_SLICES)
    # Chosen before they are written out: a row goes to few of many slices.
    chosen = f"explode(filter(every, here -> {needed_sql(settings)}).place) AS slice"
    needed = transfers.withColumn("every", every).selectExpr("transaction_id", *_COLUMNS, chosen)
    order = [sql.col(name).asc_nulls_last() for name in (*ORDER, SEQUENCE.name)]
    parted = needed.repartitionById(max(1, len(slices)), "slice").sortWithinPartitions(*order)
    function = partial(count, slices=tuple(slices), settings=settings)
    return parted.select("slice", *_COLUMNS).mapInArrow(function, from_arrow_schema(gives))


def _struct(place: int, here: Slice) -> Column:
    return sql.struct(*(sql.lit(value) for value in (place, *vars(here).values())))
