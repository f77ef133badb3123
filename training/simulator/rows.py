"""From arrays to the tables of a ledger."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from ledger.schema import ACCOUNT_KINDS, CHANNELS, TABLES
from ledger.view import microseconds
from training.simulator.booking import Booked, countries
from training.simulator.discovery import Complaints, Entries, Outcomes, Recalls
from training.simulator.draws import BAHT, DAY, HOUR, MINUTE, spread
from training.simulator.exchange import CURRENCIES, REFERENCE, Rates
from training.simulator.laundering import Laundering
from training.simulator.orders import Orders, identifiers
from training.simulator.payments import OUTSIDE, Integers
from training.simulator.personas import NAMES
from training.simulator.population import COUNTRIES, INSTITUTIONS
from training.simulator.world import World

MONEY_OF = {"TH": "THB", "LA": "LAK", "MY": "MYR", "KH": "KHR"}


def transactions(world: World, booked: Booked, orders: Orders, rates: Rates) -> pa.Table:
    """Write the table `transactions`."""
    p = booked.payments
    count = len(p)
    learnt = p.at + _delays(world, count)
    money = np.array([CURRENCIES.index(MONEY_OF[c]) for c in countries(world).tolist()])
    columns = {
        "transaction_id": pa.array([f"t{n:08}" for n in range(1, count + 1)]),
        "tenant": _repeat("local", count),
        "happened_at": _times(world, p.at),
        "known_at": _times(world, learnt),
        "payer_account": _taken(_account_ids(world), p.payer),
        "payee_account": _taken(_account_ids(world), p.payee),
        "payer_amount_minor": pa.array(rates.convert(p.amount, money[p.payer], p.at // DAY)),
        "payer_currency": _taken(CURRENCIES, money[p.payer]),
        "payee_amount_minor": pa.array(rates.convert(p.amount, money[p.payee], p.at // DAY)),
        "payee_currency": _taken(CURRENCIES, money[p.payee]),
        "reference_minor": pa.array(p.amount),
        "channel": _taken(CHANNELS, p.channel),
        "payer_institution": _taken(_institutions(world), p.payer),
        "payee_institution": _taken(_institutions(world), p.payee),
        "payer_country": _taken(_all_countries(world), p.payer),
        "payee_country": _taken(_all_countries(world), p.payee),
        "device_id": pa.array(identifiers("d", orders.device), pa.string()),
        "ip": pa.array(identifiers("n", orders.address), pa.string()),
        "phone": pa.array(identifiers("p", orders.phone), pa.string()),
        "source_sequence": pa.array(np.arange(1, count + 1)),
        "status": _repeat("booked", count),
    }
    return _table("transactions", columns)


def accounts(world: World) -> pa.Table:
    """Write the table `accounts`."""
    people, rng = world.accounts, world.rng
    count = len(people)
    business = np.isin(people.persona, [NAMES.index(n) for n in ("company", "shop", "small_firm")])
    born = rng.integers(1945, 2007, count)
    income = np.rint(people.income * 12 * spread(rng, 1.0, 0.2, count)).astype(np.int64) * BAHT
    columns = {
        "account_id": pa.array(_account_ids(world)[:count]),
        "institution": _taken(INSTITUTIONS, people.institution),
        "kind": _taken(ACCOUNT_KINDS, people.kind),
        "opened_at": _times(world, people.opened),
        "holder_id": _taken([f"h{n:06}" for n in range(count)], people.holder),
        "holder_kind": _taken(("person", "business"), business.astype(np.int64)),
        "country": _taken(COUNTRIES, people.institution),
        "birth_year": pa.array(born[people.holder], mask=business),
        "declared_income": pa.array(income, mask=business | (rng.random(count) < 0.3)),
    }
    return _table("accounts", columns)


def labels(world: World, outcomes: Outcomes) -> pa.Table:
    """Write the table `labels`."""
    columns = {
        "account_id": _taken(_account_ids(world), outcomes.account),
        "outcome": pa.array(outcomes.outcome, pa.string()),
        "happened_at": _times(world, outcomes.happened),
        "known_at": _times(world, outcomes.known),
        "source": pa.array(outcomes.source, pa.string()),
        "role": pa.array(outcomes.role, pa.string()),
    }
    return _table("labels", columns)


def complaints(world: World, booked: Booked, made: Complaints) -> pa.Table:
    """Write the table `complaints`, leaving out payments that were never booked."""
    row = booked.position[made.payment]
    columns = {
        "complaint_id": pa.array([f"c{n:06}" for n in made.complaint.tolist()], pa.string()),
        "transaction_id": pa.array([f"t{n + 1:08}" for n in row.tolist()], pa.string()),
        "happened_at": _times(world, made.happened),
        "known_at": _times(world, made.known),
        "status": pa.array(made.status, pa.string()),
        # Some tell the police, and it tells the bank.
        "source": _taken(("bank", "bank", "police"), made.complaint),
    }
    return _table("complaints", columns).filter(pa.array(row >= 0))


def recalls(world: World, booked: Booked, made: Recalls) -> pa.Table:
    """Write the table `recalls`, leaving out payments that were never booked."""
    row = booked.position[made.payment]
    columns = {
        "recall_id": pa.array([f"r{n:06}" for n in range(len(row))], pa.string()),
        "transaction_id": pa.array([f"t{n + 1:08}" for n in row.tolist()], pa.string()),
        "happened_at": _times(world, made.happened),
        "known_at": _times(world, made.known),
        "reason": pa.array(made.reason, pa.string()),
    }
    return _table("recalls", columns).filter(pa.array(row >= 0))


def list_entries(world: World, entries: Entries) -> pa.Table:
    """Write the table `list_entries`."""
    columns = {
        "account_id": _taken(_account_ids(world), entries.account),
        "list_name": _repeat("national", len(entries.account)),
        "level": _repeat("grey", len(entries.account)),
        "happened_at": _times(world, entries.happened),
        "known_at": _times(world, entries.known),
        "expires_at": _times(world, entries.expires),
    }
    return _table("list_entries", columns)


def fx_rates(world: World, rates: Rates) -> pa.Table:
    """Write the table `fx_rates`."""
    days, currencies = rates.daily.shape
    day = np.repeat(np.arange(days), currencies - 1) * DAY
    columns = {
        "currency": pa.array(CURRENCIES[1:] * days),
        "reference_currency": _repeat(REFERENCE, len(day)),
        "rate": pa.array(rates.daily[:, 1:].ravel()),
        "happened_at": _times(world, day),
        "known_at": _times(world, day),
    }
    return _table("fx_rates", columns)


def truth_transactions(booked: Booked, laundering: Laundering) -> pa.Table:
    """Write the table `truth_transactions`; the laundering payments were drawn last."""
    row = booked.position[len(booked.position) - len(laundering.pattern) :]
    known = laundering.pattern.tolist()
    columns = {
        "transaction_id": pa.array([f"t{n + 1:08}" for n in row.tolist()], pa.string()),
        "pattern_id": pa.array([f"p{n + 1:04}" for n in known], pa.string()),
        "typology": pa.array([laundering.typologies[n] for n in known], pa.string()),
    }
    return _table("truth_transactions", columns).filter(pa.array(row >= 0))


def truth_accounts(world: World, laundering: Laundering) -> pa.Table:
    """Write the table `truth_accounts`; a mule is no innocent, whoever it pretends to be."""
    count = len(world.accounts)
    is_mule = np.isin(np.arange(count), list(laundering.found_at))
    hard = world.accounts.habit("is_hard_innocent").astype(bool)
    columns = {
        "account_id": pa.array(_account_ids(world)[:count]),
        "persona": _taken(NAMES, world.accounts.persona),
        "is_mule": pa.array(is_mule),
        "is_hard_innocent": pa.array(hard & ~is_mule),
    }
    return _table("truth_accounts", columns)


def _delays(world: World, count: int) -> Integers:
    """Most transactions are learnt within seconds; some come in another bank's file hours later."""
    rng = world.rng
    delay = rng.integers(0, 3, count)
    late = rng.random(count) < world.settings.late_share
    delay[late] = np.clip(spread(rng, 2 * HOUR, 1.2, int(late.sum())), MINUTE, 30 * HOUR)
    return delay


