"""What a bank comes to know: complaints by victims, recalls, lists, outcomes of investigations."""

from dataclasses import dataclass

import numpy as np

from ledger.schema import Role
from training.simulator.draws import DAY, HOUR, MINUTE, spread
from training.simulator.laundering import NEVER, Laundering
from training.simulator.payments import BY_KIND, Integers, Payments
from training.simulator.roles import role_of
from training.simulator.world import World

_FALSE_COMPLAINTS = 1 / 12_000
"""Share of honest payments that their payer disputes."""
_RECALLED = 0.35
"""Share of the victims whose bank asks the money back, whether they complain here or not."""
_MISTAKEN_PAYMENTS = 1 / 15_000
"""Share of honest payments that went to the wrong account and are asked back."""
_LISTED_EARLY, _LISTED_LATE = 0.15, 0.5
"""Share of the mules that others list before they are found here, and that are listed after."""
_LISTED_WRONGLY = 1 / 400
_LISTED_FOR = 90 * DAY
_MISTAKEN_REVIEWS = 0.004
"""Share of the hard innocents who are investigated and found to be honest."""


@dataclass(frozen=True)
class Complaints:
    """Complaints by position of the payment complained of; times in seconds since the origin."""

    payment: Integers
    happened: Integers
    known: Integers
    status: list[str]
    complaint: Integers


@dataclass(frozen=True)
class Outcomes:
    """Closed investigations; times in seconds since the origin."""

    account: Integers
    outcome: list[str]
    happened: Integers
    known: Integers
    source: list[str]
    role: list[Role | None]


def complain(world: World, life: Payments, laundering: Laundering) -> Complaints:
    """Draw complaints: many victims', and disputes of a few honest payments.

    Positions count the honest payments first, then the laundering ones.
    """
    rng = world.rng
    fraud = np.flatnonzero(laundering.is_fraud)
    fraud = fraud[rng.random(len(fraud)) < world.settings.complaint_share]
    plain = np.flatnonzero((life.channel == BY_KIND) & (life.payer >= 0) & (life.payee >= 0))
    disputed = plain[rng.random(len(plain)) < _FALSE_COMPLAINTS]
    at = np.concatenate([laundering.payments.at[fraud], life.at[disputed]])
    payment = np.concatenate([fraud + len(life), disputed])
    happened = at + spread(rng, 0.7 * DAY, 1.6, len(at)).astype(np.int64) + 2 * MINUTE
    known = happened + spread(rng, 20 * MINUTE, 1.0, len(at)).astype(np.int64)
    closed = happened + spread(rng, 5 * DAY, 0.7, len(at)).astype(np.int64)
    ends = np.where(np.arange(len(at)) < len(fraud), "confirmed", "withdrawn")
    decided = rng.random(len(at)) < 0.8
    number = np.arange(len(at))
    events = Complaints(
        payment=np.concatenate([payment, payment[decided]]),
        happened=np.concatenate([happened, closed[decided]]),
        known=np.concatenate([known, np.maximum(closed, known)[decided] + MINUTE]),
        status=["open"] * len(at) + ends[decided].tolist(),
        complaint=np.concatenate([number, number[decided]]),
    )
    return _before_end(world, events)


@dataclass(frozen=True)
class Recalls:
    """Recalls by position of the payment asked back; times in seconds since the origin."""

    payment: Integers
    happened: Integers
    known: Integers
    reason: list[str]


def recall(world: World, life: Payments, laundering: Laundering) -> Recalls:
    """Draw recalls: of many frauds, and of a few honest payments that went to the wrong account.

    Positions count the honest payments first, then the laundering ones.
    """
    rng = world.rng
    fraud = np.flatnonzero(laundering.is_fraud)
    fraud = fraud[rng.random(len(fraud)) < _RECALLED]
    plain = np.flatnonzero((life.channel == BY_KIND) & (life.payer >= 0) & (life.payee >= 0))
    mistaken = plain[rng.random(len(plain)) < _MISTAKEN_PAYMENTS]
    at = np.concatenate([laundering.payments.at[fraud], life.at[mistaken]])
    happened = at + spread(rng, 1.5 * DAY, 1.0, len(at)).astype(np.int64)
    known = happened + spread(rng, 6 * HOUR, 0.8, len(at)).astype(np.int64)
    reason = np.where(np.arange(len(at)) < len(fraud), "FRAD", "CUST")
    kept = known < world.end
    payment = np.concatenate([fraud + len(life), mistaken])
    return Recalls(payment[kept], happened[kept], known[kept], reason[kept].tolist())


@dataclass(frozen=True)
class Entries:
    """Entries of accounts on a national list; times in seconds since the origin."""

    account: Integers
    happened: Integers
    known: Integers
    expires: Integers


def enlist(world: World, laundering: Laundering) -> Entries:
    """List mules whom other banks have found, before or after this one, and some by mistake."""
    rng, p = world.rng, laundering.payments
    mules = np.array(list(laundering.found_at), np.int64)
    found = np.array(list(laundering.found_at.values()), np.int64)
    first = np.array([p.at[(p.payer == m) | (p.payee == m)].min(initial=NEVER) for m in mules])
    drawn = rng.random(len(mules))
    early, late = drawn < _LISTED_EARLY, drawn > 1 - _LISTED_LATE
    within = first + rng.uniform(0.3, 1.0, len(mules)) * (np.minimum(found, world.end) - first)
    after = found + spread(rng, 3 * DAY, 0.7, len(mules))
    wrong = np.flatnonzero(rng.random(len(world.accounts)) < _LISTED_WRONGLY)
    at = np.concatenate([within[early], after[late], rng.random(len(wrong)) * world.end])
    account = np.concatenate([mules[early], mules[late], wrong])
    known = at + spread(rng, 1 * DAY, 0.6, len(at))
    kept = known < world.end
    _, once = np.unique(account[kept], return_index=True)
    listed, happened = account[kept][once], at[kept][once].astype(np.int64)
    return Entries(listed, happened, known[kept][once].astype(np.int64), happened + _LISTED_FOR)


def _before_end(world: World, events: Complaints) -> Complaints:
    kept = np.flatnonzero(events.known < world.end)
    return Complaints(
        events.payment[kept],
        events.happened[kept],
        events.known[kept],
        [events.status[position] for position in kept],
        events.complaint[kept],
    )


def close_cases(world: World, laundering: Laundering) -> Outcomes:
    """List the outcomes known inside the ledger: mules found out, and honest people cleared."""
    rng = world.rng
    mules = [(m, at) for m, at in laundering.found_at.items() if at < min(world.end, NEVER)]
    hard = np.flatnonzero(world.accounts.habit("is_hard_innocent"))
    hard = hard[
        (rng.random(len(hard)) < _MISTAKEN_REVIEWS) & ~np.isin(hard, list(laundering.found_at))
    ]
    cleared = rng.integers(HOUR, world.end, len(hard))
    known = np.array([*(at for _, at in mules), *cleared], np.int64)
    outcome = np.where(rng.random(len(mules)) < 0.55, "complicit_mule", "unwitting_mule")
    written = rng.uniform(0, 20, len(known)) * MINUTE
    roles = [role_of(world.accounts, laundering, mule, at) for mule, at in mules]
    return Outcomes(
        account=np.array([*(mule for mule, _ in mules), *hard], np.int64),
        outcome=[*outcome.tolist(), *["legitimate"] * len(hard)],
        happened=known - written.astype(np.int64),
        known=known,
        source=rng.choice(["bank", "police"], len(known), p=[0.7, 0.3]).tolist(),
        role=[*roles, *[None] * len(hard)],
    )
