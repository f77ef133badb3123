"""What the engine answers about an account of a ledger that was drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.compute as pc

from docs.examples.drawn import AS_OF, Drawn, number_of
from docs.examples.notation import read
from features.catalogue import ACCOUNT_NAMES, NAMES, NETWORK_NAMES
from features.compute import compute
from features.events import lay_out
from features.evidence import evidence
from features.network.coded import COLUMNS, coded
from features.network.snapshot import Snapshot, rows_of, take, values_of

ASKED = "mia"
"""The account that every example asks about."""

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Example:
    """The ledger on which a family of features is shown.

    Attributes
    ----------
    story : str
        What happens in it.
    drawn : Drawn
    on_paper : dict of str to str
        By feature, how a person counts its value: a calculation, or what is counted one by one
        (`#3` is payment 3), and after a semicolon why. Money is in baht.
    """

    story: str
    drawn: Drawn
    on_paper: dict[str, str]


@dataclass(frozen=True)
class Answer:
    """One feature of the account asked about.

    Attributes
    ----------
    value : float
        NaN is missing.
    payments : tuple of int
        Numbers of the payments that make it, oldest first.
    """

    value: float
    payments: tuple[int, ...]


def example(family: str) -> Example:
    """Read the example of a family: its story, its ledger and what is counted on paper."""
    story, ledger, on_paper = (FOLDER / f"{family}.txt").read_text().split("\n\n")
    counted = (line.split(" = ", 1) for line in on_paper.splitlines())
    return Example(story.replace("\n", " "), read(ledger.splitlines()), dict(counted))


def answers(drawn: Drawn, names: Sequence[str] = NAMES, account: str = ASKED) -> dict[str, Answer]:
    """Compute features of an account at `AS_OF`, each with the payments that make it."""
    tables = drawn.tables()
    asked = tables["accounts"].filter(pc.equal(tables["accounts"]["account_id"], account))
    of_account = compute(tables["transactions"], asked, [AS_OF]).values[0]
    rows = rows_of(snapshot(drawn))
    row = rows.filter(pc.equal(rows["account_id"], account))
    values = dict(zip(ACCOUNT_NAMES, of_account, strict=True))
    values |= dict(zip(NETWORK_NAMES, values_of(row)[0], strict=True))
    events = lay_out(tables["transactions"], asked)
    ids = tables["transactions"]["transaction_id"]
    behind = evidence(names, events, 0, ids, AS_OF, row)
    return {
        name: Answer(float(values[name]), tuple(number_of(each) for each in behind[name]))
        for name in names
    }


def snapshot(drawn: Drawn) -> Snapshot:
    """Take the snapshot of the network at `AS_OF`."""
    tables = drawn.tables()
    return take(coded({name: tables[name].select(names) for name, names in COLUMNS.items()}), AS_OF)


def value(name: str, *lines: str, account: str = ASKED) -> float:
    """Compute one feature of an account on a ledger drawn in lines."""
    return answers(read(lines), [name], account)[name].value
