"""Colours and text of the report's pictures, on the screen and on paper.

What sets the PDF draws the text of a picture letter by letter, which tears Thai marks from their
letters, and gives a picture nothing of the page's style. So on paper the text of a picture stands
over it as text of the page, and its colours are written out.
"""

from dataclasses import dataclass, field
from typing import Literal

from markupsafe import Markup

from ledger.foreign_text import visible
from serving.reports.pictures.frame import BASELINE, LINE, WIDTH

LIGHT = {
    "ink": "#1b2430", "soft": "#4a5666", "line": "#d5dbe3", "paper": "#ffffff", "wash": "#f4f6f9",
    "mark": "#fff3c4", "for": "#b3261e", "for-wash": "#fbeceb", "against": "#1c5d99",
    "against-wash": "#e9f1f8", "on-tone": "#ffffff", "low": "#3d6b4f", "elevated": "#7a5b00",
    "high": "#a8480a", "critical": "#a3161c", "dot": "#dfe4ea", "rule": "#9aa5b3",
    "received": "#6d9dc5", "paid": "#8b6f9e", "money": "#c3d3e2",
}  # fmt: skip
"""Name of a colour -> how it is on a light page and on paper."""

DARK = {
    "ink": "#e6eaf0", "soft": "#aab4c2", "line": "#3a4452", "paper": "#161b22", "wash": "#222a35",
    "mark": "#4a3f12", "for": "#ff9c93", "for-wash": "#3a1f1e", "against": "#8cc4f5",
    "against-wash": "#16293b", "on-tone": "#10151c", "low": "#8fd0a8", "elevated": "#e6c35c",
    "high": "#ffab73", "critical": "#ff9c9f", "dot": "#39424f", "rule": "#6d7a8c",
    "received": "#6d9dc5", "paid": "#b294c6", "money": "#33506b",
}  # fmt: skip

Medium = Literal["screen", "paper"]

_TEXT = Markup('<text class="{}" text-anchor="{}" x="{:.2f}" y="{:.2f}">{}</text>')
_OVER = Markup('<span class="{} {}" style="{}: {:.3f}%; top: {:.3f}%">{}</span>')


@dataclass
class Lettering:
    """Writes the text of one picture after another."""

    medium: Medium
    _over: list[tuple[float, float, str, str, str]] = field(default_factory=list)

    def colour(self, name: str) -> str:
        """Tell a colour of `LIGHT` as the medium takes it."""
        return f"var(--{name})" if self.medium == "screen" else LIGHT[name]

    def write(
        self, x: float, y: float, words: str, kind: str = "", anchor: str = "start"
    ) -> Markup:
        """Write words into a picture, their middle at the height `y`; on paper, put them aside."""
        if self.medium == "screen":
            return _TEXT.format(kind, anchor, x, y + BASELINE, visible(words))
        self._over.append((x, y, visible(words), kind, anchor))
        return Markup()

    def over(self, height: float) -> Markup:
        """Give out what was put aside, placed over a picture of this height."""
        placed = [
            _placed(x, (y - LINE / 2) / height, words, kind, anchor)
            for x, y, words, kind, anchor in self._over
        ]
        self._over.clear()
        return Markup("\n").join(placed)


def _placed(x: float, top: float, words: str, kind: str, anchor: str) -> Markup:
    if anchor == "end":
        return _OVER.format(kind, anchor, "right", 100 * (1 - x / WIDTH), 100 * top, words)
    # A box as wide as the picture, its middle at x.
    left = x - WIDTH / 2 if anchor == "middle" else x
    return _OVER.format(kind, anchor, "left", 100 * left / WIDTH, 100 * top, words)
