"""The waterfall: how a score is made up, from the average account to this one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from serving.reports.document import Step
from serving.reports.pictures.frame import WIDTH, Mark, lines

_LABELS = 318.0
"""Where the waterfall's labels end and its bars begin."""
CELLS = 38
"""Most cells in a line of a label, in the widest font to expect."""
_NUMBERS = 54.0
"""Room for a number right of the bars."""
_ROW, _BAR, _POINT = 30.0, 17.0, 6.0
"""Height of a row and of a bar, and length of an arrow's point."""


@dataclass(frozen=True)
class Arrow:
    """One step of the waterfall, drawn from its start to its end, with the lines of its label."""

    step: Step
    label: str
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


def waterfall(base: float, steps: Sequence[Step], label: Callable[[Step], str]) -> Waterfall:
    """Lay the steps out below each other, each beginning where the last one ended."""
    sums = [base, *(step.end for step in steps)]
    low, high = min(sums), max(sums)
    scale = (WIDTH - _NUMBERS - _LABELS) / ((high - low) or 1.0)

    def x(log_odds: float) -> float:
        return round(_LABELS + (log_odds - low) * scale, 2)

    arrows = tuple(
        _arrow(step, label(step), x(step.start), x(step.end), (row + 0.5) * _ROW)
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


def _arrow(step: Step, label: str, start: float, end: float, middle: float) -> Arrow:
    towards = 1 if end >= start else -1
    neck = end - towards * min(_POINT, abs(end - start))
    top, bottom = middle - _BAR / 2, middle + _BAR / 2
    corners = ((start, top), (neck, top), (end, middle), (neck, bottom), (start, bottom))
    points = " ".join(f"{x:g},{y:g}" for x, y in corners)
    return Arrow(step, label, lines(label, CELLS, middle), middle, points, end, max(start, end) + 6)
