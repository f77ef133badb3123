"""The data sheet of a ledger: what it holds, from when, what is missing, and who made it.

References
----------
T. Gebru et al., "Datasheets for datasets", Communications of the ACM 64 (2021).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from ledger import sql
from ledger.contract import Table
from ledger.lake import Lake
from ledger.schema import TABLES
from ledger.view import instant
from training.evaluation.markdown import share, table

FACTS, PAGE = "data_sheet.json", "data_sheet.md"
_SILENCES = 5


def data_sheet(
    connection: duckdb.DuckDBPyConnection, lake: Lake, held: Sequence[Table]
) -> dict[str, Any]:
    """Describe a ledger whose tables a database shows.

    Returns
    -------
    dict
        `ledger`, `digest`, `made_by` (the simulator or an import format), `reference_currency`,
        `normalisations` of the importer; `tables`: of each `rows`, `parts` (how often facts were
        added), the first and last of its times, and the share `missing` of each column that may be;
        `empty`: tables without a row; `transactions`: `days` from the first to the last, `silent`
        days without any, the longest `silences`, and how `late` they were learnt; `outcomes` by
        their kind.
    """
    return {
        "ledger": lake.name,
        "digest": lake.digest,
        "made_by": lake.source,
        "reference_currency": lake.reference_currency,
        "normalisations": dict(lake.normalisations),
        "tables": {each.name: _table(connection, lake, each) for each in held},
        "empty": [name for name in TABLES if name not in {each.name for each in held}],
        "transactions": _transactions(connection),
        "outcomes": _outcomes(connection, {each.name for each in held}),
    }


def _table(connection: duckdb.DuckDBPyConnection, lake: Lake, held: Table) -> dict[str, Any]:
    nullable = [column.name for column in held if column.nullable]
    times = [name for name in ("happened_at", "known_at") if name in held.arrow.names]
    asked = [f"count({sql.quoted(name)})" for name in nullable]
    asked += [f"epoch_us({end}({name}))" for name in times for end in ("min", "max")]
    query = f"SELECT count(*), {', '.join(asked)}" if asked else "SELECT count(*)"
    rows, *found = _row(connection, f"{query} FROM {held.name}")
    ends = iter(found[len(nullable) :])
    return {
        "about": held.about,
        "rows": rows,
        "parts": sum(part.table == held.name for part in lake.parts),
        **{
            name: [instant(next(ends)).isoformat(), instant(next(ends)).isoformat()]
            for name in times
        },
        "missing": {
            name: 1 - n / rows for name, n in zip(nullable, found[: len(nullable)], strict=True)
        },
    }


def _transactions(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    days, silent = _row(
        connection,
        "SELECT max(day) - min(day) + 1, max(day) - min(day) + 1 - count(*) FROM"
        " (SELECT DISTINCT happened_at::DATE AS day FROM transactions)",
    )
    silences = connection.execute(
        "SELECT day + 1, next - 1, next - day - 1 AS days FROM"
        " (SELECT day, lead(day) OVER (ORDER BY day) AS next FROM"
        " (SELECT DISTINCT happened_at::DATE AS day FROM transactions))"
        f" WHERE next - day > 1 ORDER BY days DESC, day LIMIT {_SILENCES}"
    ).fetchall()
    later, median, slowest = _row(
        connection,
        "SELECT avg((known_at > happened_at)::INT),"
        " median(epoch(known_at) - epoch(happened_at)) / 3600,"
        " quantile_cont(epoch(known_at) - epoch(happened_at), 0.99) / 3600 FROM transactions",
    )
    return {
        "days": days,
        "silent": silent,
        "silences": [[str(first), str(last), n] for first, last, n in silences],
        "late": {"share": later, "median_hours": median, "p99_hours": slowest},
    }


def _outcomes(connection: duckdb.DuckDBPyConnection, held: set[str]) -> dict[str, int]:
    if "labels" not in held:
        return {}
    query = "SELECT outcome, count(*) FROM labels GROUP BY outcome ORDER BY outcome"
    return dict(connection.execute(query).fetchall())


def _row(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    (row,) = connection.execute(query).fetchall()
    return tuple(row)


def write_data_sheet(sheet: Mapping[str, Any], out: Path) -> None:
    """Write a data sheet for machines and as a page of Markdown."""
    (out / FACTS).write_text(json.dumps(sheet, indent=2, allow_nan=False) + "\n")
    (out / PAGE).write_text("\n".join(_lines(sheet)) + "\n")


def _lines(sheet: Mapping[str, Any]) -> Iterator[str]:
    transactions = sheet["transactions"]
    late = transactions["late"]
    yield from (f"# Data sheet of the ledger {sheet['ledger']}", "")
    yield (
        f"Made by: `{sheet['made_by']}`. SHA-256: `{sheet['digest']}`. Reference currency:"
        f" {sheet['reference_currency']}."
    )
    yield ""
    yield (
        f"Transactions happened over {transactions['days']:,} days, none on"
        f" {transactions['silent']:,} of them. {share(late['share'])} were learnt later than they"
        f" happened; half within {late['median_hours']:.1f} hours, 99 % within"
        f" {late['p99_hours']:.1f}."
    )
    if transactions["silences"]:
        yield from ("", "## Days without a transaction", "")
        yield from table(
            ("from", "to", "days"), [list(map(str, each)) for each in transactions["silences"]]
        )
    yield from ("", "## Tables", "")
    yield from table(
        ("table", "rows", "added in parts", "happened", "known"),
        [
            [name, f"{each['rows']:,}", str(each["parts"]), _span(each, "happened_at"),
             _span(each, "known_at")]
            for name, each in sheet["tables"].items()
        ],
    )  # fmt: skip
    yield from ("", f"Without a row: {', '.join(sheet['empty']) or 'none'}.")
    yield from ("", "## Outcomes of investigations", "")
    yield from table(
        ("outcome", "labels"), [[name, f"{n:,}"] for name, n in sheet["outcomes"].items()]
    )
    yield from ("", "## Missing values", "", "Columns that may be missing; all others never are.")
    yield ""
    yield from table(
        ("table", "column", "missing"),
        [
            [name, f"`{column}`", share(missing)]
            for name, each in sheet["tables"].items()
            for column, missing in each["missing"].items()
        ],
    )
    yield from ("", "## What the importer changed", "")
    changed = [f"- {rule}: {n:,} rows" for rule, n in sheet["normalisations"].items()]
    yield from changed or ["Nothing."]


def _span(held: Mapping[str, Any], time: str) -> str:
    return " to ".join(at[:10] for at in held[time]) if time in held else ""
