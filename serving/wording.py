"""How numbers, times and foreign text are written for people."""

import unicodedata
from datetime import datetime

from ledger.currencies import EXPONENTS

_FORMULA_SIGNS = ("=", "+", "-", "@")


def major(amount_minor: int, currency: str) -> str:
    """Write an amount in major units for machines, exactly: no float is involved."""
    exponent = EXPONENTS[currency]
    whole, rest = divmod(abs(amount_minor), 10**exponent)
    decimals = f".{rest:0{exponent}}" if exponent else ""
    return f"{'-' if amount_minor < 0 else ''}{whole}{decimals}"


def moment(instant: datetime) -> str:
    """Write an instant to the second: `2025-06-01 00:00:00 UTC`."""
    return f"{instant:%Y-%m-%d %H:%M:%S} UTC"


def counted(count: int, one: str) -> str:
    """Write how many: `1 transaction`, `1,204 transactions`."""
    return f"{count:,} {one if count == 1 else one + 's'}"


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
