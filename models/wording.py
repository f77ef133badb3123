"""Values in words: how a person reads a feature's number in a sentence."""

from collections.abc import Callable
from math import isnan

from ledger.currencies import EXPONENTS

MISSING = "not known"


def worded(value: float, unit: str, currency: str) -> str:
    """Write a value as a person reads it.

    Parameters
    ----------
    value : float
        NaN is missing.
    unit : str
        One of `features.feature.UNITS`.
    currency : str
        ISO 4217 code of the reference currency, for money.
    """
    if isnan(value):
        return MISSING
    if unit == "minor units":
        return money(round(value), currency)
    return _WORDED[unit](value).replace("-", "\N{MINUS SIGN}")


def money(amount_minor: int, currency: str) -> str:
    """Write an amount in major units with its currency: 1,234.50 THB."""
    exponent = EXPONENTS[currency]
    whole, part = divmod(abs(amount_minor), 10**exponent)
    decimals = f".{part:0{exponent}}" if exponent else ""
    sign = "\N{MINUS SIGN}" if amount_minor < 0 else ""
    return f"{sign}{whole:,}{decimals} {currency}"


def decimal(value: float) -> str:
    """Write a number with two decimals and a real minus; minus zero is zero."""
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "\N{MINUS SIGN}")


def _share(value: float) -> str:
    # "100%" and "0%" are claims of all and none: keep them for exactly that.
    if 0 < value < 0.01:
        return "less than 1%"
    if 0.99 < value < 1:
        return "more than 99%"
    return f"{100 * value:.0f}%"


def _minutes(value: float) -> str:
    if value < 1:
        return "less than a minute"
    if value < 90:
        return _counted(round(value), "minute", "minutes")
    hours = value / 60
    return f"{hours:.2g} hours" if hours < 48 else _days(hours / 24)


def _days(value: float) -> str:
    if 0 < value < 1:
        return _minutes(value * 24 * 60)
    return _counted(round(value), "day", "days")


def _times(value: float) -> str:
    return "once" if value == 1 else f"{value:,.0f} times"


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


_WORDED: dict[str, Callable[[float], str]] = {
    "share": _share,
    "minutes": _minutes,
    "days": _days,
    "transactions": _times,
    "accounts": lambda value: _counted(round(value), "account", "accounts"),
    "institutions": lambda value: _counted(round(value), "institution", "institutions"),
    "countries": lambda value: _counted(round(value), "country", "countries"),
    "ratio": decimal,
}
"""Unit -> how it is written."""
