"""The tables of a ledger: what happened, and when it was known.

Every fact carries `happened_at`, when it took place, and `known_at`, when it was learnt.
"""

from typing import Literal, get_args

from ledger.contract import Column, Rule, Table, Type
from ledger.currencies import EXPONENTS, MAXIMUM_MINOR

CHANNELS = (
    "transfer", "instant", "wire", "card", "cash_deposit", "atm", "cheque", "e_wallet", "crypto",
    "fee", "salary", "bill", "other",
)  # fmt: skip
"""How money moved. The position in this tuple is the code the feature kernel sees."""

ACCOUNT_KINDS = ("bank", "e_wallet", "crypto_wallet")
OUTCOMES = ("complicit_mule", "unwitting_mule", "victim", "legitimate", "undetermined")
MULE_OUTCOMES = ("complicit_mule", "unwitting_mule")
UNDETERMINED = "undetermined"
"""The outcome of an investigation that does not tell what the account is."""
ACTIONS = ("hold", "freeze")
"""What a bank does to an account; the event `release` ends all that was done to it before."""

Role = Literal["collector", "relay", "cash_out", "merchant_exit"]
ROLES: tuple[Role, ...] = get_args(Role)
"""What a mule does in a scheme: takes victims' money in, passes other mules' money on, takes it out
as cash, or spends it on goods or crypto. Models count roles in this order."""

_CURRENCIES = tuple(sorted(EXPONENTS))
_HAPPENED = Column("happened_at", Type.TIME, "When it took place.", unit="UTC")
_KNOWN = Column("known_at", Type.TIME, "When it was learnt.", unit="UTC")
_KNOWN_AFTERWARDS = Rule(
    "known_at is not before happened_at", "known_at >= happened_at", "known_at",
    "A fact cannot be learnt before it happens; check the two columns and their zones.",
)  # fmt: skip


def _text(name: str, about: str, *values: str, nullable: bool = True) -> Column:
    return Column(name, Type.TEXT, about, nullable=nullable, values=values)


def _id(name: str, about: str) -> Column:
    return _text(name, about, nullable=False)


def _optional(name: str, kind: Type, about: str, unit: str = "") -> Column:
    return Column(name, kind, about, nullable=True, unit=unit)


def _money(name: str, about: str, *, nullable: bool = False) -> Column:
    return Column(
        name, Type.INTEGER, about, nullable, "minor units", minimum=1, maximum=MAXIMUM_MINOR
    )


TRANSACTIONS = Table(
    "transactions",
    "Money moving from one account to another, into the ledger or out of it.",
    (
        _id("transaction_id", "Identity of the transaction, unique in the ledger."),
        Column("tenant", Type.TEXT, "The institution that sent the fact.", default="local"),
        _HAPPENED,
        _KNOWN,
        _text("payer_account", "Account debited; missing for cash or money from outside."),
        _text("payee_account", "Account credited; missing for cash or money going outside."),
        _money("payer_amount_minor", "What the payer was debited."),
        _text("payer_currency", "Currency of the debit.", *_CURRENCIES, nullable=False),
        _money("payee_amount_minor", "What the payee was credited."),
        _text("payee_currency", "Currency of the credit.", *_CURRENCIES, nullable=False),
        Column(
            "reference_minor", Type.INTEGER,
            "The amount in the ledger's reference currency, converted once with the rate known at"
            " known_at; what features count. Computed at import where it is missing.",
            nullable=True, unit="minor units", minimum=0, maximum=MAXIMUM_MINOR,
        ),
        _text("channel", "How the money moved.", *CHANNELS, nullable=False),
        _text("payer_institution", "Bank or wallet provider of the payer."),
        _text("payee_institution", "Bank or wallet provider of the payee."),
        _text("payer_country", "ISO 3166 code of the payer's institution."),
        _text("payee_country", "ISO 3166 code of the payee's institution."),
        _text("device_id", "Device that ordered it."),
        _text("ip", "Network address that ordered it."),
        _text("phone", "Telephone number that ordered it."),
        Column("reference", Type.TEXT, "Text the payer wrote.", nullable=True, is_prose=True),
        _optional("source_sequence", Type.INTEGER, "Order among transactions of one instant."),
        _text("status", "Whether it stands.", "booked", "reversed"),
        _text("reverses", "Transaction that this one takes back."),
    ),
    key=("transaction_id",),
    rules=(
        _KNOWN_AFTERWARDS,
        Rule(
            "payer_account or payee_account is given",
            "payer_account IS NOT NULL OR payee_account IS NOT NULL", "payer_account",
            "Name at least one account of the ledger.",
        ),
        Rule(
            "payer and payee differ",
            "payer_account IS NULL OR payee_account IS NULL OR payer_account <> payee_account",
            "payee_account", "Leave transfers of an account to itself out.",
        ),
        Rule(
            "a transaction takes back another one", "reverses <> transaction_id", "reverses",
            "Name the transaction taken back, or leave the value empty.",
        ),
        Rule(
            "one currency has one amount",
            "payer_currency <> payee_currency OR payer_amount_minor = payee_amount_minor",
            "payee_amount_minor",
            "Book a fee as a transaction of its own, or correct the currency.",
        ),
    ),
    may_be_empty=False,
)  # fmt: skip

