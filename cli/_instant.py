"""Instants on the command line."""

from datetime import UTC, datetime
from typing import Any

import click


class Instant(click.ParamType[datetime]):
    """An instant in ISO 8601 with its zone."""

    name = "instant"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read an instant and state it in UTC."""
        cure = "write it as 2025-06-01T00:00:00Z"
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no instant; {cure}", param, ctx)
        if instant.tzinfo is None:
            self.fail(f"{value!r} has no zone; {cure}", param, ctx)
        try:
            return instant.astimezone(UTC)
        except OverflowError:
            self.fail(f"{value!r} lies outside the years 1 to 9999; {cure}", param, ctx)
