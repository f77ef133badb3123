"""Figures and tables as a page of Markdown shows them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Write the lines of a table."""
    yield f"| {' | '.join(header)} |"
    yield "|" + "---|" * len(header)
    for row in rows:
        yield f"| {' | '.join(row)} |"


def number(value: float | None) -> str:
    """Write a figure; one that does not exist is `none`."""
    return "none" if value is None else f"{value:.4f}"


def share(value: float | None) -> str:
    """Write a share as a percentage."""
    return "none" if value is None else f"{value:.1%}"


def bounded(bounds: Mapping[str, Any]) -> str:
    """Write a figure with its interval; JSON has no infinity, so a missing end is unbounded."""
    value, low, high = (bounds[name] for name in ("value", "low", "high"))
    if value is None or low is None:
        return number(value)
    return f"{number(value)} [{number(low)}, {'unbounded' if high is None else number(high)}]"


def counted(value: float, what: str) -> str:
    """Write a number of things, rounded."""
    return f"{value:,.0f} {what}{'' if round(value) == 1 else 's'}"
