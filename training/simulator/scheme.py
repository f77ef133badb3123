"""The moves that laundering is made of: defraud, pass on, and take the money out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from training.simulator.draws import BAHT, HOUR, MINUTE, in_baht, spread
from training.simulator.payments import ABROAD, CASH, MERCHANT, Integers, Reals
from training.simulator.people.wallets import CRYPTO_WALLET
from training.simulator.population import Population

COUNTER_LIMIT = 20_000 * BAHT
"""What one withdrawal at a machine gives at most."""


class Transfer(NamedTuple):
    """One laundering transaction; `is_fraud` marks the victim's own payment."""

    payer: int
    payee: int
    at: int
    amount: int
    is_fraud: bool = False


class Holding(NamedTuple):
    """Money at a mule: how much, and since when all of it."""

    account: int
    amount: int
    at: int


@dataclass(frozen=True)
class Traits:
    """How each account would behave as a mule, whether or not it ever is one.

    Attributes
    ----------
    patience : ndarray of float64
        Median seconds that money stays.
    keeps : ndarray of float64
        Share of the money kept as pay.
    """

    patience: Reals
    keeps: Reals


def traits(count: int, rng: np.random.Generator) -> Traits:
    """Draw the traits: minutes to days of patience, a pay of 0 to 15 %."""
    patience = np.clip(spread(rng, 50 * MINUTE, 1.5, count), 2 * MINUTE, 72 * HOUR)
    return Traits(patience, rng.uniform(0, 0.15, count) * (rng.random(count) < 0.75))


@dataclass
class Scheme:
    """One laundering episode in the making.

    Attributes
    ----------
    accounts : Population
    traits : Traits
    rng : numpy.random.Generator
    start : int
        When the first victim pays at the earliest.
    transfers : list of Transfer
        What has been paid so far.
    """

    accounts: Population
    traits: Traits
    rng: np.random.Generator
    start: int
    transfers: list[Transfer] = field(default_factory=list)

    def defraud(self, collector: int, victims: Sequence[int], *, hours: float = 30.0) -> Holding:
        """Make the victims pay the collector, each once, within some hours."""
        offsets = np.sort(self.rng.random(len(victims))) * self.rng.uniform(0.05, hours) * HOUR
        amounts = in_baht(self.rng, spread(self.rng, 9_000, 1.1, len(victims)))
        for victim, offset, amount in zip(victims, offsets, amounts, strict=True):
            self.pay(victim, collector, self.start + int(offset), int(amount), is_fraud=True)
        return Holding(collector, int(amounts.sum()), self.start + int(offsets[-1]))

    def pay(
        self, payer: int, payee: int, at: int, amount: int, *, is_fraud: bool = False
    ) -> Holding:
        """Write down one transfer; the payee holds the money from then on."""
        self.transfers.append(Transfer(int(payer), int(payee), int(at), amount, is_fraud))
        return Holding(int(payee), amount, int(at))

    def pass_on(self, held: Holding, payees: Sequence[int]) -> list[Holding]:
        """Wait, keep the mule's pay, and split the rest among the payees."""
        return [
            self.pay(held.account, payee, at, amount)
            for payee, at, amount in zip(
                payees,
                self._moments(held, len(payees)),
                self._shares(held, len(payees)),
                strict=True,
            )
        ]

    def join(self, parts: Sequence[Holding]) -> Holding:
        """Count money that reached one mule on several ways as one holding."""
        return Holding(parts[0].account, sum(p.amount for p in parts), max(p.at for p in parts))

    def leave(self, held: Holding) -> None:
        """Take the money out on one of the ways, by chance."""
        ways = (self.cash_out, self.buy_crypto, self.wire_abroad, self.buy_goods, self.pay_handler)
        ways[self.rng.choice(len(ways), p=[0.3, 0.2, 0.12, 0.13, 0.25])](held)

    def cash_out(self, held: Holding) -> None:
        """Withdraw it at machines, in pieces that they give."""
        pieces = min(-(-held.amount // COUNTER_LIMIT), 8)
        self.pass_on(held, [CASH] * pieces)

    def buy_crypto(self, held: Holding) -> None:
        """Buy crypto for somebody's wallet, in one or two purchases."""
        wallets = np.flatnonzero(self.accounts.kind == CRYPTO_WALLET)
        sellers = np.concatenate([wallets, self.accounts.of("crypto_trader")])
        self.pass_on(held, self._some(sellers, 2))

    def wire_abroad(self, held: Holding) -> None:
        """Wire it to a neighbouring country."""
        relatives = self._some(self.accounts.of("relative_abroad"), 1)
        self.pass_on(held, [int(self.rng.choice([*ABROAD, *relatives]))])

    def buy_goods(self, held: Holding) -> None:
        """Buy what can be sold again, from shops and merchants."""
        payees = self._some(np.append(self.accounts.of("shop"), MERCHANT), 2)
        self.pass_on(held, payees)

    def pay_handler(self, held: Holding) -> None:
        """Pay accounts that nobody ever finds: ordinary ones, rented for a day."""
        self.pass_on(held, self._some(self.accounts.people, 2))

    def spend_pay(self, held: Holding) -> None:
        """Spend some of the pay as cover: a card payment and a gift to a friend."""
        baht = int(held.amount * self.traits.keeps[held.account] * 0.5) // BAHT
        amount = max(baht, 100) * BAHT
        friend = int(self.accounts.contacts[held.account, 0])
        later = held.at + self.rng.integers(1, 60, 2) * HOUR
        self.pay(held.account, MERCHANT, int(later[0]), amount)
        if friend != held.account:
            self.pay(held.account, friend, int(later[1]), amount)

    def _some(self, choices: Integers, most: int) -> list[int]:
        return [int(c) for c in self.rng.choice(choices, self.rng.integers(1, most + 1))]

    def _shares(self, held: Holding, parts: int) -> list[int]:
        """Split what is left after the mule's pay, unevenly and in whole baht."""
        weight = self.rng.gamma(5.0, size=parts)
        left = held.amount * (1 - self.traits.keeps[held.account])
        return [max(int(left * w) // BAHT, 1) * BAHT for w in weight / weight.sum()]

    def _moments(self, held: Holding, parts: int) -> list[int]:
        wait = spread(self.rng, self.traits.patience[held.account], 0.7, 1)[0]
        gaps = self.rng.exponential(0.3, parts) * wait + self.rng.exponential(4, parts) * MINUTE
        gaps[0] = wait + MINUTE
        return [held.at + int(gap) for gap in np.cumsum(gaps)]
