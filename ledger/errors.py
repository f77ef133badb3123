"""What a refusal says: every fault at once, how many rows each touches, and how to mend it."""

from dataclasses import dataclass, field

ROWS_SHOWN = 100
"""A refusal lists at most this many rows of each fault, and counts them all."""


class MuleriskError(Exception):
    """A refusal that a person can act on; the doors print its text without a traceback."""


@dataclass(frozen=True)
class FaultyRow:
    """One row that breaks a rule.

    Attributes
    ----------
    row : int
        Position in the input, counted from 1 (a header line is not counted).
    column : str
    value : str
        What was seen, shortened to 80 characters.
    """

    row: int
    column: str
    value: str


@dataclass(frozen=True)
class Fault:
    """One broken rule of one table.

    Attributes
    ----------
    table, rule : str
    count : int
        Exact number of rows that break the rule; 0 for a fault of the whole input.
    cure : str
        What to do about it.
    rows : tuple of FaultyRow
        The first rows that break it, at most `ROWS_SHOWN`.
    """

    table: str
    rule: str
    count: int
    cure: str
    rows: tuple[FaultyRow, ...] = field(default=())


class InputRefused(MuleriskError):
    """Input with faults. Nothing of it was stored.

    Attributes
    ----------
    faults : tuple of Fault
    """

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(_sentence(fault) for fault in faults))


def refuse(table: str, rule: str, cure: str) -> InputRefused:
    """Build the refusal of a whole input, where no row can be named."""
    return InputRefused((Fault(table, rule, 0, cure),))


def _sentence(fault: Fault) -> str:
    rows = f" ({fault.count} rows)" if fault.count else ""
    return f"{fault.table}: {fault.rule}{rows}. {fault.cure}"
