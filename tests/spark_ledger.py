"""A ledger in which everything occurs that Spark might get wrong, and how tables are compared."""

import random
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from features.network.coded import coded, tables_of
from features.network.snapshot import rows_of as rows_of_snapshot
from features.network.snapshot import take
from ledger.lake import Lake, append
from ledger.schema import CHANNELS, OUTCOMES
from ledger.view import LakeView
from tests.facts import rows_of

LAST = datetime(2025, 6, 1, tzinfo=UTC)
AS_OFS = (LAST, LAST - timedelta(hours=30), LAST - timedelta(days=50))
BEFORE_ALL = LAST - timedelta(days=400)
OWN = ["busy", "idle", "unborn", "own busy", "other busy", *(f"a{n:02}" for n in range(40))]
OUTSIDE = [f"x{n}" for n in range(15)]
VALUES = [None, *(f"value {n}" for n in range(30))]


def drawn(count, seed=7):
    """Draw transactions on a grid of hours: ties, late facts, parties outside and missing."""
    chance = random.Random(seed)
    parties = [None, *(["busy"] * 20), *OUTSIDE, *(own for own in OWN if own != "idle")]
    for number in range(count):
        payer, payee = chance.sample(parties, 2)
        if payer == payee:
            payer = "x0"
        happened = LAST - timedelta(hours=chance.choice([-5, 0, 1, 24, chance.randrange(2400)]))
        late = timedelta(microseconds=chance.choice([0, 1, 10**6, 3 * 86400 * 10**6]))
        amount = chance.choice([100, 500, chance.randrange(1, 10**15)])
        yield {
            "transaction_id": f"t{number:05}",
            "tenant": f"bank {number % 2}",
            "happened_at": LAST + timedelta(days=9) if "unborn" in (payer, payee) else happened,
            "known_at": max(happened + late, LAST + timedelta(days=9))
            if "unborn" in (payer, payee)
            else happened + late,
            "payer_account": payer,
            "payee_account": payee,
            "payer_amount_minor": amount,
            "payee_amount_minor": amount,
            "reference_minor": amount,
            "payer_currency": "THB",
            "payee_currency": "THB",
            "channel": chance.choice(CHANNELS),
            "payer_institution": chance.choice([None, "bank_a", "bank_b"]),
            "payee_institution": chance.choice([None, "bank_a", "bank_b"]),
            "payer_country": chance.choice([None, "TH", "KH"]),
            "payee_country": chance.choice([None, "TH", "KH"]),
            "source_sequence": chance.choice([None, 1, 2]),
            "device_id": chance.choice(VALUES),
            "ip": chance.choice([*VALUES, *["a carrier's"] * 40]),
            "phone": chance.choice(VALUES),
        }


def taken_back(transactions):
    """Reverse transactions, each an hour after it happened, every third in part."""
    for number, row in enumerate(transactions):
        later = {name: row[name] + timedelta(hours=1) for name in ("happened_at", "known_at")}
        yield {
            **row, **later, "transaction_id": f"r{number:05}", "reverses": row["transaction_id"],
            "payer_account": row["payee_account"], "payee_account": row["payer_account"],
            "reference_minor": row["reference_minor"] // (1 if number % 3 else 2),
        }  # fmt: skip


def write_ledger(folder):
    """Write a ledger of three parts whose times overlap, and all that is said of accounts."""
    transactions = list(drawn(1425))
    transactions += taken_back(transactions[::19])
    accounts = [
        {
            "account_id": name,
            "institution": "bank_a",
            "country": "TH" if number % 3 else None,
            "opened_at": LAST - timedelta(days=number) if number % 4 else None,
            "holder_id": f"holder {number % 7}" if number % 3 else None,
            "holder_kind": "business" if number % 5 else "person",
            "declared_income": 10**7 if number % 2 else None,
        }
        for number, name in enumerate(OWN)
    ]
    lake = Lake(folder, "test", "THB")
    lake = append(lake, {"accounts": rows_of("accounts", *accounts)})
    for part in range(3):
        said = {name: rows_of(name, *rows[part::3]) for name, rows in said_of_accounts().items()}
        lake = append(
            lake, {"transactions": rows_of("transactions", *transactions[part::3]), **said}
        )
    return append(lake, {"snapshots": snapshots_of(lake)})


def snapshots_of(lake):
    """Take snapshots: one is known late and lacks an account, a later one is of old definitions."""
    network = coded(tables_of(LakeView(lake, LAST)))
    minutes, days = timedelta(minutes=15), timedelta(days=2)
    delays = {LAST - 10 * days: minutes, LAST - 2 * days: minutes, LAST - 1.5 * days: days}
    first, second, late = (
        rows_of_snapshot(take(network, as_of, delay)) for as_of, delay in delays.items()
    )
    at = LAST - timedelta(hours=36)
    old = [
        {**row, "definitions": "old", "happened_at": at, "known_at": at}
        for row in first.to_pylist()
    ]
    return pa.concat_tables([first, second, late.slice(1), pa.Table.from_pylist(old, first.schema)])


def said_of_accounts(seed=11):
    """Draw complaints, outcomes and the like, some of them late, withdrawn or of nobody known."""
    chance = random.Random(seed)

    def moment():
        return LAST - timedelta(hours=chance.choice([-5, 0, 1, 24, chance.randrange(2400)]))

    def fact(**columns):
        happened = moment()
        late = timedelta(hours=chance.choice([0, 0, 1, 100]))
        return {"happened_at": happened, "known_at": happened + late, **columns}

    def anybody():
        return chance.choice([*OWN, *OUTSIDE, "unheard of"])

    def payment():
        return f"t{chance.randrange(1600):05}"

    about = [payment() for _ in range(60)]
    return {
        "complaints": [
            fact(
                complaint_id=f"c{number % 60}",
                transaction_id=about[number % 60],
                status=("open", "confirmed", "withdrawn")[number % 7 % 3],
                source=chance.choice(["bank", "police"]),
            )
            for number in range(90)
        ],
        "recalls": [fact(recall_id=f"r{n}", transaction_id=payment()) for n in range(30)],
        "labels": [
            fact(account_id=name, outcome=OUTCOMES[number % len(OUTCOMES)], source="bank")
            for number, name in enumerate(["a01", "a02", "a03", "a04", "x3", "unheard of", "a05"])
        ],
        "list_entries": [
            fact(
                account_id=anybody(),
                list_name=chance.choice(["black", "grey"]),
                expires_at=chance.choice([None, moment()]),
            )
            for _ in range(20)
        ],
        "identifiers": [
            {
                "account_id": anybody(),
                "kind": chance.choice(["device", "phone", "ip", "email", "address"]),
                "value": chance.choice(VALUES[1:]),
                "seen_from": (seen := moment()),
                "seen_until": chance.choice([None, seen + timedelta(days=chance.randrange(60))]),
                "known_at": seen + timedelta(hours=chance.choice([0, 100])),
            }
            for _ in range(60)
        ],
    }


def bits(features):
    """Name the features of each account and instant as integers, so that NaN equals NaN."""
    return {
        (account, at): values.tobytes()
        for account, at, values in zip(
            features.account_id, features.as_of, features.values, strict=True
        )
    }
