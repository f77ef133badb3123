"""Linked money: what an account received by complained-of transactions and has not passed on.

One hop only: where the money went next is for tracing to say.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from models.movements import Movement, most_common_currency


@dataclass(frozen=True)
class Linked:
    """Complained-of money in one account.

    Attributes
    ----------
    amount_minor : int
        What of it has not been passed on.
    received_minor : int
        What was received by transactions whose complaint stands.
    currency : str
        ISO 4217 code; empty where no complaint stands.
    transaction_ids : tuple of str
        The complained-of transactions, oldest first.
    """

    amount_minor: int = 0
    received_minor: int = 0
    currency: str = ""
    transaction_ids: tuple[str, ...] = ()

    @property
    def is_complained_of(self) -> bool:
        """Whether a complaint stands about money that the account received."""
        return bool(self.transaction_ids)


def linked_money(movements: Sequence[Movement], complained: frozenset[str]) -> Linked:
    """Measure the complained-of money that is still in an account.

    Whatever left the account after a complained-of credit counts as passing that credit on, before
    any other money. So the amount is what must still be there in whichever order money is taken to
    leave: no reading (first in first out, last in first out, in proportion) finds less. It follows
    the complained-of money, and it is the amount that harms an innocent holder least.

    Parameters
    ----------
    movements : sequence of Movement
        Of the account, oldest first.
    complained : frozenset of str
        Transactions with a standing complaint.

    Returns
    -------
    Linked
        Of the currency with most complaints, should there be several.
    """
    received = [m for m in movements if _is_linked(m, complained)]
    if not received:
        return Linked()
    currency = most_common_currency(received)
    return _linked([m for m in movements if m.currency == currency], complained, currency)


def _linked(movements: list[Movement], complained: frozenset[str], currency: str) -> Linked:
    left = received = 0
    ids = []
    for movement in movements:
        if not movement.received:
            left = max(0, left - movement.amount)
        elif _is_linked(movement, complained):
            left += movement.amount
            received += movement.amount
            ids.append(movement.transaction_id)
    return Linked(left, received, currency, tuple(ids))


def _is_linked(movement: Movement, complained: frozenset[str]) -> bool:
    return movement.received and movement.amount > 0 and movement.transaction_id in complained
