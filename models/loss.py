"""Losses: what an account paid by complained-of transactions.

A victim pays as a mule does: to somebody new, at once, all there is. Behaviour does not tell them
apart (docs/adr/0011); a complaint about what the account itself paid does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from models.movements import Movement, most_common_currency


@dataclass(frozen=True)
class Loss:
    """What an account paid by transactions whose complaint stands.

    Attributes
    ----------
    amount_minor : int
        In minor units, less what came back.
    currency : str
        ISO 4217 code.
    last_paid_at : datetime
        When the last of them was paid.
    transaction_ids : tuple of str
        The complained-of transactions, oldest first.
    """

    amount_minor: int
    currency: str
    last_paid_at: datetime
    transaction_ids: tuple[str, ...]


def loss_of(movements: Sequence[Movement], complained: frozenset[str]) -> Loss | None:
    """Add up what an account paid under complaint.

    Parameters
    ----------
    movements : sequence of Movement
        Of the account, oldest first.
    complained : frozenset of str
        Transactions with a standing complaint.

    Returns
    -------
    Loss or None
        Of the currency with most complaints, should there be several. None where nothing was paid
        under complaint, or all of it came back.
    """
    paid = [m for m in movements if not m.received and m.amount and m.transaction_id in complained]
    if not paid:
        return None
    currency = most_common_currency(paid)
    lost = [m for m in paid if m.currency == currency]
    return Loss(
        sum(m.amount for m in lost),
        currency,
        lost[-1].happened_at,
        tuple(m.transaction_id for m in lost),
    )


def is_probable_victim(
    movements: Sequence[Movement], complained: frozenset[str], *, known_mule: bool
) -> bool:
    """Tell whether an account is a victim's, as far as complaints say.

    There is a loss, nothing was received under complaint, also nothing that went back since, and
    the account is no known mule. A mule passes on money that was complained of, and what it paid
    can be complained of as well.
    """
    received = any(m.received and m.transaction_id in complained for m in movements)
    return loss_of(movements, complained) is not None and not received and not known_mule
