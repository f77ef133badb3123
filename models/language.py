"""Languages: messages from their catalogues, numbers and dates as their readers write them.

A message is English text with places for its values, such as `{days} days`; it is its own key in
the catalogue of another language, `languages/CODE.po`. Catalogues are read as they are: nothing
compiled stands beside them that could be older than they are.
"""

import gettext
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache, cached_property
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import (
    format_compact_decimal,
    get_currency_name,
    get_decimal_symbol,
    get_group_symbol,
)

from ledger.currencies import EXPONENTS

CATALOGUES = Path(__file__).parent / "languages"
MINUS = "\N{MINUS SIGN}"

_LOCALES = {"en": "en_GB", "th": "th", "ja": "ja"}
LANGUAGES = tuple(_LOCALES)
"""Codes of the languages, ISO 639, the one that messages are written in first."""


def marked(message: str) -> str:
    """Mark a message for the catalogues where it is declared; it is put into words elsewhere."""
    return message


@dataclass(frozen=True, eq=False)
class Language:
    """One language.

    Attributes
    ----------
    code : str
        One of `LANGUAGES`.
    locale : babel.Locale
        How numbers, dates and names are written.
    catalogue : gettext.NullTranslations
        The messages.
    """

    code: str
    locale: Locale
    catalogue: gettext.NullTranslations

    def text(self, message: str, **values: object) -> str:
        """Put a message into words."""
        return self.catalogue.gettext(message).format(**values)

    def plural(self, one: str, many: str, count: int, **values: object) -> str:
        """Put a message about a number of things into words; `{n}` in it is the number."""
        words = self.catalogue.ngettext(one, many, count)
        return words.format(n=self.number(count), **values)

    def term(self, kind: str, word: str) -> str:
        """Put a word of the ledger or the model into words: ("channel", "cash_deposit")."""
        return self.catalogue.pgettext(kind, word.replace("_", " "))

    def joined(self, parts: Sequence[str]) -> str:
        """List parts as a sentence does: `a, b and c`."""
        return format_list(parts, locale=self.locale)

    def number(self, value: float, decimals: int = 0, sign: str = "") -> str:
        """Write a number with a real minus; minus zero is zero.

        Parameters
        ----------
        sign : str
            `+` writes the sign of positive numbers too.
        """
        # Babel gives the marks and not the number: its formatter takes 30 microseconds for each,
        # and one answer of the service holds a hundred.
        written = f"{round(value, decimals) + 0.0:{sign},.{decimals}f}"
        return written.translate(self._marks)

    def significant(self, value: float) -> str:
        """Write a positive number with two significant digits, without a zero at its end."""
        shortest = Decimal(f"{value:.2g}").normalize()
        return self.number(float(shortest), max(0, -int(shortest.as_tuple().exponent)))

    def exact(self, amount: int, exponent: int) -> str:
        """Write a whole number of the smallest units in units 10**exponent as large, exactly."""
        whole, part = divmod(abs(amount), 10**exponent)
        decimals = f".{part:0{exponent}}" if exponent else ""
        return f"{'-' if amount < 0 else ''}{whole:,}{decimals}".translate(self._marks)

    def compact(self, value: float) -> str:
        """Write a number in little room: 250K, 25万."""
        digits = 0 if value >= 100 else 1
        return str(format_compact_decimal(value, locale=self.locale, fraction_digits=digits))

    def currency(self, code: str) -> str:
        """Name a currency; in English by its code, as the API does."""
        return code if self.code == "en" else get_currency_name(code, locale=self.locale)

    def country(self, code: str) -> str:
        """Name a country; in English by its code, as the API does."""
        return code if self.code == "en" else self.locale.territories.get(code, code)

    def money(self, amount_minor: int, currency: str) -> str:
        """Write an amount in major units with its currency: 1,234.50 THB."""
        return f"{self.exact(amount_minor, EXPONENTS[currency])} {self.currency(currency)}"

    def date(self, instant: datetime) -> str:
        """Write the day of an instant, in Gregorian years: `3 May 2025`."""
        return str(format_date(instant, "long", locale=self.locale))

    def short_date(self, instant: datetime) -> str:
        """Write day and month in little room: `3 May`."""
        pattern = self.locale.datetime_skeletons["MMMd"]
        return str(format_datetime(instant, pattern, locale=self.locale))

    def moment(self, instant: datetime) -> str:
        """Write an instant to the second, with its zone: `3 May 2025, 07:05:00 UTC`."""
        day, time = self.date(instant), f"{instant:%H:%M:%S}"
        return self.text(marked("{day}, {time} UTC"), day=day, time=time)

    @cached_property
    def _marks(self) -> dict[int, str]:
        return str.maketrans(
            {
                ",": get_group_symbol(self.locale),
                ".": get_decimal_symbol(self.locale),
                "-": MINUS,
            }
        )


@cache
def language(code: str) -> Language:
    """Load a language; `code` is one of `LANGUAGES`."""
    return Language(code, Locale.parse(_LOCALES[code]), _catalogue(code))


def _catalogue(code: str) -> gettext.NullTranslations:
    if code == LANGUAGES[0]:
        return gettext.NullTranslations()
    compiled = BytesIO()
    with (CATALOGUES / f"{code}.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=code))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


ENGLISH = language("en")
"""What the service, the worklist and the terminal speak."""
