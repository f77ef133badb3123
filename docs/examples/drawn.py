"""A small ledger that was drawn by hand, and its tables."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pyarrow as pa

from ledger.order import in_order
from ledger.schema import TABLES

AS_OF = datetime(2025, 6, 1, tzinfo=UTC)
"""The instant asked about: a Sunday, midnight in UTC and 7 o'clock in Thailand."""

Row = dict[str, object]

_PLACE: Row = {"institution": "bank_a", "country": "TH"}
"""Where an account is held of which nothing else is said."""


@dataclass(frozen=True)
class Fact:
    """One line about something that happened.

    Attributes
    ----------
    before : str
        How long before `AS_OF`, as it stands.
    happened_at : datetime
    text : str
        What the line says of it.
    table : str
    row : dict of str to object
        Of the table. The id of a payment is `payment_id` of its number.
    """

    before: str
    happened_at: datetime
    text: str
    table: str
    row: Row


@dataclass(frozen=True)
class Drawn:
    """A ledger that was drawn.

    Attributes
    ----------
    said : tuple of str
        The lines about accounts.
    accounts : dict of str to dict of str to object
        What they say; accounts that only pay or are paid need no line.
    facts : tuple of Fact
        In the order of the lines.
    """

    said: tuple[str, ...]
    accounts: dict[str, Row]
    facts: tuple[Fact, ...]

    @property
    def payments(self) -> tuple[Fact, ...]:
        """The numbered lines: payment 1 stands first."""
        return tuple(fact for fact in self.facts if fact.table == "transactions")

    def tables(self) -> dict[str, pa.Table]:
        """Write every table of a ledger, transactions in the ledger's order."""
        rows: dict[str, list[Row]] = {name: [] for name in TABLES}
        for fact in self.facts:
            rows[fact.table].append(fact.row | self._places(fact.row))
        rows["accounts"] = [
            {"account_id": name, **_PLACE, "kind": "bank", **self.accounts.get(name, {})}
            for name in self._names()
        ]
        tables = {
            name: pa.Table.from_pylist(rows[name], contract.arrow)
            for name, contract in TABLES.items()
        }
        return tables | {"transactions": in_order(tables["transactions"])}

    def _names(self) -> list[str]:
        named = (
            fact.row.get(column)
            for fact in self.facts
            for column in ("payer_account", "payee_account", "account_id")
        )
        return list(dict.fromkeys([*self.accounts, *(str(name) for name in named if name)]))

    def _places(self, row: Row) -> Row:
        """Tell where the parties of a payment hold their accounts."""
        places: Row = {}
        for side in ("payer", "payee"):
            if name := row.get(f"{side}_account"):
                held = _PLACE | self.accounts.get(str(name), {})
                places |= {f"{side}_{column}": held[column] for column in _PLACE}
        return places


def payment_id(number: int) -> str:
    """Give a payment an id; filled up, so that ids stand in the order of their numbers."""
    return f"t{number:03}"


def number_of(transaction_id: str) -> int:
    """Tell which payment has an id."""
    return int(transaction_id.removeprefix("t"))
