"""How numbers and times are written for people."""

from datetime import datetime

from ledger.currencies import EXPONENTS


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
