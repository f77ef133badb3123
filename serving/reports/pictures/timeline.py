"""The timeline: money in and out, day by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

from ledger.currencies import EXPONENTS
from models.language import Language
from serving.reports.flow import Day
from serving.reports.pictures.frame import WIDTH, Mark

_LEFT, _RIGHT = 58.0, 4.0
"""Margins of the timeline."""
_TOP, _HALF = 34.0, 92.0
"""Where the timeline begins, and its height on either side of the axis."""
_DATES_EVERY = 15


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


def timeline(days: Sequence[Day], currency: str, language: Language) -> Timeline:
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
            Mark(
                round(axis - n * tick * scale, 2),
                language.compact(abs(n) * tick / 10 ** EXPONENTS[currency]),
            )
            for n in levels
        ),
        dates=tuple(
            Mark(round(_LEFT + place * pitch, 2), language.short_date(day.starts))
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
