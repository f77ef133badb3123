"""What may be sent. Account ids travel in bodies only: a URL ends up in logs."""

from typing import Annotated, Any

from pydantic import ConfigDict, Discriminator, Field, JsonValue, Strict, Tag

from ledger.schema import ACCOUNTS, COMPLAINTS, TRANSACTIONS
from serving.api.rows import ROWS, Instant, Strictly, Text, at_most, row_of

TENANT = "local"
"""Whose facts the service stores."""

SUPPLIED_TRANSACTIONS = 10_000
"""Most transactions that come along with a question."""

_ACCOUNT: dict[str, JsonValue] = {
    "account_id": "A-1001",
    "institution": "Example Bank",
    "kind": "bank",
    "opened_at": "2025-05-02T00:00:00Z",
    "country": "TH",
}
_PAYER: dict[str, JsonValue] = {**_ACCOUNT, "account_id": "A-2002"}
_TRANSACTION: dict[str, JsonValue] = {
    "transaction_id": "T-1",
    "happened_at": "2025-06-01T09:30:00Z",
    "payer_account": "A-2002",
    "payee_account": "A-1001",
    "payer_amount_minor": 1_500_000,
    "payer_currency": "THB",
    "payee_amount_minor": 1_500_000,
    "payee_currency": "THB",
    "channel": "instant",
}
_COMPLAINT: dict[str, JsonValue] = {
    "complaint_id": "C-1",
    "transaction_id": "T-1",
    "happened_at": "2025-06-01T10:05:00Z",
    "status": "open",
    "source": "Example Bank hotline",
}


@row_of(ACCOUNTS, stamped=(), example=_ACCOUNT)
class Account(Strictly):
    """One account."""


@row_of(TRANSACTIONS, stamped=("tenant", "known_at"), example=_TRANSACTION)
class Transaction(Strictly):
    """One transaction to store; the service stamps when it learnt of it."""


@row_of(TRANSACTIONS, stamped=("tenant",), optional=("known_at",), example=_TRANSACTION)
class SuppliedTransaction(Strictly):
    """One transaction that comes along with a question and is not stored.

    Without `known_at` it counts as known when it happened.
    """


@row_of(COMPLAINTS, stamped=("known_at",), example=_COMPLAINT)
class Complaint(Strictly):
    """One complaint to store; the service stamps when it learnt of it."""


def _example(**fields: JsonValue) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [fields]})


class _Question(Strictly):
    as_of: Instant | None = None
    """The instant asked about, the present if left out; facts that happened or were learnt at it or
    later are not seen."""
    reasons: Annotated[bool, Strict()] = True
    """Whether to explain each score; without, answers come faster."""
    counterfactuals: Annotated[bool, Strict()] = False
    """Whether to say what would have to be otherwise to leave the band; answers come later."""
    most_reasons: Annotated[int, Strict(), Field(ge=1, le=50)] = 5
    """Most reasons for, and most reasons against."""


class StoredQuestion(_Question):
    """Score accounts whose transactions the service has stored."""

    model_config = _example(accounts=["A-1001"], reasons=True, most_reasons=3)

    accounts: Annotated[list[Text], at_most(ROWS)] = Field(min_length=1, max_length=ROWS)
    """Account ids."""


class SuppliedQuestion(_Question):
    """Score accounts from the transactions that come along; nothing is looked up.

    Of these facts only a hash is stored, in the record of the assessment. It also keeps the
    account's id and what was answered: score, band, action and amount.
    """

    model_config = _example(
        as_of="2025-06-01T12:00:00Z", accounts=[_ACCOUNT], transactions=[_TRANSACTION]
    )

    accounts: Annotated[list[Account], at_most(ROWS)] = Field(min_length=1, max_length=ROWS)
    """The accounts to score."""
    transactions: Annotated[list[SuppliedTransaction], at_most(SUPPLIED_TRANSACTIONS)] = Field(
        min_length=1, max_length=SUPPLIED_TRANSACTIONS
    )
    """All that is known of them; without `known_at` one counts as known when it happened."""


def _form(body: Any) -> str:
    return "supplied" if isinstance(body, dict) and "transactions" in body else "stored"


Question = Annotated[
    Annotated[StoredQuestion, Tag("stored")] | Annotated[SuppliedQuestion, Tag("supplied")],
    Discriminator(_form),
]


class NewTransactions(Strictly):
    """Transactions to store, with the accounts that the service does not know yet."""

    model_config = _example(transactions=[_TRANSACTION], accounts=[_ACCOUNT, _PAYER])

    transactions: Annotated[list[Transaction], at_most(ROWS)] = Field(min_length=1, max_length=ROWS)
    """In any order; the service stamps when it learnt of them."""
    accounts: Annotated[list[Account], at_most(ROWS)] = Field(default=[], max_length=ROWS)
    """Accounts that the transactions name and the store may not know."""


class NewComplaints(Strictly):
    """Complaints to store."""

    model_config = _example(complaints=[_COMPLAINT])

    complaints: Annotated[list[Complaint], at_most(ROWS)] = Field(min_length=1, max_length=ROWS)
    """Events of complaints: another status of one is another event."""
