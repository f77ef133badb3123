"""A small ledger as plain text that stands in a page: its payments numbered, its windows parted."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from docs.examples.drawn import AS_OF, Drawn, Fact, number_of
from features.history import DAY, WINDOWS

_LENGTHS = {name: timedelta(days=length // DAY) for name, length in WINDOWS.items()}
_LONGEST_FIRST = sorted(_LENGTHS, key=lambda name: -_LENGTHS[name])
_WIDTH = 80


def drawing(drawn: Drawn, asked: str) -> str:
    """Draw a ledger.

    Payments have numbers, and a sign where the account asked about received (+) or paid (-). A
    window begins below the rule that bears its name and lasts to the end.
    """
    return "\n".join([*drawn.said, *_lines(drawn, asked), _rule("the instant asked about")])


def marked(payments: Sequence[int], drawn: Drawn) -> str:
    """Mark payments among all of a ledger: the numbers of these, and a dot for each other one."""
    numbers = range(1, len(drawn.payments) + 1)
    # A dot is as wide as its number, so that the marks of all features stand below each other.
    marks = (str(n) if n in payments else "·".rjust(len(str(n))) for n in numbers)
    return " ".join(marks)


def _lines(drawn: Drawn, asked: str) -> Iterator[str]:
    begun: list[str] = []
    for fact in drawn.facts:
        open_now = [name for name in _LONGEST_FIRST if fact.happened_at >= AS_OF - _LENGTHS[name]]
        if opened := open_now[len(begun) :]:
            yield _rule(", ".join(opened))
        begun = open_now
        is_payment = fact.table == "transactions"
        number = number_of(str(fact.row["transaction_id"])) if is_payment else ""
        told = _payment(fact, asked) if is_payment else fact.text
        yield f"{number:>2}  {fact.before:<10}  {fact.happened_at:%a %d %b %H:%M}  {told}"


def _payment(fact: Fact, asked: str) -> str:
    payer, _, payee, _, *how = fact.text.split()
    sign = {payee: "+", payer: "-"}.get(asked, "")
    amount = f"{sign}{int(fact.row['reference_minor']) / 100:,.2f}"
    return f"{payer:>8} -> {payee:<8}  {amount:>11}  {' '.join(how)}"


def _rule(name: str) -> str:
    return f"── {name} ".ljust(_WIDTH, "─")
