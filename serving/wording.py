"""How numbers, times and foreign text are written for people."""

import unicodedata
from datetime import datetime

from ledger.currencies import EXPONENTS

UNUSUAL = "The model counts this the other way than published red flags do: judge it yourself."
"""Stands beside a reason that does not point where such behaviour usually does."""

_FORMULA_SIGNS = ("=", "+", "-", "@")
_NEARLY_ALL = 0.99
"""No count above this is told: no score is certain."""
_OUT_OF = (100, 1_000, 10_000, 100_000)


def major(amount_minor: int, currency: str) -> str:
    """Write an amount in major units for machines, exactly: no float is involved."""
    exponent = EXPONENTS[currency]
    whole, rest = divmod(abs(amount_minor), 10**exponent)
    decimals = f".{rest:0{exponent}}" if exponent else ""
    return f"{'-' if amount_minor < 0 else ''}{whole}{decimals}"


def rounded(amount_minor: int, currency: str) -> str:
    """Write an amount for an axis: `250k`, `1.5M`."""
    value = amount_minor / 10 ** EXPONENTS[currency]
    for size, letter in ((1e9, "bn"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.3g}{letter}"
    return f"{value:.3g}"


def moment(instant: datetime) -> str:
    """Write an instant to the second: `2025-06-01 00:00:00 UTC`."""
    return f"{instant:%Y-%m-%d %H:%M:%S} UTC"


def signed(value: float) -> str:
    """Write a number with its sign, a real minus and two decimals."""
    written = f"{value:+.2f}".replace("-", "\N{MINUS SIGN}")
    return "0.00" if written.endswith("0.00") and abs(value) < 1 else written


def counted(count: int, one: str) -> str:
    """Write how many: `1 transaction`, `1,204 transactions`."""
    return f"{count:,} {one if count == 1 else one + 's'}"


def percent(share: float) -> str:
    """Write a share of 1 with two significant digits, which no line break tears: `0.36 %`."""
    return f"{100 * share:.2g}\N{NO-BREAK SPACE}%"


def frequency(probability: float) -> str:
    """Write a probability as people read it best, as a count: `31 of 100`.

    References
    ----------
    G. Gigerenzer and U. Hoffrage, "How to improve Bayesian reasoning without instruction:
    Frequency formats", Psychological Review 102 (1995).
    """
    if probability > _NEARLY_ALL:
        return "more than 99 of 100"
    for out_of in _OUT_OF:
        count = round(probability * out_of)
        if count >= 1:
            return f"about {count:,} of {out_of:,}"
    return f"fewer than 1 of {_OUT_OF[-1]:,}"


def others(probability: float) -> str:
    """Write how many of the hundred that `frequency` counts are left; nothing if it counts none."""
    count = round(100 * probability)
    if not count or probability > _NEARLY_ALL:
        return ""
    return f"; the other {100 - count} do not"


def visible(text: str) -> str:
    """Replace characters that hide or reorder text by their code points.

    An account id or a reference is written by strangers: a right-to-left mark could turn it
    around on the page, an escape could command the terminal.
    """
    return "".join(
        f"[U+{ord(character):04X}]" if unicodedata.category(character)[0] == "C" else character
        for character in text
    )


def spreadsheet_safe(text: str) -> str:
    """Write text so that no spreadsheet takes it for a formula.

    References
    ----------
    OWASP, "CSV Injection".
    """
    shown = visible(text)
    starts = unicodedata.normalize("NFKC", shown).lstrip(" '\"")[:1]
    return f"'{shown}" if starts in _FORMULA_SIGNS else shown
