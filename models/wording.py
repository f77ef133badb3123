"""Values in words: how a person reads a feature's number in a sentence."""

from collections.abc import Callable
from math import isnan

from models.language import ENGLISH, Language


def worded(value: float, unit: str, currency: str, language: Language = ENGLISH) -> str:
    """Write a value as a person reads it.

    Parameters
    ----------
    value : float
        NaN is missing.
    unit : str
        One of `features.feature.UNITS`.
    currency : str
        ISO 4217 code of the reference currency, for money.
    language : Language
    """
    if isnan(value):
        return language.text("not known")
    if unit == "minor units":
        return language.money(round(value), currency)
    return _WORDED[unit](value, language)


def _share(value: float, language: Language) -> str:
    # "100%" and "0%" are claims of all and none: keep them for exactly that.
    if 0 < value < 0.01:
        return language.text("less than 1%")
    if 0.99 < value < 1:
        return language.text("more than 99%")
    return language.text("{percent}%", percent=language.number(100 * value))


def _minutes(value: float, language: Language) -> str:
    if value < 1:
        return language.text("less than a minute")
    if value < 90:
        return language.plural("{n} minute", "{n} minutes", round(value))
    hours = value / 60
    if hours >= 48:
        return _days(hours / 24, language)
    return language.text("{hours} hours", hours=language.significant(hours))


def _days(value: float, language: Language) -> str:
    if 0 < value < 1:
        return _minutes(value * 24 * 60, language)
    return language.plural("{n} day", "{n} days", round(value))


def _times(value: float, language: Language) -> str:
    return language.plural("once", "{n} times", round(value))


def _accounts(value: float, language: Language) -> str:
    return language.plural("{n} account", "{n} accounts", round(value))


def _payments(value: float, language: Language) -> str:
    return language.plural("{n} payment", "{n} payments", round(value))


def _institutions(value: float, language: Language) -> str:
    return language.plural("{n} institution", "{n} institutions", round(value))


def _countries(value: float, language: Language) -> str:
    return language.plural("{n} country", "{n} countries", round(value))


def _devices(value: float, language: Language) -> str:
    return language.plural("{n} device", "{n} devices", round(value))


def _ratio(value: float, language: Language) -> str:
    return language.number(value, 2)


_WORDED: dict[str, Callable[[float, Language], str]] = {
    "share": _share,
    "minutes": _minutes,
    "days": _days,
    "transactions": _times,
    "accounts": _accounts,
    "institutions": _institutions,
    "countries": _countries,
    "devices": _devices,
    "ratio": _ratio,
    "payments": _payments,
    "times": _times,
}
"""Unit -> how it is written."""
