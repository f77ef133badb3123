"""Peers: the accounts that a value is compared with."""

from bisect import bisect
from dataclasses import dataclass, replace
from math import isnan

AGE_BANDS = (
    "under 90 days old",
    "90 days to 1 year old",
    "1 to 3 years old",
    "3 years old or more",
)
_STARTS = (90, 365, 3 * 365)
"""Days at which the second and later bands start."""

_KINDS = {"bank": "bank accounts", "e_wallet": "e-wallets", "crypto_wallet": "crypto wallets"}


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

    @property
    def words(self) -> str:
        """Who they are, as a sentence names them."""
        place = self.country and f"in {self.country}"
        parts = (_KINDS.get(self.kind or "", "accounts"), self.age, place)
        return " ".join(part for part in parts if part)


EVERY = Peers()
"""Every account."""


def peers_of(kind: str | None, country: str | None, age_days: float) -> Peers:
    """Name the narrowest peers of an account; an age of NaN is not known."""
    age = None if isnan(age_days) else AGE_BANDS[bisect(_STARTS, age_days)]
    return Peers(kind, age, country)
