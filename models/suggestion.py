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
from models.language import ENGLISH, Language, marked
from models.linked import Linked

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
        unnamed = NO_BASIS if action == "none" else UNNAMED_BASIS
        return (self.legal_basis or {}).get(action, unnamed)


NO_BASIS, UNNAMED_BASIS = marked("none"), marked("to be named by the person who orders it")


@dataclass(frozen=True)
class Because:
    """What a suggestion rests on: behaviour, and money complained of.

    Attributes
    ----------
    band : Band or None
        None for a known mule: its behaviour counts for nothing here.
    received_minor : int
        What was received by transactions whose complaint stands; 0 where none does.
    left_minor : int
        What of it has not been passed on.
    currency : str
        Of both; empty where no complaint stands.
    """

    band: Band | None
    received_minor: int
    left_minor: int
    currency: str

    def words(self, language: Language = ENGLISH) -> str:
        """Tell it in a sentence."""
        values = {"band": language.term("band", self.band)} if self.band else {}
        if self.currency:
            values["received"] = language.money(self.received_minor, self.currency)
            values["left"] = language.money(self.left_minor, self.currency)
        return language.text(_BECAUSE[self.band is not None, bool(self.currency)], **values)


_BECAUSE = {
    (True, False): marked(
        "The behaviour is in the {band} band; no standing complaint concerns money received here."
    ),
    (True, True): marked(
        "The behaviour is in the {band} band; complaints stand about {received} received here, of"
        " which {left} has not been passed on."
    ),
    (False, False): marked(
        "A mule outcome is already known, so what to do about the account is for its case to"
        " decide; no standing complaint concerns money received here."
    ),
    (False, True): marked(
        "A mule outcome is already known, so what to do about the account is for its case to"
        " decide; complaints stand about {received} received here, of which {left} has not been"
        " passed on."
    ),
}
"""Whether the behaviour counts and whether a complaint stands -> the sentence."""


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
    because : Because
    why : str
        `because`, and `release_test`, in English.
    """

    action: Action
    amount_minor: int
    currency: str
    legal_basis: str
    starts_at: datetime | None
    expires_at: datetime | None
    release_test: str
    second_person_required: bool
    because: Because
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
    because = Because(band, linked.received_minor, linked.amount_minor, linked.currency)
    return Suggestion(
        action=action,
        amount_minor=linked.amount_minor if action in _COVERS_MONEY else 0,
        currency=linked.currency,
        legal_basis=policy.basis_of(action),
        starts_at=starts,
        expires_at=starts and starts + policy.duration,
        release_test=RELEASE_TEST[action],
        second_person_required=action == "freeze_account",
        because=because,
        why=because.words(),
    )


def _action(band: Band | None, linked: Linked) -> Action:
    if not linked.is_complained_of:
        return "none" if band in (None, "low") else "monitor"
    if not linked.amount_minor:
        # The money is gone: a measure would harm the holder and return nothing to the victim.
        return "monitor"
    return "freeze_account" if band == "critical" else "hold_amount"


_COVERS_MONEY = frozenset({"hold_amount", "freeze_account"})

RELEASE_TEST: dict[Action, str] = {
    "none": marked("Nothing to release."),
    "monitor": marked(
        "Ends when it expires, unless a complaint about money received here arrives."
    ),
    "hold_amount": marked(
        "Release the amount at once when the complaint is withdrawn, the money has been returned,"
        " or the holder shows what it was paid for."
    ),
    "freeze_account": marked(
        "Release the account at once when the complaint is withdrawn or a second person does not"
        " confirm the freeze; keep at most the linked amount held when the holder shows what the"
        " other money is for."
    ),
}
