"""Suggestions: what a person might do about an account. Nothing here acts.

Behaviour (the band) and money (what is linked to complaints) are kept apart. A shop that took
tainted money in good faith has linked money and a low band: at most that amount is held. Of a known
mule behaviour has nothing to forecast: what to do about the account is for its case to decide, and
only the linked money is left to suggest about.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from models.bands import Band
from models.linked import Linked
from models.wording import money

Action = Literal["none", "monitor", "hold_amount", "freeze_account"]
ACTIONS: tuple[Action, ...] = get_args(Action)
"""From the mildest to the strictest."""


@dataclass(frozen=True)
class Policy:
    """What an institution's own rules say about suggestions.

    Attributes
    ----------
    duration : timedelta
        How long a suggested measure lasts; then it ends by itself.
    legal_basis : mapping of Action to str
        What allows each measure here. The person who orders it checks it.
    """

    duration: timedelta = timedelta(hours=72)
    legal_basis: Mapping[Action, str] | None = None

    def basis_of(self, action: Action) -> str:
        """Name what allows a measure, or that a person must name it."""
        unnamed = "none" if action == "none" else "to be named by the person who orders it"
        return (self.legal_basis or {}).get(action, unnamed)


@dataclass(frozen=True)
class Suggestion:
    """What a person might do, for how long, and what ends it.

    Attributes
    ----------
    action : Action
    amount_minor : int
        Complained-of money still in the account, in minor units; what a hold covers. 0 where none
        is, or nothing is suggested about it.
    currency : str
        Of the amount; empty where no complaint stands.
    legal_basis : str
    starts_at, expires_at : datetime or None
        None where nothing is suggested.
    release_test : str
        What ends the measure before it expires.
    second_person_required : bool
        Whether one person's order is not enough.
    why : str
    """

    action: Action
    amount_minor: int
    currency: str
    legal_basis: str
    starts_at: datetime | None
    expires_at: datetime | None
    release_test: str
    second_person_required: bool
    why: str


def suggest(band: Band | None, linked: Linked, as_of: datetime, policy: Policy) -> Suggestion:
    """Suggest the mildest measure that fits an account's behaviour and its linked money.

    Without a standing complaint, or once its money has left, at most `monitor`. With one, the
    linked amount is held, and only in the critical band is freezing the account suggested; a
    second person must order that.

    Parameters
    ----------
    band : Band or None
        None for a known mule: its behaviour counts for nothing here.
    linked : Linked
    as_of : datetime
    policy : Policy
    """
    action = _action(band, linked)
    starts = None if action == "none" else as_of
    return Suggestion(
        action=action,
        amount_minor=linked.amount_minor if action in _COVERS_MONEY else 0,
        currency=linked.currency,
        legal_basis=policy.basis_of(action),
        starts_at=starts,
        expires_at=starts and starts + policy.duration,
        release_test=_RELEASE_TEST[action],
        second_person_required=action == "freeze_account",
        why=_why(band, linked),
    )


def _action(band: Band | None, linked: Linked) -> Action:
    if not linked.is_complained_of:
        return "none" if band in (None, "low") else "monitor"
    if not linked.amount_minor:
        # The money is gone: a measure would harm the holder and return nothing to the victim.
        return "monitor"
    return "freeze_account" if band == "critical" else "hold_amount"


_COVERS_MONEY = frozenset({"hold_amount", "freeze_account"})

_RELEASE_TEST: dict[Action, str] = {
    "none": "Nothing to release.",
    "monitor": "Ends when it expires, unless a complaint about money received here arrives.",
    "hold_amount": (
        "Release the amount at once when the complaint is withdrawn, the money has been returned,"
        " or the holder shows what it was paid for."
    ),
    "freeze_account": (
        "Release the account at once when the complaint is withdrawn or a second person does not"
        " confirm the freeze; keep at most the linked amount held when the holder shows what the"
        " other money is for."
    ),
}


_LEFT_TO_ITS_CASE = (
    "A mule outcome is already known, so what to do about the account is for its case to decide"
)


def _why(band: Band | None, linked: Linked) -> str:
    behaviour = f"The behaviour is in the {band} band" if band else _LEFT_TO_ITS_CASE
    if not linked.is_complained_of:
        return f"{behaviour}; no standing complaint concerns money received here."
    received = money(linked.received_minor, linked.currency)
    left = money(linked.amount_minor, linked.currency)
    return (
        f"{behaviour}; complaints stand about {received} received here, of which {left} has not"
        " been passed on."
    )
