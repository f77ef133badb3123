"""Losses: what an account paid by complained-of transactions.

A victim pays as a mule does: to somebody new, at once, all there is. Behaviour does not tell them
apart (docs/adr/0011); a complaint about what the account itself paid does.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from models.linked import Linked
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
    transaction_ids : tuple of str
        The complained-of transactions, oldest first.
    """

    amount_minor: int
    currency: str
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
    paid = [m for m in movements if m.amount < 0 and m.transaction_id in complained]
    if not paid:
        return None
    currency = most_common_currency(paid)
    lost = [m for m in paid if m.currency == currency]
    return Loss(-sum(m.amount for m in lost), currency, tuple(m.transaction_id for m in lost))


def is_probable_victim(loss: Loss | None, linked: Linked, *, known_mule: bool) -> bool:
    """Tell whether an account is a victim's, as far as complaints say.

    It paid under complaint, received nothing under complaint and is no known mule. A mule passes
    on money that was complained of, and what it paid can be complained of as well.
    """
    return loss is not None and not linked.is_complained_of and not known_mule
