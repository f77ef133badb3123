"""A refusal as text for a person: each fault with its exact count, its rows and its cure."""

from collections.abc import Iterator

from ledger.errors import ROWS_SHOWN, Fault, InputRefused

VALUE_WIDTH = 40
_HEADINGS = ("row", "column", "value")


def text(refusal: InputRefused) -> str:
    """Write a refusal over several lines, every fault of it.

    Values come from outside, so characters that could steer a terminal are written as escapes.
    """
    rules = len(refusal.faults)
    lines = [f"refused, nothing was stored: {rules} {'fault' if rules == 1 else 'faults'}"]
    for fault in refusal.faults:
        lines += ["", *_fault(fault)]
    return "\n".join(lines)


def _fault(fault: Fault) -> Iterator[str]:
    count = f": {fault.count:,} {'row breaks' if fault.count == 1 else 'rows break'} this rule"
    yield f"{_shown(fault.table)} | {_shown(fault.rule, 200)}{count if fault.count else ''}"
    yield f"  Cure: {fault.cure}"
    if not fault.rows:
        return
    cells = [_HEADINGS, *((f"{row.row:,}", row.column, _shown(row.value)) for row in fault.rows)]
    widths = [max(len(line[place]) for line in cells) for place in range(len(_HEADINGS))]
    for row, column, value in cells:
        yield f"  {row:>{widths[0]}}  {column:<{widths[1]}}  {value}".rstrip()
    if fault.count > ROWS_SHOWN:
        yield f"  ... and {fault.count - ROWS_SHOWN:,} more"


def _shown(value: str, width: int = VALUE_WIDTH) -> str:
    printable = "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in value
    )
    return printable if len(printable) <= width else printable[: width - 3] + "..."
