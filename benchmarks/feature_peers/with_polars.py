"""The reference set in Polars: lazy plans for the streaming engine."""

from datetime import datetime, timedelta
from typing import NamedTuple

import polars as pl
from polars import col

from benchmarks.feature_peers.reference_set import MEASURES, NAMES, WINDOWS
from benchmarks.feature_peers.task import Task, unprepared
from ledger.lake import Lake
from ledger.order import ORDER

_COLUMNS = [
    "happened_at", "known_at", "reference_minor", "payer_account", "payee_account",
]  # fmt: skip
_SIDES = {"debit": ~col("credit"), "credit": col("credit")}
_MONTH, _QUARTER = list(WINDOWS).index("30d"), list(WINDOWS).index("90d")
_BUCKETS = tuple(range(len(WINDOWS)))


class Rows(NamedTuple):
    """The tables of a ledger."""

    transactions: pl.LazyFrame
    accounts: pl.LazyFrame


def _stored(lake: Lake) -> Rows:
    files = lake.files("transactions")
    rows = pl.scan_parquet(files)
    # Each part of a lake is written in order.
    rows = rows if len(files) == 1 else rows.sort(ORDER)
    accounts = pl.scan_parquet(lake.files("accounts")).select("account_id")
    return Rows(rows.select(_COLUMNS), accounts)


def _loaded(lake: Lake) -> Rows:
    return Rows(*(table.collect().lazy() for table in _stored(lake)))


def _features(rows: Rows, as_of: datetime) -> pl.DataFrame:
    accounts = rows.accounts.with_row_index("account").collect().lazy()
    events = _events(rows.transactions, accounts, as_of).collect(engine="streaming").lazy()
    month = events.filter(col("bucket") <= _MONTH)
    parts = [_totals(events), _parties(events), _nights(month), _waits(month)]
    table = accounts
    for part in pl.collect_all(parts, engine="streaming"):
        table = table.join(part.lazy(), on="account", how="left")
    active = table.filter(col("events").is_not_null())
    return active.select("account_id", **_columns()).collect(engine="streaming")


def _events(transactions: pl.LazyFrame, accounts: pl.LazyFrame, as_of: datetime) -> pl.LazyFrame:
    """Give each account an event for every visible transaction that touches it.

    Its `bucket` is the position of the shortest window that holds it.
    """
    visible = transactions.filter(col("happened_at") < as_of, col("known_at") < as_of)
    older = [
        (col("happened_at") < as_of - timedelta(microseconds=length)).cast(pl.Int8)
        for length in WINDOWS.values()
    ]
    bucket = pl.sum_horizontal(older)
    sides = [
        visible.with_row_index("position").select(
            "position",
            bucket=bucket,
            at="happened_at",
            credit=pl.lit(own == "payee"),
            amount="reference_minor",
            account_id=f"{own}_account",
            who=f"{other}_account",
        )
        for own, other in (("payer", "payee"), ("payee", "payer"))
    ]
    return pl.concat(sides).join(accounts, on="account_id").drop("account_id")


def _totals(events: pl.LazyFrame) -> pl.LazyFrame:
    """Add up each side in each bucket, then lay the buckets side by side."""
    amount = col("amount")
    added = events.group_by("account", "credit", "bucket").agg(
        count=pl.len(),
        sum=amount.sum(),
        max=amount.max(),
        squares=(amount.cast(pl.Float64) ** 2).sum(),
    )
    return added.group_by("account").agg(
        pl.col("count").sum().alias("events"),
        *(
            _where(own & (col("bucket") <= window), col(what))
            .sum()
            .alias(f"{side}_{what}_{window}")
            for what in ("count", "sum", "squares")
            for side, own in _SIDES.items()
            for window in _BUCKETS
        ),
        *(
            _where(own & (col("bucket") <= window), col("max")).max().alias(f"{side}_max_{window}")
            for side, own in _SIDES.items()
            for window in _BUCKETS
        ),
    )


def _parties(events: pl.LazyFrame) -> pl.LazyFrame:
    """Find when each pair of accounts met first and last, then count the pairs of each account."""
    in_month = col("bucket") <= _MONTH
    pairs = (
        events.filter(col("who").is_not_null())
        .group_by("account", "who")
        .agg(
            *(
                _where(own, col("bucket")).min().alias(f"last_{side}")
                for side, own in _SIDES.items()
            ),
            first=col("bucket").max(),
            met=in_month.sum(),
        )
    )
    return pairs.group_by("account").agg(
        *(
            (col(f"last_{side}") <= window).sum().alias(f"{side}_parties_{window}")
            for side in _SIDES
            for window in _BUCKETS
        ),
        known=col("met").sum(),
        new=_where(col("first") <= _MONTH, col("met")).sum(),
    )


def _nights(month: pl.LazyFrame) -> pl.LazyFrame:
    return month.group_by("account").agg(
        in_month=pl.len(), at_night=(col("at").dt.hour() < 5).sum()
    )


def _waits(month: pl.LazyFrame) -> pl.LazyFrame:
    """Measure the time from each receipt to the payment that follows it."""
    key = col("account").cast(pl.Int64) * 2**32 + col("position")
    ordered = month.select("account", "at", "credit", key=key).sort("key")
    paid_at = _where(~col("credit"), col("at"))
    follows = paid_at.backward_fill().over("account")
    waits = ordered.select("account", "credit", wait=follows - col("at")).filter(col("credit"))
    return waits.group_by("account").agg(wait=col("wait").dt.total_microseconds().median())


def _columns() -> dict[str, pl.Expr]:
    """Derive the features, by name, from what was counted and added up."""
    columns: dict[str, pl.Expr] = {"dwell_median_30d": col("wait") / (60 * 10**6)}
    for position, window in enumerate(WINDOWS):
        for side in _SIDES:
            taken = {what: col(f"{side}_{what}_{position}") for what in MEASURES if what in _TAKEN}
            mean = _divided(taken["sum"], taken["count"])
            spread = _divided(col(f"{side}_squares_{position}"), taken["count"]) - mean**2
            derived = {
                **taken,
                "parties": taken["parties"].fill_null(0),
                "mean": mean,
                "std": spread.clip(lower_bound=0).sqrt(),
            }
            columns |= {f"{side}_{what}_{window}": derived[what] for what in MEASURES}
        columns[f"out_in_{window}"] = _divided(
            col(f"debit_sum_{position}"), col(f"credit_sum_{position}")
        )
    came, went = col(f"credit_sum_{_MONTH}"), col(f"debit_sum_{_MONTH}")
    columns["pass_through_30d"] = _divided(pl.min_horizontal(came, went), came)
    columns["night_share_30d"] = col("at_night") / col("in_month")
    columns["new_party_share_30d"] = _divided(col("new"), col("known"))
    return {name: columns[name] for name in NAMES}


_TAKEN = ("count", "sum", "max", "parties")


def _where(condition: pl.Expr, column: pl.Expr) -> pl.Expr:
    return pl.when(condition).then(column)


def _divided(numerator: pl.Expr, denominator: pl.Expr) -> pl.Expr:
    return pl.when(denominator != 0).then(numerator / denominator)


TASKS = {
    "files": Task(unprepared, lambda lake, as_of: _features(_stored(lake), as_of)),
    "memory": Task(_loaded, _features),
}
"""From files and from frames in memory."""
