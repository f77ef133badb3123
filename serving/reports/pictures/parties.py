"""The flow picture: who paid an account and whom it paid, as lines as thick as the money."""

from collections.abc import Sequence
from dataclasses import dataclass

from serving.reports.parties import Parties, Party, Side
from serving.reports.pictures.frame import LINE, WIDTH, Mark, shortened
from serving.reports.words import Words

_TOP, _ROW, _BOX_HEIGHT = 26.0, 58.0, 50.0
"""Room for the headings, and heights of a row and of its box."""
_BOX, _ACCOUNT = 226.0, 26.0
"""Widths of a party's box and of the bar that stands for the account."""
_CELLS = 31
"""Most cells in a line of a box, in the widest font to expect."""
_THICKEST, _THINNEST = 36.0, 1.0
"""Of the lines between."""


@dataclass(frozen=True)
class Box:
    """One party, and the line between it and the account.

    Attributes
    ----------
    shape : str
        How its kind is drawn: bank, e_wallet, crypto_wallet, outside, unknown or others.
    name : str
        In full, for whoever looks it up.
    path : str
        Outline of the line.
    is_complained_of : bool
        Whether some of the money stands under a complaint.
    """

    x: float
    y: float
    shape: str
    name: str
    lines: tuple[Mark, ...]
    path: str
    is_complained_of: bool


@dataclass(frozen=True)
class PartiesPicture:
    """Payers left, payees right, the account as a bar between them."""

    height: float
    top: float
    box: float
    box_height: float
    bar_x: float
    bar_width: float
    bar_height: float
    payers: tuple[Box, ...]
    payees: tuple[Box, ...]


@dataclass(frozen=True)
class _Shown:
    """What a box says, before it has a place."""

    shape: str
    name: str
    lines: tuple[str, ...]
    amount: int
    is_complained_of: bool


def parties_picture(parties: Parties, words: Words) -> PartiesPicture:
    """Lay the two sides out on one scale of money."""
    payers, payees = (_shown(side, words) for side in (parties.payers, parties.payees))
    rows = max(len(payers), len(payees), 1)
    bar_height = rows * _ROW - (_ROW - _BOX_HEIGHT)
    total = max(parties.payers.total_minor, parties.payees.total_minor, 1)
    largest = max((each.amount for each in (*payers, *payees)), default=1) or 1
    scale = min(bar_height / total, _THICKEST / largest)
    middle = _TOP + bar_height / 2
    return PartiesPicture(
        height=_TOP + rows * _ROW,
        top=_TOP,
        box=_BOX,
        box_height=_BOX_HEIGHT,
        bar_x=(WIDTH - _ACCOUNT) / 2,
        bar_width=_ACCOUNT,
        bar_height=bar_height,
        payers=_boxes(payers, 0.0, (_BOX, (WIDTH - _ACCOUNT) / 2), scale, middle),
        payees=_boxes(payees, WIDTH - _BOX, (WIDTH - _BOX, (WIDTH + _ACCOUNT) / 2), scale, middle),
    )


def _boxes(
    shown: Sequence[_Shown], x: float, ends: tuple[float, float], scale: float, middle: float
) -> tuple[Box, ...]:
    """Stand boxes below each other; at the bar their lines touch and are centred."""
    thick = [max(_THINNEST, each.amount * scale) for each in shown]
    first = middle - len(shown) * _ROW / 2 + (_ROW - _BOX_HEIGHT) / 2
    at_bar = middle - sum(thick) / 2
    boxes = []
    for row, (each, thickness) in enumerate(zip(shown, thick, strict=True)):
        y = first + row * _ROW
        path = _path(ends, (y + _BOX_HEIGHT / 2, at_bar + thickness / 2), thickness)
        at_bar += thickness
        centre = y + _BOX_HEIGHT / 2 - (len(each.lines) - 1) * LINE / 2
        marks = tuple(
            Mark(centre + n * LINE, shortened(line, _CELLS)) for n, line in enumerate(each.lines)
        )
        boxes.append(Box(x, y, each.shape, each.name, marks, path, each.is_complained_of))
    return tuple(boxes)


def _path(ends: tuple[float, float], middles: tuple[float, float], thickness: float) -> str:
    (x1, x2), (y1, y2), half = ends, middles, thickness / 2
    bend = (x1 + x2) / 2
    return (
        f"M{x1:.1f} {y1 - half:.1f}C{bend:.1f} {y1 - half:.1f} {bend:.1f} {y2 - half:.1f}"
        f" {x2:.1f} {y2 - half:.1f}V{y2 + half:.1f}C{bend:.1f} {y2 + half:.1f}"
        f" {bend:.1f} {y1 + half:.1f} {x1:.1f} {y1 + half:.1f}Z"
    )


def _shown(side: Side, words: Words) -> list[_Shown]:
    shown = [_party(party, words) for party in side.parties]
    if side.others:
        lines = (words.others_together(side), words.amount(side.others_minor))
        shown.append(_Shown("others", "", lines, side.others_minor, is_complained_of=False))
    return shown


def _party(party: Party, words: Words) -> _Shown:
    shape = (party.kind or "unknown") if party.name else "outside"
    lines = (party.name or words.channels(party), words.who(party), words.amount_of(party))
    return _Shown(shape, party.name, lines, party.amount_minor, party.complained_minor > 0)
