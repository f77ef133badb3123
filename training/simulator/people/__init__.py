"""Honest life: a function for each thing that people and firms do."""

from collections.abc import Callable

from training.simulator.payments import Payments, join
from training.simulator.people import (
    chances,
    collectors,
    earning,
    friends,
    newcomers,
    spending,
    trade,
    wallets,
)
from training.simulator.world import World

HABITS: dict[str, Callable[[World], Payments]] = {
    "salaries": earning.salaries,
    "pensions": earning.pensions,
    "gigs": earning.gigs,
    "family support": earning.family_support,
    "cards": spending.cards,
    "cash withdrawals": spending.cash_withdrawals,
    "cash deposits": spending.cash_deposits,
    "bills": spending.bills,
    "private rent": spending.private_rent,
    "payments to friends": friends.payments_to_friends,
    "wallet top-ups": wallets.top_ups,
    "wallet spending": wallets.spending,
    "crypto purchases": wallets.crypto_purchases,
    "crypto traders": wallets.crypto_traders,
    "shops": trade.shops,
    "small firms": trade.small_firms,
    "salary agents": collectors.salary_agents,
    "rent collectors": collectors.rent_collectors,
    "savings-club treasurers": collectors.treasurers,
    "bill splitters": collectors.bill_splitters,
    "remittance senders": collectors.remittance_senders,
    "newcomers": newcomers.newcomers,
    "things sold": chances.things_sold,
    "collections": chances.collections,
    "side sales": chances.side_sales,
    "money passed on": chances.money_passed_on,
    "dormant accounts used again": chances.dormant_used_again,
    "investments": chances.investments,
}
"""Everything that honest life consists of."""


def live(world: World) -> Payments:
    """Draw the honest life of every account."""
    return join(habit(world) for habit in HABITS.values())
