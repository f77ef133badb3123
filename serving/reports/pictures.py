"""Geometry of the report's two pictures; their templates only draw it.

All lengths are in units of the picture's own view box, which is `WIDTH` wide.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10
from textwrap import wrap

from serving.reports.document import Day, Step
from serving.wording import rounded

WIDTH = 720.0

_LABELS = 318.0
"""Where the waterfall's labels end and its bars begin."""
_CHARACTERS, _LINE = 38, 13.0
"""Most characters in a line of a label, in the widest font to expect, and the height of one."""
_NUMBERS = 54.0
"""Room for a number right of the bars."""
_ROW, _BAR, _POINT = 30.0, 17.0, 6.0
"""Height of a row and of a bar, and length of an arrow's point."""
_LEFT, _RIGHT = 58.0, 4.0
"""Margins of the timeline."""
_TOP, _HALF = 34.0, 92.0
"""Where the timeline begins, and its height on either side of the axis."""
_DATES_EVERY = 15


@dataclass(frozen=True)
class Mark:
    """A piece of text, and where on an axis it stands."""

    at: float
    label: str


@dataclass(frozen=True)
class Arrow:
    """One step of the waterfall, drawn from its start to its end, with the lines of its label."""

    step: Step
    lines: tuple[Mark, ...]
    middle: float
    points: str
    end_x: float
    number_x: float


@dataclass(frozen=True)
class Waterfall:
    """From the log-odds of the average account to those of this one."""

    height: float
    row: float
    labels_end: float
    base_x: float
    score_x: float
    arrows: tuple[Arrow, ...]


@dataclass(frozen=True)
class Column:
    """One day of the timeline; heights above and below the axis."""

    x: float
    width: float
    received: float
    complained: float
    paid: float


@dataclass(frozen=True)
class Timeline:
    """Money in above the axis, money out below it, one column a day."""

    height: float
    left: float
    right: float
    top: float
    axis: float
    bottom: float
    columns: tuple[Column, ...]
    amounts: tuple[Mark, ...]
    dates: tuple[Mark, ...]


def waterfall(base: float, steps: Sequence[Step]) -> Waterfall:
    """Lay the steps out below each other, each beginning where the last one ended."""
    sums = [base, *(step.end for step in steps)]
    low, high = min(sums), max(sums)
    scale = (WIDTH - _NUMBERS - _LABELS) / ((high - low) or 1.0)

    def x(log_odds: float) -> float:
        return round(_LABELS + (log_odds - low) * scale, 2)

    arrows = tuple(
        _arrow(step, x(step.start), x(step.end), (row + 0.5) * _ROW)
        for row, step in enumerate(steps, start=1)
    )
    return Waterfall(
        height=(len(steps) + 2) * _ROW,
        row=_ROW,
        labels_end=_LABELS - 12,
        base_x=x(base),
        score_x=x(sums[-1]),
        arrows=arrows,
    )


def _arrow(step: Step, start: float, end: float, middle: float) -> Arrow:
    towards = 1 if end >= start else -1
    neck = end - towards * min(_POINT, abs(end - start))
    top, bottom = middle - _BAR / 2, middle + _BAR / 2
    corners = ((start, top), (neck, top), (end, middle), (neck, bottom), (start, bottom))
    points = " ".join(f"{x:g},{y:g}" for x, y in corners)
    return Arrow(step, _lines(step.label, middle), middle, points, end, max(start, end) + 6)


def _lines(label: str, middle: float) -> tuple[Mark, ...]:
    lines = wrap(label, _CHARACTERS)
    first = middle - (len(lines) - 1) * _LINE / 2
    return tuple(Mark(first + n * _LINE, line) for n, line in enumerate(lines))


def timeline(days: Sequence[Day], currency: str) -> Timeline:
    """Lay consecutive days out beside each other on one scale of money."""
    largest = max((max(day.received_minor, day.paid_minor) for day in days), default=0)
    tick = _tick(largest)
    scale = _HALF / max(largest, tick)
    pitch = (WIDTH - _LEFT - _RIGHT) / max(len(days), 1)
    axis = _TOP + _HALF

    def column(place: int, day: Day) -> Column:
        return Column(
            x=round(_LEFT + place * pitch, 2),
            width=round(pitch * 0.78, 2),
            received=round(day.received_minor * scale, 2),
            complained=round(day.complained_minor * scale, 2),
            paid=round(day.paid_minor * scale, 2),
        )

    levels = range(-(largest // tick), largest // tick + 1)
    return Timeline(
        height=axis + _HALF + 26,
        left=_LEFT,
        right=WIDTH - _RIGHT,
        top=_TOP,
        axis=axis,
        bottom=axis + _HALF,
        columns=tuple(column(place, day) for place, day in enumerate(days)),
        amounts=tuple(
            Mark(round(axis - n * tick * scale, 2), rounded(abs(n) * tick, currency))
            for n in levels
        ),
        dates=tuple(
            Mark(round(_LEFT + place * pitch, 2), f"{day.starts:%-d %b}")
            for place, day in enumerate(days)
            if place % _DATES_EVERY == 0
        ),
    )


def _tick(largest: int) -> int:
    """Return 1, 2 or 5 times a power of ten so that one to four ticks fit below `largest`."""
    if largest < 1:
        return 1
    power = int(10 ** floor(log10(largest)))
    return next(
        (tick for tick in (power // 2, power, 2 * power) if tick >= 1 and largest // tick <= 3),
        power * 5,
    )
