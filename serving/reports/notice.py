"""The notice to an account's holder: what is done, until when, and how to object.

It is made from a report but holds only what the holder may be told. No score, no other party, no
complaint, nothing that is typical of others, and none of the behaviours that published red flags
name: a page made of it cannot show what it does not hold.
"""

from dataclasses import dataclass
from datetime import datetime

from features.typologies import TYPOLOGIES
from ledger.errors import MuleriskError
from models.suggestion import Action
from serving.reports.document import Account, ReportDocument, ShownReason

TOLD = 4
"""At most so many facts of one behaviour."""


class NoticeRefused(MuleriskError):
    """There is nothing that the holder of an account may be told."""


@dataclass(frozen=True)
class Fact:
    """What the account shows of one feature."""

    feature: str
    value: float


@dataclass(frozen=True)
class Considered:
    """One behaviour that was looked at, with its facts."""

    typology: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Notice:
    """What the holder is told.

    Attributes
    ----------
    action : Action
        `hold_amount` or `freeze_account`.
    amount_minor : int
        What is held, in minor units of `currency`.
    legal_basis : str
    considered : tuple of Considered
        In the catalogue's order: the order of their weight would tell what weighs.
    contact : str
        Where the holder can object.
    reference_currency : str
        ISO 4217 code of the amounts in facts.
    """

    account: Account
    action: Action
    amount_minor: int
    currency: str
    starts_at: datetime
    expires_at: datetime
    legal_basis: str
    considered: tuple[Considered, ...]
    contact: str
    reference_currency: str


def notice_of(document: ReportDocument, contact: str) -> Notice:
    """Keep of a report what its account's holder may be told.

    Raises
    ------
    NoticeRefused
        If nothing is suggested that the holder would notice: being told of being watched would
        itself tip off.
    """
    suggestion = document.suggestion
    starts, expires = suggestion.starts_at, suggestion.expires_at
    if suggestion.action in ("none", "monitor") or not (starts and expires):
        raise NoticeRefused(
            f"The suggestion is {suggestion.action}, which the holder would not notice, so there is"
            " nothing to tell: a notice would itself tip off. Write one only for hold_amount or"
            " freeze_account."
        )
    return Notice(
        account=document.account,
        action=suggestion.action,
        amount_minor=suggestion.amount_minor,
        currency=suggestion.currency,
        starts_at=starts,
        expires_at=expires,
        legal_basis=suggestion.legal_basis,
        considered=_considered(document.reasons),
        contact=contact,
        reference_currency=document.flow.currency,
    )


def _considered(reasons: tuple[ShownReason, ...]) -> tuple[Considered, ...]:
    told = {reason.typology: reason for reason in reasons}
    return tuple(
        Considered(
            name, tuple(Fact(detail.feature, detail.value) for detail in told[name].details[:TOLD])
        )
        for name, typology in TYPOLOGIES.items()
        if typology.disclosable and name in told
    )
