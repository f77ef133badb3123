"""What each mule does in its schemes, as whoever investigates it reads it from its payments."""

import numpy as np

from ledger.schema import Role
from training.simulator.laundering import Laundering
from training.simulator.payments import CASH, MERCHANT, Integers, Whether
from training.simulator.people.wallets import CRYPTO_WALLET
from training.simulator.population import Population


def role_of(accounts: Population, laundering: Laundering, mule: int, until: int) -> Role:
    """Name a mule's role by where most of the laundered money went, or else came from.

    Parameters
    ----------
    until : int
        When the investigation ends, in seconds since the origin; it knows no later payment.

    Returns
    -------
    str
        `cash_out` if more than half of what it paid out was taken in cash, `merchant_exit` if more
        than half bought goods or crypto. Otherwise most went to other accounts, or stays:
        `collector` if more than half of what it received came from victims, and `relay` if not.
    """
    p = laundering.payments
    out, received = ((p.at < until) & (account == mule) for account in (p.payer, p.payee))
    if _is_most(p.amount, out & (p.payee == CASH), out):
        return "cash_out"
    if _is_most(p.amount, out & _sells(accounts, p.payee), out):
        return "merchant_exit"
    return "collector" if _is_most(p.amount, received & laundering.is_fraud, received) else "relay"


def _sells(accounts: Population, payee: Integers) -> Whether:
    """Tell which payees sell goods or crypto."""
    sellers = np.append(accounts.of("shop", "crypto_trader"), MERCHANT)
    is_wallet = (payee >= 0) & (accounts.kind[payee] == CRYPTO_WALLET)
    return np.asarray(np.isin(payee, sellers) | is_wallet)


def _is_most(amount: Integers, part: Whether, whole: Whether) -> bool:
    return bool(2 * amount[part].sum() > amount[whole].sum())
