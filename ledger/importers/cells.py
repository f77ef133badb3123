"""What a column of a contract is filled with, as SQL over a source's rows.

A text is read strictly. One that cannot be read becomes a missing value that carries its text, so
that the checks of `ledger.quality` count it and show it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ledger import sql
from ledger.contract import Table, Type
from ledger.currencies import EXPONENTS
from ledger.importers.delimited import ROW
from ledger.quality import UNREAD

_ZONE = r"(Z|[+-](0\d|1[0-4]):?[0-5]\d)"
_TIME = r"\d{4}-\d{2}-\d{2}[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?"
_PATTERNS = {
    Type.INTEGER: r"-?\d+",
    Type.REAL: r"-?\d+(\.\d+)?([eE][+-]?\d+)?",
    Type.BOOLEAN: "true|false",
    Type.TIME: _TIME + _ZONE,
}
ZONELESS = _TIME
"""Pattern of a time that lacks only its zone."""

DECIMAL = r"-?\d+(\.\d+)?"
"""Pattern of an amount in major units."""


@dataclass(frozen=True)
class Cell:
    """A value as an SQL expression, and the text it is read from where it is."""

    value: str
    text: str = ""


def constant(value: str) -> Cell:
    """Fill with the same text in every row."""
    return Cell(sql.literal(value))


def read(kind: Type, text: str) -> Cell:
    """Read the text expression `text` as a value of a type."""
    if kind is Type.TEXT:
        return Cell(text)
    matched = f"regexp_full_match({text}, {sql.literal(_PATTERNS[kind])})"
    return Cell(f"CASE WHEN {matched} THEN TRY_CAST({text} AS {sql.TYPES[kind]}) END", text)


def minor_units(text: str, currency: str, *, rounded: bool = False) -> Cell:
    """Read an amount in major units as whole minor units.

    Parameters
    ----------
    text, currency : str
        SQL expressions of the amount and of its currency's code.
    rounded : bool
        Whether an amount with more decimals than its currency is rounded; otherwise it is unread.
    """
    decimals = f"rtrim(split_part({text}, '.', 2), '0')"
    exact = (
        f"CASE WHEN length({decimals}) <= {exponent(currency)} THEN TRY_CAST("
        f"split_part({text}, '.', 1) || rpad({decimals}, {exponent(currency)}, '0') AS BIGINT)"
    )
    if rounded:
        exact += f" ELSE TRY_CAST(round({text}::DOUBLE * 10 ** {exponent(currency)}) AS BIGINT)"
    matched = f"regexp_full_match({text}, {sql.literal(DECIMAL)})"
    return Cell(f"CASE WHEN {matched} THEN {exact} END END", text)


def exponent(currency: str) -> str:
    """Write the number of decimals of a currency in SQL; an unknown currency counts as having 2."""
    codes = {
        decimals: ", ".join(sql.literal(code) for code, e in EXPONENTS.items() if e == decimals)
        for decimals in set(EXPONENTS.values()) - {2}
    }
    cases = " ".join(f"WHEN {currency} IN ({listed}) THEN {e}" for e, listed in codes.items())
    return f"(CASE {cases} ELSE 2 END)"


def translated(text: str, words: Mapping[str, str], otherwise: str = "") -> str:
    """Write the translation of a text; one without is kept, for the contract to refuse."""
    cases = " ".join(f"WHEN {sql.literal(a)} THEN {sql.literal(b)}" for a, b in words.items())
    return f"CASE {text} {cases} ELSE {otherwise or text} END" if words else text


def filled(table: Table, cells: Mapping[str, Cell], source: str, row: str = f'"{ROW}"') -> str:
    """Write the query that makes a table of a contract from the rows of `source`.

    Parameters
    ----------
    table : Table
    cells : mapping of str to Cell
        Column of the contract -> its value; a column without takes its default or is missing.
    source : str
        What follows FROM.
    row : str
        SQL expression of the position in the input.
    """
    columns = [f"{row} AS row"]
    for column in table:
        default = Cell(sql.literal(column.default) if column.default else "NULL")
        cell = cells.get(column.name, default)
        columns.append(f"CAST({cell.value} AS {sql.TYPES[column.type]}) AS {column.name}")
        if column.type is not Type.TEXT:
            unread = (
                f"CASE WHEN ({cell.value}) IS NULL THEN {cell.text} END" if cell.text else "NULL"
            )
            columns.append(f"CAST({unread} AS VARCHAR) AS {UNREAD}{column.name}")
    return f"CREATE TABLE {table.name} AS SELECT {', '.join(columns)} FROM {source}"