ACCOUNTS = Table(
    "accounts",
    "Where money is held. An account is unique by institution and number.",
    (
        _id("account_id", "Identity used in every other table."),
        _id("institution", "Bank or wallet provider that holds it."),
        _text("kind", "What kind of account it is.", *ACCOUNT_KINDS, nullable=False),
        _optional("opened_at", Type.TIME, "When it was opened; missing if unknown.", "UTC"),
        _text("holder_id", "Pseudonym of the holder; one holder may have many accounts."),
        _text("holder_kind", "Who holds it.", "person", "business"),
        _text("country", "ISO 3166 code of the institution's country."),
        _optional("birth_year", Type.INTEGER, "The holder's; never a feature.", "year"),
        _text("occupation_group", "The holder's; never a feature."),
        Column(
            "declared_income", Type.INTEGER, "The holder's yearly income as declared.",
            nullable=True, unit="minor units of the reference currency", minimum=0,
            maximum=MAXIMUM_MINOR,
        ),
    ),
    key=("account_id",),
    may_be_empty=False,
)  # fmt: skip

LABELS = Table(
    "labels",
    "How investigations of accounts ended.",
    (
        _id("account_id", "The account investigated."),
        _text("outcome", "What it was found to be.", *OUTCOMES, nullable=False),
        _HAPPENED,
        _KNOWN,
        _id("source", "Who found it."),
        _optional(
            "inclusion_probability", Type.REAL,
            "The probability with which the account was drawn for investigation within a horizon,"
            " in (0, 1]; missing where it was complained of or suspected, and not drawn"
            " (docs/unlabelled.md).",
        ),
        _text("role", "What a mule did in its scheme; missing where nobody found out.", *ROLES),
    ),
    key=("account_id", "known_at"),
    rules=(
        _KNOWN_AFTERWARDS,
        Rule(
            "inclusion_probability is above 0 and at most 1",
            "inclusion_probability > 0 AND inclusion_probability <= 1", "inclusion_probability",
            "Write a share such as 0.02, or leave it empty where the account was not drawn.",
        ),
        Rule(
            "a role stands beside a mule outcome",
            f"role IS NULL OR outcome IN {MULE_OUTCOMES}", "role",
            "Leave the role of whoever is no mule empty, or correct the outcome.",
        ),
    ),
    may_be_empty=False,
)  # fmt: skip

COMPLAINTS = Table(
    "complaints",
    "A victim says a transaction was fraud.",
    (
        _id("complaint_id", "Identity of the complaint."),
        _id("transaction_id", "The transaction complained of."),
        _HAPPENED,
        _KNOWN,
        _text("status", "Where it stands.", "open", "confirmed", "withdrawn", nullable=False),
        _id("source", "Who took the complaint."),
    ),
    # Not known_at: told again later, it is still the same event.
    key=("complaint_id", "status", "happened_at"),
    rules=(_KNOWN_AFTERWARDS,),
    constant=("transaction_id",),
)

RECALLS = Table(
    "recalls",
    "A bank asks for a payment back.",
    (
        _id("recall_id", "Identity of the request."),
        _id("transaction_id", "The payment asked for."),
        _HAPPENED,
        _KNOWN,
        _text("reason", "Code of the reason, such as FRAD."),
    ),
    key=("recall_id",),
    rules=(_KNOWN_AFTERWARDS,),
)

ACCOUNT_EVENTS = Table(
    "account_events",
    "Changes and sessions of an account: limits, addresses, phones, devices, SIM swaps. And what a"
    " bank did to it: holds, freezes, and the release that ends all of them.",
    (
        _id("event_id", "Identity of the event."),
        _id("account_id", "The account it concerns."),
        _HAPPENED,
        _KNOWN,
        _text(
            "kind", "What happened.", "limit", "address", "phone", "device", "session", "sim_swap",
            *ACTIONS, "release", nullable=False,
        ),
        _text("value", "The new value, such as a device or a limit in minor units."),
    ),
    key=("event_id",),
    rules=(_KNOWN_AFTERWARDS,),
)  # fmt: skip