def _account_ids(world: World) -> list[str | None]:
    ids = [f"a{n:06}" for n in range(1, len(world.accounts) + 1)]
    return [*ids, *([None] * len(OUTSIDE))]


def _institutions(world: World) -> list[str | None]:
    held = [INSTITUTIONS[position] for position in world.accounts.institution]
    return [*held, *(place.institution for place in reversed(OUTSIDE.values()))]


def _all_countries(world: World) -> list[str | None]:
    held = [COUNTRIES[position] for position in world.accounts.institution]
    return [*held, *(place.country for place in reversed(OUTSIDE.values()))]


def _taken(values: Sequence[str | None], positions: Integers) -> pa.Array:
    """Look values up; a negative position counts from the end, as places outside do."""
    return pa.array(values, pa.string()).take(pa.array(positions % len(values)))


def _repeat(value: str, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(value), count)


def _times(world: World, seconds: Integers) -> pa.Array:
    since_1970 = microseconds(world.settings.origin) + np.asarray(seconds) * 1_000_000
    return pa.array(since_1970).cast(pa.timestamp("us", tz="UTC"))


def _table(name: str, columns: dict[str, pa.Array]) -> pa.Table:
    """Order the columns as the contract does and leave missing ones empty."""
    schema, rows = TABLES[name].arrow, len(next(iter(columns.values())))
    filled = [columns.get(f.name, pa.nulls(rows, f.type)) for f in schema]
    return pa.Table.from_arrays(
        [c.cast(f.type) for c, f in zip(filled, schema, strict=True)], schema=schema
    )
