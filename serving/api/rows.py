"""Rows of the ledger's tables as JSON objects: their models are made from the contracts."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    PlainValidator,
    Strict,
    StringConstraints,
    WithJsonSchema,
    create_model,
)

from ledger.contract import Column, Table, Type

LONGEST_TEXT = 256
ROWS = 1_000
"""Most accounts, transactions or complaints of one request."""

_RFC3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_INT64 = 2**63


def _instant(text: object) -> datetime:
    if not isinstance(text, str) or not _RFC3339.fullmatch(text):
        raise ValueError("Input should be a time with its zone, such as 2025-06-01T09:30:00Z")
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("Input should be a time of the calendar, to the microsecond") from None


Instant = Annotated[
    datetime,
    PlainValidator(_instant),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2025-06-01T09:30:00Z"]}),
]
Text = Annotated[
    str,
    # PostgreSQL cannot store NUL.
    StringConstraints(strict=True, min_length=1, max_length=LONGEST_TEXT, pattern=r"^[^\x00]*$"),
]


class Strictly(BaseModel):
    """A JSON object without fields that the contract does not have."""

    # A text below a field describes it.
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


Row = TypeVar("Row", bound=Strictly)


def at_most(most: int) -> BeforeValidator:
    """Refuse a longer list before its items are looked at, so that refusing it costs nothing."""

    def check(items: object) -> object:
        if isinstance(items, list) and len(items) > most:
            raise ValueError(f"List should have at most {most} items")
        return items

    return BeforeValidator(check)


def row_of(
    table: Table,
    *,
    stamped: Sequence[str],
    example: Mapping[str, JsonValue],
    optional: Sequence[str] = (),
) -> Callable[[type[Row]], type[Row]]:
    """Give a model the fields of one row of a table.

    Parameters
    ----------
    table : Table
    stamped : sequence of str
        Columns that the service fills in and a client may not send.
    example : mapping
        A row for the API's description.
    optional : sequence of str
        Required columns that may be left out of a request.
    """

    def fill(model: type[Row]) -> type[Row]:
        fields: dict[str, Any] = {
            column.name: _field(column, optional=column.nullable or column.name in optional)
            for column in table
            if column.name not in stamped
        }
        filled = create_model(
            model.__name__,
            __base__=model,
            __doc__=table.about,
            __module__=model.__module__,
            **fields,
        )
        filled.model_config["json_schema_extra"] = {"examples": [dict(example)]}
        filled.model_rebuild(force=True)
        return filled

    return fill


def _field(column: Column, *, optional: bool) -> tuple[Any, Any]:
    about = f"{column.about} Unit: {column.unit}." if column.unit else column.about
    kind = _annotation(column)
    if optional:
        return (kind | None, Field(default=None, description=about))
    return (kind, Field(description=about))


def _annotation(column: Column) -> Any:
    if column.values:
        return Literal.__getitem__(column.values)
    if column.type is Type.INTEGER:
        least = -_INT64 if column.minimum is None else column.minimum
        most = _INT64 - 1 if column.maximum is None else column.maximum
        return Annotated[int, Strict(), Field(ge=least, le=most)]
    return _ANNOTATIONS[column.type]


_ANNOTATIONS: dict[Type, Any] = {
    Type.TEXT: Text,
    Type.REAL: Annotated[float, Strict(), Field(allow_inf_nan=False)],
    Type.BOOLEAN: Annotated[bool, Strict()],
    Type.TIME: Instant,
}
