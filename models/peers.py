"""Peers: the accounts that a value is compared with."""

from bisect import bisect
from dataclasses import dataclass, replace
from math import isnan

from models.language import ENGLISH, Language, marked

AGE_BANDS = (
    marked("under 90 days old"),
    marked("90 days to 1 year old"),
    marked("1 to 3 years old"),
    marked("3 years old or more"),
)
_STARTS = (90, 365, 3 * 365)
"""Days at which the second and later bands start."""

_KINDS = {
    "bank": marked("bank accounts"),
    "e_wallet": marked("e-wallets"),
    "crypto_wallet": marked("crypto wallets"),
}


@dataclass(frozen=True)
class Peers:
    """Accounts alike in what is named here; None is any, or not known.

    Attributes
    ----------
    kind : str or None
        Of the account.
    age : str or None
        One of `AGE_BANDS`.
    country : str or None
        Of the institution, ISO 3166.
    """

    kind: str | None = None
    age: str | None = None
    country: str | None = None

    @property
    def groups(self) -> "tuple[Peers, ...]":
        """The groups it belongs to, the narrowest first and every account last.

        The country is left open before the age: how long an account exists shapes more what it
        does.
        """
        narrow = (self, replace(self, country=None))
        return tuple(dict.fromkeys((*narrow, *self.groups_of_any_age)))

    @property
    def groups_of_any_age(self) -> "tuple[Peers, ...]":
        """Those of them that leave the age open."""
        return tuple(dict.fromkeys((replace(self, age=None), Peers(self.kind), EVERY)))

    def words(self, language: Language = ENGLISH) -> str:
        """Who they are, as a sentence names them."""
        known = {"kind": language.text(_KINDS.get(self.kind or "", marked("accounts")))}
        if self.age:
            known["age"] = language.text(self.age)
        if self.country:
            known["country"] = language.country(self.country)
        return language.text(_PATTERNS[self.age is not None, bool(self.country)], **known)


_PATTERNS = {
    (True, True): marked("{kind} {age} in {country}"),
    (True, False): marked("{kind} {age}"),
    (False, True): marked("{kind} in {country}"),
    (False, False): marked("{kind}"),
}
"""Whether age and country are known -> how peers are named."""

EVERY = Peers()
"""Every account."""


@dataclass(frozen=True)
class Place:
    """Where a value stands among the account's peers.

    Attributes
    ----------
    peers : Peers
        Whom it is compared with.
    accounts, compared : int
        How many they are, and how many of them have a value.
    below, above : float
        Percentages of those below and above the value; NaN where it is missing or no peer has one.
    """

    peers: Peers
    accounts: int
    compared: int
    below: float
    above: float

    @property
    def percentile(self) -> float:
        """The percentage of peers below the value, counting half of those that equal it."""
        return (self.below + 100 - self.above) / 2


def peers_of(kind: str | None, country: str | None, age_days: float) -> Peers:
    """Name the narrowest peers of an account; an age of NaN is not known."""
    age = None if isnan(age_days) else AGE_BANDS[bisect(_STARTS, age_days)]
    return Peers(kind, age, country)
