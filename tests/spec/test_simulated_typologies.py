"""Each typology as a small drawn ledger: who pays whom, and in what order."""

import numpy as np
import pytest

from ledger.schema import ACCOUNT_KINDS
from training.simulator.draws import BAHT
from training.simulator.payments import ABROAD, CASH, MERCHANT
from training.simulator.population import populate
from training.simulator.scheme import Scheme, traits
from training.simulator.settings import TINY
from training.simulator.typologies import TYPOLOGIES

MULES = {"M1": 1, "M2": 2, "M3": 3, "M4": 4, "M5": 5, "M6": 6}
VICTIMS = {"V1": 701, "V2": 702, "V3": 703, "V4": 704}
NAMES = {number: name for name, number in (MULES | VICTIMS).items()}
NAMES |= {CASH: "cash", MERCHANT: "goods"} | dict.fromkeys(ABROAD, "abroad")


def play(name, mules, victims):
    """Play one instance; return its transfers in time order."""
    rng = np.random.default_rng(3)
    accounts = populate(TINY, rng)
    scheme = Scheme(accounts, traits(len(accounts), rng), rng, start=0)
    crew = [MULES[mule] for mule in mules.split()]
    TYPOLOGIES[name].play(scheme, crew, [VICTIMS[victim] for victim in victims.split()])
    return accounts, sorted(scheme.transfers, key=lambda transfer: transfer.at)


def drawn(transfers):
    """Draw transfers as `payer>payee`, writing the exit of the money as one word."""
    return [f"{NAMES[t.payer]}>{NAMES.get(t.payee, 'exit')}" for t in transfers]


SHAPES = {
    "fan_in": ("M1", "V1 V2 V3 V4", "V1>M1 V2>M1 V3>M1 V4>M1 M1>*"),
    "fan_out": ("M1 M2 M3", "V1", "V1>M1 M1>M2 M1>M3 M2>* M3>*"),
    "gather_scatter": ("M1 M2 M3", "V1 V2", "V1>M1 V2>M1 M1>M2 M1>M3 M2>* M3>*"),
    "scatter_gather": ("M1 M2 M3 M4", "V1", "V1>M1 M1>M2 M1>M3 M2>M4 M3>M4 M4>*"),
    "chain": ("M1 M2 M3", "V1", "V1>M1 M1>M2 M2>M3 M3>*"),
    "cycle": ("M1 M2 M3", "V1", "V1>M1 M1>M2 M2>M3 M3>M1 M1>*"),
    "stack": ("M1 M2 M3 M4", "V1 V2", "V1>M1 V2>M2 M1>M3 M1>M4 M2>M3 M2>M4 M3>* M4>*"),
    "pass_through": ("M1", "V1 V2", "V1>M1 V2>M1 M1>*"),
    "test_payment": ("M1", "V1", "V1>M1 M1>*"),
    "cash_out": ("M1", "V1", "V1>M1 M1>*"),
    "crypto_exit": ("M1 M2", "V1", "V1>M1 M1>M2 M2>*"),
    "cross_border": ("M1 M2", "V1", "V1>M1 M1>M2 M2>*"),
    "merchant_exit": ("M1", "V1", "V1>M1 M1>*"),
    "wallet_hop": ("M1 M2 M3", "V1", "V1>M2 M2>M1 M1>M3 M3>*"),
    "dormant_reactivated": ("M1", "V1", "V1>M1 M1>*"),
}
"""Typology -> mules, victims, and the arrows it draws; `*` is the money leaving the ring."""


def test_every_typology_is_drawn_here():
    assert set(SHAPES) == set(TYPOLOGIES)


@pytest.mark.parametrize("name", SHAPES)
def test_the_arrows_are_those_of_the_typology(name):
    mules, victims, arrows = SHAPES[name]
    _, transfers = play(name, mules, victims)
    ring = set(MULES) | set(VICTIMS)
    seen = {a if a.split(">")[1] in ring else a.split(">")[0] + ">*" for a in drawn(transfers)}
    assert seen == set(arrows.split())


@pytest.mark.parametrize("name", SHAPES)
def test_no_mule_pays_out_more_than_it_has_received(name):
    mules, victims, _ = SHAPES[name]
    _, transfers = play(name, mules, victims)
    held = dict.fromkeys(MULES.values(), 0)
    for transfer in transfers:
        if transfer.payee in held:
            held[transfer.payee] += transfer.amount
        if transfer.payer in held:
            held[transfer.payer] -= transfer.amount
            # The smallest cover spending is 100 baht, from the mule's own pocket if need be.
            assert held[transfer.payer] >= -200 * BAHT


@pytest.mark.parametrize("name", SHAPES)
def test_only_the_victims_own_payments_are_fraud(name):
    mules, victims, _ = SHAPES[name]
    _, transfers = play(name, mules, victims)
    assert all(t.is_fraud == (t.payer in VICTIMS.values()) for t in transfers)


def test_a_test_payment_of_a_few_baht_comes_before_one_fifty_times_as_large():
    _, (test, large, *_) = play("test_payment", "M1", "V1")
    assert test.amount < 100 * BAHT
    assert large.amount >= 50 * test.amount
    assert large.at - test.at < 24 * 3600


def test_cash_leaves_at_machines_in_pieces_they_give():
    _, transfers = play("cash_out", "M1", "V1 V2 V3 V4")
    pieces = [t.amount for t in transfers if t.payee == CASH]
    assert len(pieces) > 1


def test_crypto_leaves_to_wallets_or_their_traders():
    accounts, transfers = play("crypto_exit", "M1", "V1")
    bought = [t.payee for t in transfers if t.payer == 1]
    is_wallet = accounts.kind[bought] == ACCOUNT_KINDS.index("crypto_wallet")
    assert np.all(is_wallet | np.isin(bought, accounts.of("crypto_trader")))


def test_money_wired_abroad_leaves_the_country():
    accounts, transfers = play("cross_border", "M1", "V1")
    [wired] = [t.payee for t in transfers if t.payer == 1]
    assert wired in ABROAD or wired in accounts.of("relative_abroad")


def test_goods_are_bought_from_shops_and_merchants():
    accounts, transfers = play("merchant_exit", "M1", "V1")
    bought = [t.payee for t in transfers if t.payer == 1]
    assert {MERCHANT, *accounts.of("shop").tolist()} & set(bought)
