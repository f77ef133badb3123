"""A small bank for tests: ordinary people, one shop, a few mules, and a model learnt from them."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import lightgbm
import numpy as np
import pyarrow as pa

from features.catalogue import NAMES
from features.compute import compute
from features.network.coded import coded, tables_of
from features.network.families import DEFINITIONS
from features.network.join import with_rows
from features.network.snapshot import rows_of, take
from ledger.lake import Lake, append
from ledger.schema import ACCOUNTS, COMPLAINTS, LABELS, TRANSACTIONS
from ledger.view import LakeView
from models.bands import Thresholds
from models.bundle import Bundle, write_bundle
from models.calibration import Calibration
from models.manifest import Lineage
from models.peers import EVERY
from models.signature import make_keys, read_private_key
from models.typical import typical_of
from tests.property.drawn_models import learnt_roles

AS_OF = datetime(2025, 6, 1, tzinfo=UTC)
NETWORK_AS_OF = AS_OF - timedelta(hours=1)
START = AS_OF - timedelta(days=120)
MULE, SHOP, PERSON = "mule-0", "shop", "person-0"
FOUND, CLEARED = "mule-7", "person-1"
"""A mule that an investigation has found, and a person whom one has cleared."""
VICTIM = "person-7"
"""Who complains of a payment to somebody who is not named."""
MULES, PEOPLE = 8, 60


@dataclass
class _Book:
    """Transactions as they are written down."""

    draw: random.Random = field(default_factory=lambda: random.Random(7))
    rows: list[dict[str, object]] = field(default_factory=list)

    def pay(self, payer, payee, amount, at, channel="instant", country="TH") -> str:
        name = f"t{len(self.rows) + 1:05}"
        self.rows.append(
            {
                "transaction_id": name, "tenant": "local", "happened_at": at, "known_at": at,
                "payer_account": payer, "payee_account": payee,
                "payer_amount_minor": amount, "payer_currency": "THB",
                "payee_amount_minor": amount, "payee_currency": "THB",
                "reference_minor": amount, "channel": channel,
                "payer_country": country, "payee_country": country, "status": "booked",
            }
        )  # fmt: skip
        return name


def make_bank(folder: Path, names: dict[str, str] | None = None) -> Lake:
    """Write the bank's ledger to `folder`; `names` renames accounts."""
    book = _Book()
    for number in range(PEOPLE):
        _live(book, f"person-{number}")
    _trade(book)
    complained = [_launder(book, f"mule-{number}") for number in range(MULES)]
    complained.append(_last_bill(book, VICTIM))
    names = names or {}
    for row in book.rows:
        for side in ("payer_account", "payee_account"):
            row[side] = names.get(row[side], row[side])
    ids = [f"person-{n}" for n in range(PEOPLE)] + [SHOP] + [f"mule-{n}" for n in range(MULES)]
    accounts = [
        {"account_id": names.get(id_, id_), "institution": "Bank 1", "kind": "bank",
         "country": "TH", "opened_at": START - timedelta(days=30 if "mule" in id_ else 900)}
        for id_ in ids
    ]  # fmt: skip
    tables = {
        "accounts": table(ACCOUNTS, accounts),
        "transactions": table(TRANSACTIONS, book.rows),
        "complaints": table(COMPLAINTS, [_complaint(id_) for id_ in complained]),
        "labels": table(
            LABELS, [_label(FOUND, "complicit_mule", "relay"), _label(CLEARED, "legitimate")]
        ),
    }
    lake = append(Lake(folder, "test", "THB"), tables)
    taken = take(coded(tables_of(LakeView(lake, NETWORK_AS_OF))), NETWORK_AS_OF)
    return append(lake, {"snapshots": rows_of(taken)})


def table(contract, rows) -> pa.Table:
    """Arrange rows as a table of the contract, with null where a row says nothing."""
    columns = {name: [row.get(name) for row in rows] for name in contract.arrow.names}
    return pa.table(columns, schema=contract.arrow)


