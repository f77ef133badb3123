"""The role of each mule in small drawn schemes, as an investigation reads it from its payments."""

from functools import cache

import numpy as np
import pytest

from training.simulator.laundering import Laundering
from training.simulator.payments import ABROAD, CASH, MERCHANT, payments
from training.simulator.people.wallets import CRYPTO_WALLET
from training.simulator.population import populate
from training.simulator.roles import role_of
from training.simulator.settings import TINY

MULE, OTHER, VICTIM, SOMEBODY = 1, 2, 3, 4


@cache
def accounts():
    return populate(TINY, np.random.default_rng(3))


def a_shop():
    return int(accounts().of("shop")[0])


def a_trader():
    return int(accounts().of("crypto_trader")[0])


def a_wallet():
    return int(np.flatnonzero(accounts().kind == CRYPTO_WALLET)[0])


def role(*transfers, until=1_000):
    """Each transfer: payer, payee, amount; they follow one another by the second."""
    payer, payee, amount = np.array(transfers).T
    made = payments(payer, payee, np.arange(len(payer)), amount)
    every = np.zeros(len(payer), np.int64)
    laundering = Laundering(made, payer == VICTIM, every, ("drawn",), (0,), {MULE: until})
    return role_of(accounts(), laundering, MULE, until)


def test_who_takes_victims_money_in_and_pays_another_mule_is_a_collector():
    assert role((VICTIM, MULE, 100), (VICTIM, MULE, 50), (MULE, OTHER, 140)) == "collector"


def test_who_passes_another_mules_money_on_is_a_relay():
    assert role((OTHER, MULE, 100), (MULE, SOMEBODY, 95)) == "relay"
    assert role((OTHER, MULE, 100), (MULE, ABROAD[0], 95)) == "relay"


@pytest.mark.parametrize("source", [VICTIM, OTHER])
def test_who_takes_most_in_cash_cashes_out_wherever_it_came_from(source):
    assert role((source, MULE, 100), (MULE, CASH, 60), (MULE, OTHER, 40)) == "cash_out"


@pytest.mark.parametrize("seller", [lambda: MERCHANT, a_shop, a_trader, a_wallet])
def test_who_buys_goods_or_crypto_for_most_is_a_merchant_exit(seller):
    assert role((OTHER, MULE, 100), (MULE, seller(), 60), (MULE, CASH, 30)) == "merchant_exit"


def test_half_is_not_most():
    assert role((VICTIM, MULE, 100), (MULE, CASH, 50), (MULE, OTHER, 50)) == "collector"
    assert role((VICTIM, MULE, 50), (OTHER, MULE, 50), (MULE, SOMEBODY, 90)) == "relay"


def test_cover_spending_makes_no_merchant_exit():
    assert role((VICTIM, MULE, 100), (MULE, OTHER, 85), (MULE, MERCHANT, 5)) == "collector"


def test_an_investigation_knows_no_later_payment():
    scheme = ((VICTIM, MULE, 100), (MULE, OTHER, 10), (MULE, CASH, 85))
    assert role(*scheme, until=3) == "cash_out"
    assert role(*scheme, until=2) == "collector"
    assert role(*scheme, until=1) == "collector"


def test_what_others_pay_one_another_tells_nothing_of_a_mule():
    assert role((VICTIM, OTHER, 900), (OTHER, CASH, 900), (OTHER, MULE, 10)) == "relay"
