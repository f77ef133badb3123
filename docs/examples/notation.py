"""The notation in which small ledgers are drawn: one fact a line, as an analyst would tell it.

A line begins with how long before the question the fact took place (`AS_OF`), in days, hours and
minutes; an account's line with its name. Amounts are in baht. Payments are numbered from 1 as they
stand, and other facts name them by these numbers. A party in brackets is no account.

    mia: opened 400d, income 240,000, holder h1, at bank_a, in TH, a business
    2d 12h      ann -> mia 1,000 instant
    2d 11h 30m  mia -> (cash) 900 atm on phone-1
    2d          ann -> mia 1,000 back 1
    1d          complaint about 1 at bank_b withdrawn
    1d          recall of 1
    1d          ann found victim known 0d
    1d          mia listed national until 0d
    9d          mia seen with device phone-1 until 2d
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

from docs.examples.drawn import AS_OF, Drawn, Fact, Row, payment_id
from ledger.schema import CHANNELS, OUTCOMES

_BEFORE = r"\d+d(?: \d+h)?(?: \d+m)?|\d+h(?: \d+m)?|\d+m"
_LINE = re.compile(rf"(?P<before>{_BEFORE}) (?P<fact>.*?)(?: known (?P<known>{_BEFORE}))?")
_ACCOUNT = re.compile(r"(?P<account_id>\w[\w-]*):(?P<words> .*)?")
_FACTS: Mapping[str, re.Pattern[str]] = {
    "transactions": re.compile(
        r"(?P<payer_account>\S+) -> (?P<payee_account>\S+) (?P<amount>[\d,.]+)"
        rf"(?: (?P<channel>{'|'.join(CHANNELS)}))?(?: on (?P<device_id>\S+))?"
        r"(?: back (?P<reverses>\d+))?"
    ),
    "labels": re.compile(rf"(?P<account_id>\S+) found (?P<outcome>{'|'.join(OUTCOMES)})"),
    "complaints": re.compile(
        r"complaint about (?P<transaction_id>\d+) at (?P<source>\w+)"
        r"(?: (?P<status>open|confirmed|withdrawn))?"
    ),
    "recalls": re.compile(r"recall of (?P<transaction_id>\d+)"),
    "list_entries": re.compile(
        rf"(?P<account_id>\S+) listed (?P<list_name>\w+)(?: until (?P<expires_at>{_BEFORE}))?"
    ),
    "identifiers": re.compile(
        r"(?P<account_id>\S+) seen with (?P<kind>\w+) (?P<value>\S+)"
        rf"(?: until (?P<seen_until>{_BEFORE}))?"
    ),
}
"""Table -> how a line tells a row of it."""

_CLAUSES = {
    "opened": "opened_at", "income": "declared_income", "holder": "holder_id",
    "at": "institution", "in": "country", "a": "holder_kind",
}  # fmt: skip
"""First word of what is said of an account -> its column."""


def read(lines: Iterable[str]) -> Drawn:
    """Read a ledger from its lines; empty ones are passed over.

    Raises
    ------
    ValueError
        If a line says none of what this notation can say.
    """
    said: list[str] = []
    accounts: dict[str, Row] = {}
    facts: list[Fact] = []
    numbers = count(1)
    for line in filter(None, (" ".join(line.split()) for line in lines)):
        if of_account := _ACCOUNT.fullmatch(line):
            said.append(line)
            accounts[of_account["account_id"]] = dict(_said(of_account["words"] or ""))
            continue
        fact = _fact(line)
        if fact.table == "transactions":
            fact = replace(fact, row=fact.row | {"transaction_id": payment_id(next(numbers))})
        facts.append(fact)
    return Drawn(tuple(said), accounts, tuple(facts))


def before(text: str) -> datetime:
    """Find the instant a length such as `2d 12h 30m` before the question."""
    units = {"d": "days", "h": "hours", "m": "minutes"}
    return AS_OF - timedelta(**{units[part[-1]]: int(part[:-1]) for part in text.split()})


def _said(words: str) -> Iterator[tuple[str, object]]:
    for clause in filter(None, words.strip().split(", ")):
        word, _, value = clause.partition(" ")
        if word not in _CLAUSES:
            raise ValueError(f"of an account is said {clause!r}; expected one of {[*_CLAUSES]}")
        yield _CLAUSES[word], _value(_CLAUSES[word], value)


def _fact(line: str) -> Fact:
    parts = _LINE.fullmatch(line)
    for table, pattern in _FACTS.items() if parts else ():
        if told := pattern.fullmatch(parts["fact"]):
            happened_at = before(parts["before"])
            known_at = before(parts["known"]) if parts["known"] else happened_at
            row = {name: _value(name, text) for name, text in told.groupdict().items() if text}
            row |= {"happened_at": happened_at, "known_at": known_at}
            row |= _MORE[table](row) if table in _MORE else {}
            return Fact(parts["before"], happened_at, parts["fact"], table, row)
    raise ValueError(f"this line says nothing that the notation knows: {line!r}")


def _value(column: str, text: str) -> object:
    if column in ("opened_at", "expires_at", "seen_until"):
        return before(text)
    if column in ("transaction_id", "reverses"):
        return payment_id(int(text))
    if column in ("amount", "declared_income"):
        return round(100 * float(text.replace(",", "")))
    return None if text.startswith("(") else text


def _of_payment(row: Row) -> Row:
    money: Row = {"reference_minor": row["amount"]}
    for side in ("payer", "payee"):
        money |= {f"{side}_amount_minor": row["amount"], f"{side}_currency": "THB"}
    return {"channel": row.get("channel", "instant"), **money}


def _of_complaint(row: Row) -> Row:
    made = f"{row['transaction_id']} {row['source']}"
    return {"complaint_id": made, "status": row.get("status", "open")}


_MORE: Mapping[str, Callable[[Row], Row]] = {
    "transactions": _of_payment,
    "complaints": _of_complaint,
    "labels": lambda _: {"source": "bank"},
    "identifiers": lambda row: {"seen_from": row["happened_at"]},
}
"""Table -> what its rows hold beside what a line tells."""
