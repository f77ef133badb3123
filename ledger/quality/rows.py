"""The rules that each row must meet by itself, generated from a table's contract."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ledger import sql
from ledger.contract import Column, Table, Type

UNREAD = "unread_"
"""What stands before a column's name in the name of the column with the text not read."""

TEXT_LIMIT = 256
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
CLOCK_TOLERANCE = timedelta(days=1)
"""How far a source's clock may run ahead of ours."""

_READABLE = {
    Type.INTEGER: ("is a whole number", "Write digits only, such as 1250."),
    Type.REAL: ("is a number", "Write digits with a decimal point, such as 0.0278."),
    Type.BOOLEAN: ("is true or false", "Write true or false."),
    Type.TIME: (
        "is a time with its zone",
        "Write an existing day and hour as 2024-06-01T09:30:00Z or 2024-06-01T16:30:00+07:00.",
    ),
}
_VALUES_SHOWN = 20
_AMOUNT_CURE = (
    "Write digits and no separator of thousands: minor units as 1250; major units, where the format"
    " or the mapping has them, as 12.50 with at most the decimals of their currency."
)
_SPACE_AROUND = r"^$|^[\s\pZ\p{Cc}\p{Cf}]|[\s\pZ\p{Cc}\p{Cf}]$"
"""Spaces of any alphabet, control characters and those without a width."""


@dataclass(frozen=True)
class RowCheck:
    """A rule about single rows.

    Attributes
    ----------
    rule : str
        What must hold, in words.
    broken : str
        An SQL expression, true for the rows that break it.
    column : str
        The column that a refusal shows.
    cure : str
    """

    rule: str
    broken: str
    column: str
    cure: str


def row_checks(table: Table, held: frozenset[str], now: datetime) -> Iterator[RowCheck]:
    """Generate the checks of a relation that has the columns `held`, at the instant `now`."""
    for column in table:
        may_be_unread = UNREAD + column.name in held
        if may_be_unread:
            yield _readable(column)
        if not column.nullable:
            yield _given(column, may_be_unread=may_be_unread)
        yield from _values(column)
        yield from _bounds(column)
        yield from _of_type(column)
        if column.name == "known_at":
            yield _not_ahead(column, now)
    for rule in table.rules:
        # A missing value is a fault of its own column alone, so it does not break the rule too.
        yield RowCheck(rule.name, f"({rule.sql}) IS FALSE", rule.column, rule.cure)


def _readable(column: Column) -> RowCheck:
    is_money = column.unit.startswith("minor units")
    words, cure = ("is an amount", _AMOUNT_CURE) if is_money else _READABLE[column.type]
    broken = f"{UNREAD}{column.name} IS NOT NULL"
    return RowCheck(f"{column.name} {words}", broken, column.name, cure)


def _given(column: Column, *, may_be_unread: bool) -> RowCheck:
    broken = f"{column.name} IS NULL"
    if may_be_unread:
        broken += f" AND {UNREAD}{column.name} IS NULL"
    return RowCheck(f"{column.name} is given", broken, column.name, f"Give it. {column.about}")


def _values(column: Column) -> Iterator[RowCheck]:
    if not column.values:
        return
    listed = ", ".join(sql.literal(value) for value in column.values)
    shown = ", ".join(column.values)
    if len(column.values) > _VALUES_SHOWN:
        shown = f"the {len(column.values)} codes in docs/tables.md, such as {column.values[0]}"
    yield RowCheck(
        f"{column.name} is one of the values allowed",
        f"{column.name} NOT IN ({listed})",
        column.name,
        f"Use one of {shown}.",
    )


def _bounds(column: Column) -> Iterator[RowCheck]:
    cure = f"Correct it or leave the row out ({column.unit})."
    for words, broken, bound in (
        ("at least", "<", column.minimum),
        ("at most", ">", column.maximum),
    ):
        if bound is not None:
            rule = f"{column.name} is {words} {bound}"
            yield RowCheck(rule, f"{column.name} {broken} {bound}", column.name, cure)


def _of_type(column: Column) -> Iterator[RowCheck]:
    name = column.name
    if column.type is Type.TIME:
        yield RowCheck(
            f"{name} lies between 1990 and 2100",
            f"{name} < {sql.instant(EARLIEST)} OR {name} >= {sql.instant(LATEST)}",
            name,
            "Correct it; all zeros or all nines mean a missing value and should be empty.",
        )
    elif column.type is Type.TEXT and not column.values:
        has_nul = f"contains({name}, chr(0))"
        yield RowCheck(f"{name} has no NUL character", has_nul, name, "Remove the character.")
        if not column.is_prose:
            yield _trimmed(name)
        yield RowCheck(
            f"{name} has at most {TEXT_LIMIT} characters",
            f"length({name}) > {TEXT_LIMIT}",
            name,
            "Shorten it, or look for a quotation mark that does not close.",
        )


def _trimmed(name: str) -> RowCheck:
    return RowCheck(
        f"{name} is not blank and has no space around it",
        f"regexp_matches({name}, {sql.literal(_SPACE_AROUND)})",
        name,
        "Remove spaces and invisible characters around it; a missing value is empty, or null.",
    )


def _not_ahead(column: Column, now: datetime) -> RowCheck:
    latest, limit = sql.instant(now + CLOCK_TOLERANCE), sql.instant(LATEST)
    return RowCheck(
        f"{column.name} is not in the future",
        f"{column.name} > {latest} AND {column.name} < {limit}",
        column.name,
        "A fact cannot have been learnt yet; correct the time or the clock.",
    )
