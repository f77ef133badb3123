"""The words a table contract is written in."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

import pyarrow as pa


class Type(Enum):
    """What a column holds; money and counts are integers, times are UTC microseconds."""

    TEXT = "text"
    INTEGER = "integer"
    REAL = "real"
    BOOLEAN = "boolean"
    TIME = "time"

    @property
    def arrow(self) -> pa.DataType:
        """Type of the column in memory and in Parquet."""
        return _ARROW[self]


_ARROW = {
    Type.TEXT: pa.string(),
    Type.INTEGER: pa.int64(),
    Type.REAL: pa.float64(),
    Type.BOOLEAN: pa.bool_(),
    Type.TIME: pa.timestamp("us", tz="UTC"),
}


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    name : str
    type : Type
    about : str
        What it means, one sentence for the generated documentation.
    nullable : bool
        Whether a value may be missing. A nullable column may be absent from an input.
    unit : str
        Empty where the value has none.
    values : tuple of str
        The only values allowed; empty where any is.
    minimum, maximum : int or None
        Inclusive bounds.
    is_prose : bool
        Whether a text is what a person wrote, with any spaces around it, and no identifier or code.
    default : str or None
        What stands where a required column is absent from an input.
    """

    name: str
    type: Type
    about: str
    nullable: bool = False
    unit: str = ""
    values: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    is_prose: bool = False
    default: str | None = None


@dataclass(frozen=True)
class Rule:
    """A condition that every row must meet, over several of its columns.

    Attributes
    ----------
    name : str
        What must hold, in words.
    sql : str
        The same as an SQL expression; a row breaks the rule where it is false.
    column : str
        The column that a refusal shows.
    cure : str
        What to do about a row that breaks it.
    """

    name: str
    sql: str
    column: str
    cure: str


@dataclass(frozen=True)
class Table:
    """One table of a ledger.

    Attributes
    ----------
    name, about : str
    columns : tuple of Column
    key : tuple of str
        Columns that together are unique.
    rules : tuple of Rule
    may_be_empty : bool
        Whether a ledger may come without it; features that need it are then missing, not 0.
    constant : tuple of str
        Columns that all rows with the same first column of the key share.
    """

    name: str
    about: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rules: tuple[Rule, ...] = ()
    may_be_empty: bool = True
    constant: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Column]:
        """Walk the columns in their order."""
        return iter(self.columns)

    @cached_property
    def arrow(self) -> pa.Schema:
        """Schema of the table in memory and in Parquet."""
        return pa.schema([pa.field(c.name, c.type.arrow, c.nullable) for c in self.columns])

    def column(self, name: str) -> Column:
        """Return the column called `name`."""
        return next(column for column in self.columns if column.name == name)
