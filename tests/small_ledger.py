"""A ledger of five payments in canonical CSV, valid as it stands, for tests to break."""

import csv
import gzip
import hashlib
import json
from pathlib import Path

import pyarrow.parquet as pq

from ledger.lake import MANIFEST, Lake, open_lake

TABLES = {
    "transactions": [
        {
            "transaction_id": f"t{number}",
            "happened_at": f"2024-03-0{number}T10:00:00Z",
            "known_at": f"2024-03-0{number}T10:00:01Z",
            "payer_account": payer,
            "payee_account": payee,
            "payer_amount_minor": str(1000 * number),
            "payer_currency": "THB",
            "payee_amount_minor": str(1000 * number),
            "payee_currency": "THB",
            "channel": "instant",
        }
        for number, (payer, payee) in enumerate(
            [("a", "b"), ("b", "c"), ("c", "a"), ("a", "c"), ("", "b")], start=1
        )
    ],
    "accounts": [{"account_id": name, "institution": "bank", "kind": "bank"} for name in "abc"],
    "labels": [
        {
            "account_id": "b",
            "outcome": "complicit_mule",
            "happened_at": "2024-03-02T00:00:00Z",
            "known_at": "2024-03-05T00:00:00Z",
            "source": "bank",
        }
    ],
}


def tables() -> dict[str, list[dict[str, str]]]:
    """Copy the rows, so that a test can change them."""
    return {name: [dict(row) for row in rows] for name, rows in TABLES.items()}


def write(folder: Path, content: dict[str, list[dict[str, str]]], *, packed: bool = False) -> Path:
    """Write tables as CSV files, compressed if `packed`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in content.items():
        path = folder / f"{name}.csv{'.gz' if packed else ''}"
        with (gzip.open if packed else open)(path, "wt", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(dict.fromkeys(key for row in rows for key in row)))
            writer.writeheader()
            writer.writerows(rows)
    return folder


def as_before(column: str, lake: Lake) -> Lake:
    """Write every part of a lake anew as it stood before the contract had a column."""
    manifest = json.loads((lake.folder / MANIFEST).read_text())
    for part, entry in zip(lake.parts, manifest["parts"], strict=True):
        file = lake.folder / part.path
        rows = pq.read_table(file)
        pq.write_table(rows.drop_columns([n for n in rows.column_names if n == column]), file)
        entry["sha256"] = hashlib.sha256(file.read_bytes()).hexdigest()
    (lake.folder / MANIFEST).write_text(json.dumps(manifest))
    return open_lake(lake.folder)
