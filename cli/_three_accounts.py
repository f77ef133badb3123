"""The accounts that the demo asks about, and what it tells of the answers."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ledger.errors import MuleriskError


def three_accounts(ledger: Path, worklist: Path) -> dict[str, str]:
    """Choose the mule that stands highest on the worklist, a shop and an ordinary person.

    Only a simulated ledger tells who is what; the model never sees it.
    """
    from ledger.lake import open_lake

    rows = open_lake(ledger).read("truth_accounts").to_pylist()
    truth = {row["account_id"]: row for row in rows}
    with worklist.open() as file:
        ranked = [line["account_id"] for line in csv.DictReader(file)]
    mules = [i for i in ranked if truth[i]["is_mule"]]
    if not mules:
        raise MuleriskError(f"{worklist}: no mule stands on it.")

    def innocent(persona: str) -> str:
        innocents: Iterator[str] = (
            account
            for account, known in truth.items()
            if known["persona"] == persona and not known["is_mule"]
        )
        return next(innocents)

    return {"mule": mules[0], "shop": innocent("shop"), "ordinary person": innocent("salaried")}


def told(who: str, account: dict[str, Any]) -> Iterator[str]:
    """Tell one answer in a few lines."""
    action = account["suggestion"]["action"].replace("_", " ")
    yield (
        f"\n  {who} {account['account_id']}: {account['band']},"
        f" probability {account['probability']:.1%}, suggestion: {action}"
    )
    for towards in ("for", "against"):
        for reason in account[f"reasons_{towards}"]:
            words = f"{reason['title']}: {reason['sentence']}"
            yield f"    {towards:8}{reason['contribution']:+.2f}  {words}"
