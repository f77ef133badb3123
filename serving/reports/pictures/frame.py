"""What the report's pictures share: how wide they are, and how text is broken into lines.

A picture's module computes the geometry; its template in `template/` only draws it. All lengths are
in units of the picture's own view box, which is `WIDTH` wide.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

WIDTH = 720.0
LINE = 14.0
"""Height of a line of text: room for the marks above and below Thai letters."""

BASELINE = 4.4
"""From the middle of a line of text down to where its letters stand."""


@dataclass(frozen=True)
class Mark:
    """A piece of text, and where on an axis it stands."""

    at: float
    label: str


def lines(text: str, cells: int, middle: float) -> tuple[Mark, ...]:
    """Break text into lines of at most `cells` and stand them around `middle`."""
    broken = wrapped(text, cells)
    first = middle - (len(broken) - 1) * LINE / 2
    return tuple(Mark(first + n * LINE, line) for n, line in enumerate(broken))


def wrapped(text: str, cells: int) -> list[str]:
    """Break text where its script allows: at spaces, and between the letters of Japanese.

    A piece that is too long by itself has a line of its own.
    """
    broken = [""]
    for piece in _pieces(text):
        if broken[-1] and width(broken[-1] + piece.rstrip()) > cells:
            broken[-1] = broken[-1].rstrip()
            broken.append("")
        broken[-1] += piece
    return [line.rstrip() for line in broken]


def width(text: str) -> int:
    """Count the cells that text takes: two for a wide letter, none for a mark on another."""
    return sum(
        0 if unicodedata.category(letter) == "Mn" else 1 + (_is_wide(letter)) for letter in text
    )


def shortened(text: str, cells: int) -> str:
    """Cut text to so many cells, with an ellipsis for what is left out."""
    if width(text) <= cells:
        return text
    while width(text) > cells - 1:
        text = text[:-1]
    return f"{text}\N{HORIZONTAL ELLIPSIS}"


_NEVER_FIRST = "、。，．・：；？！）」』】ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ"
"""Marks and small letters that begin no line of Japanese."""


def _pieces(text: str) -> Iterable[str]:
    """Cut text where a line may end; a piece keeps the space after it."""
    pieces: list[str] = []
    for piece in re.findall(r"[^\s\u3000-\u9fff\uff00-\uffef]+\s*|\S\s*", text):
        if pieces and piece[0] in _NEVER_FIRST:
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"
