"""A ledger on its way in: its tables in a database in memory, not stored yet."""

from dataclasses import dataclass, field

import duckdb

from ledger import sql
from ledger.contract import Table
from ledger.errors import ROWS_SHOWN, Fault, FaultyRow
from ledger.importers.cells import Cell, exponent, filled
from ledger.importers.delimited import ROW
from ledger.quality import UNREAD


@dataclass
class Intake:
    """What an importer fills.

    Attributes
    ----------
    connection : duckdb.DuckDBPyConnection
        Holds each table of the ledger under its own name once the importer is done.
    reference_currency : str
        Currency of `reference_minor`; empty where nobody named one.
    normalisations : dict of str to int
        What was changed, and in how many rows.
    faults : list of Fault
        What the importer found wrong that the contracts cannot see.
    """

    connection: duckdb.DuckDBPyConnection
    reference_currency: str = ""
    normalisations: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fill(self, table: Table, cells: dict[str, Cell], source: str, row: str = '"#row"') -> None:
        """Make a table of a contract from the rows of `source`."""
        self.connection.execute(filled(table, cells, source, row))

    def note(self, normalisation: str, rows: int) -> None:
        """Record what was changed in how many rows, unless in none."""
        if rows:
            self.normalisations[normalisation] = rows

    def count(self, source: str) -> int:
        """Count the rows of what follows FROM."""
        return sql.count(self.connection, f"SELECT count(*) FROM {source}")

    def leave_out(self, normalisation: str, condition: str) -> None:
        """Delete the transactions that meet a condition, and record how many."""
        self.note(normalisation, self.count(f"transactions WHERE {condition}"))
        self.connection.execute(f"DELETE FROM transactions WHERE {condition}")

    def leave_out_what_is_no_payment(self) -> None:
        """Leave out what published formats have and a ledger does not: self-transfers and zeros."""
        self.leave_out("self-transfers left out", "payer_account = payee_account")
        read = f"{UNREAD}payer_amount_minor IS NULL AND {UNREAD}payee_amount_minor IS NULL"
        zero = "(payer_amount_minor = 0 OR payee_amount_minor = 0)"
        self.leave_out("zero amounts left out", f"{zero} AND {read}")

    def note_rounding(self, words: str, source: str, amount: str, currency: str) -> None:
        """Record how many amounts have more decimals than their currency."""
        decimals = f"length(rtrim(split_part({amount}, '.', 2), '0'))"
        too_fine = self.count(f"{source} WHERE {decimals} > {exponent(currency)}")
        self.note(words, too_fine)

    def read_flag(self, relation: str, column: str) -> None:
        """Turn a column of texts into true and false; any other text is a fault."""
        rows = self.connection.execute(f"""
            SELECT "{ROW}", coalesce(left({column}, 80), ''), count(*) OVER ()
            FROM {relation}
            WHERE coalesce(lower({column}) NOT IN ('true', 'false', '1', '0'), true)
            ORDER BY ALL LIMIT {ROWS_SHOWN}
        """).fetchall()
        if rows:
            seen = tuple(FaultyRow(row, column, value) for row, value, _ in rows)
            name = relation.removeprefix("source_")
            fault = Fault(
                name, f"{column} is true or false", rows[0][2], "Write one of them.", seen
            )
            self.faults.append(fault)
        self.connection.execute(
            f"ALTER TABLE {relation} ALTER {column} TYPE BOOLEAN"
            f" USING coalesce(lower({column}) IN ('true', '1'), false)"
        )
