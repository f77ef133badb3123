"""What mules could do to stay below notice, each with two strengths and what it costs them.

A tactic changes the payments that mules make. What victims paid, and complained of, stays. The
strengths are assumptions: mild, and as far as somebody in a hurry would go.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from training.robustness.laundered import Laundered, later, scaled

Draw = np.random.Generator


@dataclass(frozen=True)
class Cost:
    """What a tactic costs, for all that is passed on.

    Attributes
    ----------
    money : float
        Share of the money passed on that stays behind or is spent.
    hours : float
        How much longer a payment waits, on average; money that waits can be held.
    payments : float
        Further payments for each one that launders.
    """

    money: float = 0.0
    hours: float = 0.0
    payments: float = 0.0


@dataclass(frozen=True)
class Evaded:
    """The payments that mules make instead, and what that costs."""

    payments: tuple[pd.DataFrame, ...]
    cost: Cost


@dataclass(frozen=True)
class Tactic:
    """A way to stay below notice.

    Attributes
    ----------
    name, strength : str
    evade : function
        From what is laundered to what is paid instead.
    """

    name: str
    strength: str
    evade: Callable[[Laundered, Draw], Evaded]


def split(parts: int) -> Callable[[Laundered, Draw], Evaded]:
    """Pay in equal parts, twenty minutes apart."""

    def evade(laundered: Laundered, _: Draw) -> Evaded:
        part = scaled(laundered.onward, 1 / parts)
        pieces = [_piece(part, number) for number in range(parts)]
        return Evaded(tuple(pieces), Cost(hours=(parts - 1) / 6, payments=parts - 1))

    return evade


def _piece(part: pd.DataFrame, number: int) -> pd.DataFrame:
    named = part.assign(transaction_id=part["transaction_id"] + f"/{number}")
    return later(named, pd.Timedelta(minutes=20 * number))


def wait(hours: int) -> Callable[[Laundered, Draw], Evaded]:
    """Let money rest in each account so much longer; who is paid later passes it on later still."""

    def evade(laundered: Laundered, _: Draw) -> Evaded:
        held = laundered.passed_before(1) * hours
        moved = later(laundered.onward, pd.to_timedelta(held, unit="h"))
        return Evaded((moved,), Cost(hours=float(hours)))

    return evade


def keep_back(share: float) -> Callable[[Laundered, Draw], Evaded]:
    """Leave a share of what came in each account, so that none is drained; the next gets less."""

    def evade(laundered: Laundered, _: Draw) -> Evaded:
        kept = scaled(laundered.onward, np.power(1 - share, laundered.passed_before(1)))
        return Evaded((kept,), Cost(money=_kept(laundered, kept)))

    return evade


def jitter(share: float, hours: int) -> Callable[[Laundered, Draw], Evaded]:
    """Pay a little less, and a little later, each time by another amount."""

    def evade(laundered: Laundered, draw: Draw) -> Evaded:
        count, before = len(laundered.onward), laundered.passed_before(0)
        # Nobody passes on more than came, or before it came: a hop allows for those before it.
        part = np.power(1 - share, before) * (1 - draw.uniform(0, share, count))
        waits = (before + draw.random(count)) * hours
        paid = scaled(laundered.onward, part)
        moved = later(paid, pd.to_timedelta((60 * waits).round(), unit="min"))
        rested = float(np.mean(waits / (before + 1)))
        return Evaded((moved,), Cost(money=_kept(laundered, paid), hours=rested))

    return evade


def _kept(laundered: Laundered, paid: pd.DataFrame) -> float:
    return 1 - float(paid["reference_minor"].sum()) / laundered.passed_on


def cover(purchases_a_day: float, days_before: int = 0) -> Callable[[Laundered, Draw], Evaded]:
    """Shop by card as others do, while money is passed on and so many days before."""

    def evade(laundered: Laundered, draw: Draw) -> Evaded:
        bought = _purchases(laundered, draw, purchases_a_day, pd.Timedelta(days=days_before))
        spent = float(bought["reference_minor"].sum())
        cost = Cost(spent / laundered.passed_on, 0.0, len(bought) / len(laundered.onward))
        return Evaded((laundered.onward, bought), cost)

    return evade


def _purchases(
    laundered: Laundered, draw: Draw, a_day: float, before: pd.Timedelta
) -> pd.DataFrame:
    """Draw purchases of others and let mules make them, from the ledger's beginning at most."""
    spans = laundered.active.join(laundered.accounts)
    opened = spans["opened_at"].fillna(spans["first"]).clip(lower=laundered.begins)
    start = pd.concat([spans["first"] - before, opened], axis=1).max(axis=1)
    length = (spans["last"] - start).dt.total_seconds().to_numpy(dtype=np.float64)
    counts = draw.poisson(a_day * (1 + np.maximum(length, 0) / 86_400))
    who = np.repeat(np.arange(len(spans)), counts)
    drawn = draw.integers(0, len(laundered.purchases), len(who))
    bought = laundered.purchases.iloc[drawn].reset_index(drop=True)
    at = pd.to_timedelta((draw.random(len(who)) * np.maximum(length, 1)[who]).round(), unit="s")
    happened = start.iloc[who].reset_index(drop=True) + pd.Series(at)
    names, theirs = spans.index[who], spans.iloc[who].reset_index(drop=True)
    return bought.assign(
        transaction_id=[f"cover-{number}" for number in range(len(who))],
        happened_at=happened,
        known_at=happened,
        payer_account=names,
        payer_institution=theirs["institution"],
        payer_country=theirs["country"],
    )


TACTICS = (
    Tactic("split", "2 parts", split(2)),
    Tactic("split", "5 parts", split(5)),
    Tactic("wait", "12 hours", wait(12)),
    Tactic("wait", "48 hours", wait(48)),
    Tactic("keep back", "20 %", keep_back(0.2)),
    Tactic("keep back", "50 %", keep_back(0.5)),
    Tactic("jitter", "10 %, 2 hours", jitter(0.1, 2)),
    Tactic("jitter", "30 %, 12 hours", jitter(0.3, 12)),
    Tactic("cover spending", "1 purchase a day", cover(1)),
    Tactic("cover spending", "4 purchases a day", cover(4)),
    Tactic("pre-warming", "30 days", cover(1, days_before=30)),
    Tactic("pre-warming", "90 days", cover(1, days_before=90)),
)
"""The grid."""
