"""The reference set in DuckDB: one SQL query."""

from datetime import datetime

import duckdb
import pyarrow as pa

from benchmarks.feature_peers.reference_set import NAMES, SIDES, WINDOWS
from benchmarks.feature_peers.task import Task, unprepared
from ledger.lake import Lake

_MONTH = list(WINDOWS).index("30d")
_OWN = {"debit": "NOT credit", "credit": "credit"}
_BUCKETS = range(len(WINDOWS))
_COLUMNS = (
    "happened_at, known_at, payer_account, payee_account, reference_minor, source_sequence,"
    " transaction_id"
)


def _database(lake: Lake, kind: str) -> duckdb.DuckDBPyConnection:
    """Open a database whose tables stand in the files, or in memory."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    for table, columns in (("transactions", _COLUMNS), ("accounts", "account_id")):
        files = [str(file) for file in lake.files(table)]
        rows = f"SELECT {columns} FROM read_parquet({files})"  # noqa: S608 paths of our own
        connection.execute(f"CREATE {kind} {table} AS {rows}")
    return connection


def _features(connection: duckdb.DuckDBPyConnection, as_of: datetime) -> pa.Table:
    return connection.sql(_query(), params={"as_of": as_of}).to_arrow_table()


def _query() -> str:
    return f"""
        WITH
        people AS (
            SELECT account_id, (row_number() OVER ())::INTEGER AS account FROM accounts
        ),
        visible AS (
            SELECT *, reference_minor AS amount, {_bucket()} AS bucket
            FROM transactions WHERE happened_at < $as_of AND known_at < $as_of
        ),
        events AS MATERIALIZED (
            SELECT account, payee_account AS who, FALSE AS credit, visible.*
            FROM visible JOIN people ON account_id = payer_account
            UNION ALL
            SELECT account, payer_account AS who, TRUE AS credit, visible.*
            FROM visible JOIN people ON account_id = payee_account
        ),
        added AS (
            SELECT account, credit, bucket, count(*) AS n, sum(amount)::BIGINT AS total,
                max(amount) AS largest, sum(amount::DOUBLE * amount) AS squares
            FROM events GROUP BY ALL
        ),
        totals AS (SELECT account, {_totals()} FROM added GROUP BY account),
        pairs AS (
            SELECT account, who, max(bucket) AS first, count(*) FILTER (bucket <= {_MONTH}) AS met,
                {_each_side("min(bucket) FILTER ({own}) AS last_{side}")}
            FROM events WHERE who IS NOT NULL GROUP BY account, who
        ),
        parties AS (
            SELECT account, sum(met) AS known, sum(met) FILTER (first <= {_MONTH}) AS new,
                {_each("count(*) FILTER (last_{side} <= {window}) AS {side}_parties_{window}")}
            FROM pairs GROUP BY account
        ),
        month AS (
            SELECT account, credit, happened_at, hour(happened_at) < 5 AS at_night,
                min(happened_at) FILTER (NOT credit) OVER (
                    PARTITION BY account ORDER BY happened_at, source_sequence, transaction_id
                    ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
                ) AS paid_at
            FROM events WHERE bucket <= {_MONTH}
        ),
        of_month AS (
            SELECT account, count(*) AS in_month, count(*) FILTER (at_night) AS at_night,
                median(epoch_us(paid_at) - epoch_us(happened_at)) FILTER (credit) AS wait
            FROM month GROUP BY account
        )
        SELECT account_id, {", ".join(_columns())}
        FROM people JOIN totals USING (account)
        LEFT JOIN parties USING (account) LEFT JOIN of_month USING (account)
    """  # noqa: S608 nothing comes from outside


def _bucket() -> str:
    """Tell an event's position of the shortest window that holds it."""
    older = (
        f"(happened_at < $as_of - INTERVAL {length} MICROSECOND)::TINYINT"
        for length in WINDOWS.values()
    )
    return " + ".join(older)


def _totals() -> str:
    return _each(
        "coalesce(sum(n) FILTER ({own} AND bucket <= {window}), 0) AS {side}_count_{window},"
        " coalesce(sum(total) FILTER ({own} AND bucket <= {window}), 0) AS {side}_sum_{window},"
        " max(largest) FILTER ({own} AND bucket <= {window}) AS {side}_max_{window},"
        " sum(squares) FILTER ({own} AND bucket <= {window}) AS {side}_squares_{window}"
    )


def _each_side(text: str) -> str:
    return ", ".join(text.format(side=side, own=_OWN[side]) for side in SIDES)


def _each(text: str) -> str:
    return ", ".join(
        text.format(side=side, own=_OWN[side], window=window)
        for side in SIDES
        for window in _BUCKETS
    )


def _columns() -> list[str]:
    """Derive the features, in their order, from what was counted and added up."""
    columns = {
        "dwell_median_30d": "wait / 60e6",
        "pass_through_30d": f"least(credit_sum_{_MONTH}, debit_sum_{_MONTH})"
        f" / nullif(credit_sum_{_MONTH}, 0)",
        "night_share_30d": "at_night / in_month",
        "new_party_share_30d": "coalesce(new, 0) / nullif(known, 0)",
    }
    for window, name in enumerate(WINDOWS):
        columns[f"out_in_{name}"] = f"debit_sum_{window} / nullif(credit_sum_{window}, 0)"
        for side in SIDES:
            mean = f"{side}_sum_{window} / nullif({side}_count_{window}, 0)"
            spread = f"{side}_squares_{window} / {side}_count_{window} - ({mean}) ** 2"
            columns |= {
                f"{side}_count_{name}": f"{side}_count_{window}",
                f"{side}_sum_{name}": f"{side}_sum_{window}",
                f"{side}_max_{name}": f"{side}_max_{window}",
                f"{side}_mean_{name}": mean,
                f"{side}_std_{name}": f"sqrt(if({spread} < 0, 0, {spread}))",
                f"{side}_parties_{name}": f"coalesce({side}_parties_{window}, 0)",
            }
    return [f"{columns[name]} AS {name}" for name in NAMES]


TASKS = {
    "files": Task(unprepared, lambda lake, as_of: _features(_database(lake, "VIEW"), as_of)),
    "memory": Task(lambda lake: _database(lake, "TABLE"), _features),
}
"""From files and from tables in memory."""
