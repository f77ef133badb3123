"""Stage `simulate`: make a ledger of invented accounts, laundering included."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa

from ledger.errors import MuleriskError
from ledger.lake import MANIFEST, Lake, append
from training.simulator import rows
from training.simulator.booking import book
from training.simulator.discovery import close_cases, complain, enlist, recall
from training.simulator.exchange import REFERENCE, draw_rates
from training.simulator.laundering import launder
from training.simulator.orders import order
from training.simulator.payments import join
from training.simulator.people import live
from training.simulator.population import populate
from training.simulator.settings import Settings
from training.simulator.world import World


class LedgerStands(MuleriskError):
    """A ledger already stands where a simulated one was to be made."""


def run(settings: Settings, folder: Path, progress: Callable[[str], None] = lambda _: None) -> Lake:
    """Simulate a ledger and write it to `folder`.

    Parameters
    ----------
    settings : Settings
    folder : Path
        Where the ledger will stand; no ledger may stand there yet.
    progress : callable
        Told in a sentence what has been done.

    Raises
    ------
    LedgerStands
        If a ledger stands in `folder`; ledgers are never rewritten.
    """
    if (folder / MANIFEST).exists():
        raise LedgerStands(f"A ledger stands in {folder}. Remove it or name another folder.")
    return append(Lake(folder, "simulator", REFERENCE), simulate(settings, progress))


def simulate(
    settings: Settings, progress: Callable[[str], None] = lambda _: None
) -> dict[str, pa.Table]:
    """Draw every table of a simulated ledger.

    Accounts, honest life, laundering and bookkeeping each have a source of chance of their own:
    the honest part of a ledger is the same whatever is laundered beside it.
    """
    sources = np.random.default_rng(settings.seed).spawn(7)
    accounts = populate(settings, sources[0])
    living, underworld, bookkeeping, office, devices, desk = (
        World(settings, accounts, source) for source in sources[1:]
    )
    life = live(living)
    progress(f"{len(accounts):,} accounts live: {len(life):,} honest payments")
    laundering = launder(underworld, life)
    progress(
        f"{len(laundering.found_at):,} mules launder: {len(laundering.payments):,} payments"
        f" in {len(laundering.typologies):,} episodes"
    )
    booked = book(bookkeeping, join([life, laundering.payments]))
    orders = order(devices, booked, laundering)
    rates = draw_rates(settings.days, office.rng)
    tables = {
        "transactions": rows.transactions(bookkeeping, booked, orders, rates),
        "accounts": rows.accounts(office),
        "labels": rows.labels(office, close_cases(office, laundering)),
        "complaints": rows.complaints(office, booked, complain(office, life, laundering)),
        "recalls": rows.recalls(desk, booked, recall(desk, life, laundering)),
        "list_entries": rows.list_entries(desk, enlist(desk, laundering)),
        "fx_rates": rows.fx_rates(office, rates),
        "truth_transactions": rows.truth_transactions(booked, laundering),
        "truth_accounts": rows.truth_accounts(office, laundering),
    }
    progress(f"{len(booked.payments):,} transactions booked")
    return tables