BALANCES = Table(
    "balances",
    "What an account held at an instant.",
    (
        _id("account_id", "The account."),
        _HAPPENED,
        _KNOWN,
        Column("balance_minor", Type.INTEGER, "May be negative.", unit="minor units"),
        _text("currency", "Currency of the balance.", *_CURRENCIES, nullable=False),
    ),
    key=("account_id", "happened_at"),
    rules=(_KNOWN_AFTERWARDS,),
)

IDENTIFIERS = Table(
    "identifiers",
    "Devices, telephone numbers and addresses seen with an account.",
    (
        _id("account_id", "The account."),
        _text(
            "kind", "What it is.", "device", "phone", "ip", "email", "address", nullable=False
        ),
        _id("value", "The identifier."),
        Column("seen_from", Type.TIME, "First seen.", unit="UTC"),
        _optional("seen_until", Type.TIME, "Last seen.", "UTC"),
        _KNOWN,
    ),
    key=("account_id", "kind", "value", "seen_from"),
)  # fmt: skip

FX_RATES = Table(
    "fx_rates",
    "What one major unit of a currency was worth in another.",
    (
        _text("currency", "The currency priced.", *_CURRENCIES, nullable=False),
        _text("reference_currency", "The currency it is priced in.", *_CURRENCIES, nullable=False),
        Column("rate", Type.REAL, "Major units of the reference per major unit of the currency."),
        _HAPPENED,
        _KNOWN,
    ),
    key=("currency", "reference_currency", "known_at"),
    rules=(
        _KNOWN_AFTERWARDS,
        Rule("rate is above 0 and finite", "rate > 0 AND rate < 1e18", "rate", "Give the rate."),
    ),
)

LIST_ENTRIES = Table(
    "list_entries",
    "An account on a national list, with the day the entry ends.",
    (
        _id("account_id", "The account listed."),
        _id("list_name", "The list."),
        _id("level", "The list's own level."),
        _HAPPENED,
        _KNOWN,
        Column(
            "expires_at",
            Type.TIME,
            "When the entry ends; missing if open.",
            nullable=True,
            unit="UTC",
        ),
    ),
    key=("account_id", "list_name", "known_at"),
    rules=(_KNOWN_AFTERWARDS,),
)

SNAPSHOTS = Table(
    "snapshots",
    "What payments and identifiers between accounts showed of each account at an instant, as"
    " `mulerisk snapshot` computed it: the network features (docs/network.md).",
    (
        _id("account_id", "The account shown."),
        _id("definitions", "SHA-256 over the definitions of the network features."),
        _HAPPENED,
        _KNOWN,
        _id(
            "figures",
            "As JSON a list: the values in the order of their definitions, null is missing, and"
            " last, by feature, the account's payments that make them.",
        ),
    ),
    key=("account_id", "definitions", "happened_at", "known_at"),
    rules=(_KNOWN_AFTERWARDS,),
)

TRUTH_TRANSACTIONS = Table(
    "truth_transactions",
    "What a generator knows of its laundering transactions. A bank has no such table; evaluation"
    " alone reads it.",
    (
        _id("transaction_id", "A transaction that launders."),
        _text("pattern_id", "The pattern instance it belongs to."),
        _id("typology", "The generator's name of the pattern."),
    ),
    key=("transaction_id",),
)

TRUTH_ACCOUNTS = Table(
    "truth_accounts",
    "What a generator knows of its accounts. A bank has no such table; evaluation alone reads it.",
    (
        _id("account_id", "The account."),
        _id("persona", "Who the generator made it."),
        Column("is_mule", Type.BOOLEAN, "Whether it ever launders."),
        Column("is_hard_innocent", Type.BOOLEAN, "Whether it looks like a mule and is none."),
    ),
    key=("account_id",),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        TRANSACTIONS, ACCOUNTS, LABELS, COMPLAINTS, RECALLS, ACCOUNT_EVENTS, BALANCES, IDENTIFIERS,
        FX_RATES, LIST_ENTRIES, SNAPSHOTS, TRUTH_TRANSACTIONS, TRUTH_ACCOUNTS,
    )
}  # fmt: skip
"""Every table by its name."""