def _live(book: _Book, person: str) -> None:
    draw = book.draw
    for day in range(120):
        at = START + timedelta(days=day, hours=8 + draw.random() * 12)
        if day % 30 == 1:
            book.pay(None, person, draw.randrange(2_000_000, 5_000_000), at, "salary")
            book.pay(person, None, 900_000, at + timedelta(hours=30), "bill")
        if draw.random() < 0.3:
            book.pay(person, SHOP, draw.randrange(5_000, 90_000), at, "card")
        if draw.random() < 0.05:
            friend = f"person-{draw.randrange(PEOPLE)}"
            if friend != person:
                book.pay(person, friend, draw.randrange(10_000, 200_000), at)


def _trade(book: _Book) -> None:
    for week in range(17):
        at = START + timedelta(days=7 * week, hours=9)
        book.pay(SHOP, "supplier", 3_000_000 + 10_000 * week, at)


def _launder(book: _Book, mule: str) -> str:
    draw = book.draw
    for month in range(3):
        at = START + timedelta(days=30 * month, hours=12)
        book.pay(None, mule, 60_000, at, "cash_deposit")
        book.pay(mule, SHOP, 20_000, at + timedelta(days=2), "card")
    for day in range(110, 119):
        at = START + timedelta(days=day, hours=7 + draw.random() * 9)
        amount = draw.randrange(800_000, 2_500_000)
        last = book.pay(f"victim-{mule}-{day}", mule, amount, at)
        book.pay(
            mule, None, amount * 9 // 10, at + timedelta(minutes=draw.randrange(5, 90)), "crypto"
        )
    return last


def _last_bill(book: _Book, person: str) -> str:
    bills = (
        row for row in book.rows if row["channel"] == "bill" and row["payer_account"] == person
    )
    return str([*bills][-1]["transaction_id"])


def _complaint(transaction_id: str) -> dict[str, object]:
    at = AS_OF - timedelta(hours=6)
    return {
        "complaint_id": f"c-{transaction_id}", "transaction_id": transaction_id,
        "happened_at": at, "known_at": at, "status": "open", "source": "police",
    }  # fmt: skip


def _label(account_id: str, outcome: str, role: str | None = None) -> dict[str, object]:
    at = AS_OF - timedelta(hours=3)
    return {
        "account_id": account_id, "outcome": outcome, "happened_at": at, "known_at": at,
        "source": "police", "role": role,
    }  # fmt: skip


def make_champion(folder: Path, lake: Lake) -> tuple[Path, Path]:
    """Learn a small model from the bank; return the bundle's folder and the public key's file."""
    view = LakeView(lake, AS_OF)
    own = compute(view.transactions(), view.accounts(), [AS_OF])
    rows = with_rows(own, view.snapshots(None, DEFINITIONS))
    is_mule = np.array(["mule" in account for account in rows.account_id], np.float64)
    booster = lightgbm.train(
        {"objective": "binary", "num_leaves": 6, "min_data_in_leaf": 4, "verbosity": -1,
         "feature_fraction": 0.3, "learning_rate": 0.1, "num_threads": 1, "seed": 1,
         "deterministic": True, "force_row_wise": True},
        lightgbm.Dataset(rows.values, is_mule, feature_name=list(NAMES)),
        num_boost_round=30,
    )  # fmt: skip
    keys = make_keys(folder / "keys")
    bundle = Bundle(
        model_text=booster.model_to_string(),
        calibration=Calibration(1.0, -0.5, 0.01, 0.04, 0.01, 2.0),
        thresholds=Thresholds(-2.0, -0.5, 0.5),
        typical=typical_of(rows.values, [EVERY] * len(is_mule), NAMES),
        lineage=Lineage(
            model_version="3", run_id="r", ledger_digest=lake.digest, data_hash="d",
            code_version="c", created_at="2025-06-01T00:00:00Z",
            learnt_until="2025-05-31T00:00:00+00:00",
            parameters={"labels": {"horizon_days": 30}}, metrics={},
        ),
        golden=rows.values[:4],
        roles=learnt_roles(names=NAMES),
    )  # fmt: skip
    write_bundle(folder / "champion", bundle, read_private_key(keys.private))
    return folder / "champion", keys.public
