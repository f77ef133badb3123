"""Who holds the accounts, and what each kind of holder does in an ordinary month."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Persona:
    """A kind of account holder.

    Attributes
    ----------
    share : float
        Share of the accounts.
    income : float
        Median baht a month.
    source : str
        Where the income comes from: salary, pension, gigs, family or none.
    card, cash, friends : float
        Card payments, cash withdrawals and payments to people, a day.
    bills : float
        Bills a month.
    kinds : tuple of float
        Shares of bank accounts, e-wallets and crypto wallets.
    is_hard_innocent : bool
        Whether an honest account of this kind looks like a mule's.
    is_recruitable : bool
        Whether criminals recruit such holders; all but large companies.
    """

    share: float
    income: float = 0.0
    source: str = "none"
    card: float = 0.0
    cash: float = 0.0
    friends: float = 0.0
    bills: float = 0.0
    kinds: tuple[float, float, float] = (1.0, 0.0, 0.0)
    is_hard_innocent: bool = False
    is_recruitable: bool = True


def _hard(
    share: float,
    kinds: tuple[float, float, float] = (1.0, 0.0, 0.0),
    *,
    card: float = 0.05,
    friends: float = 0.05,
) -> Persona:
    return Persona(
        share, card=card, cash=0.015, friends=friends, bills=0.8, kinds=kinds, is_hard_innocent=True
    )


PERSONAS: dict[str, Persona] = {
    "salaried": Persona(0.31, 22_000, "salary", card=0.10, cash=0.030, friends=0.09, bills=2.0),
    "self_employed": Persona(0.13, 18_000, "gigs", card=0.06, cash=0.035, friends=0.09, bills=1.2),
    "student": Persona(0.10, 7_000, "family", card=0.06, cash=0.020, friends=0.12, bills=0.4),
    "pensioner": Persona(0.08, 11_000, "pension", card=0.03, cash=0.045, friends=0.03, bills=1.5),
    "homemaker": Persona(0.06, 9_000, "family", card=0.06, cash=0.040, friends=0.06, bills=1.5),
    "dormant": Persona(0.08, friends=0.003, cash=0.001),
    "wallet_user": Persona(0.09, friends=0.10, bills=0.6, kinds=(0, 1, 0)),
    "crypto_holder": Persona(0.03, friends=0.03, kinds=(0, 0, 1)),
    "relative_abroad": Persona(0.025, 9_000, "family", card=0.04, cash=0.04, friends=0.02),
    "company": Persona(0.005, is_recruitable=False),
    "shop": _hard(0.014, (0.7, 0.3, 0)),
    "salary_agent": _hard(0.007),
    "rent_collector": _hard(0.010),
    "treasurer": _hard(0.015, (0.85, 0.15, 0)),
    "bill_splitter": _hard(0.021, (0.6, 0.4, 0), friends=0.09),
    "small_firm": _hard(0.009),
    "crypto_trader": _hard(0.004, (0.6, 0, 0.4)),
    "remittance_sender": _hard(0.005),
    "newcomer": _hard(0.005, card=0.09, friends=0.09),
}
"""Every persona by its name; the shares add up to one."""

NAMES = tuple(PERSONAS)
