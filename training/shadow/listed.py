"""The accounts whose band differs, for a person who may see them."""

import csv
from collections.abc import Mapping
from pathlib import Path

from ledger.foreign_text import spreadsheet_safe
from ledger.view import instant
from training.shadow.answers import Answers, Changed
from training.shadow.both import Both

COLUMNS = (
    "account_id", "as_of", "champion_band", "challenger_band", "champion_probability",
    "challenger_probability", "champion_raw_score", "challenger_raw_score", "gained", "lost",
    "champion_bundle", "challenger_bundle",
)  # fmt: skip
"""What each line tells; `docs/shadow.md` says what they mean."""


def write_list(path: Path, answers: Answers, both: Both) -> None:
    """Write them as CSV in UTF-8, the furthest moved first, with no cell that is a formula."""
    path.parent.mkdir(parents=True, exist_ok=True)
    accounts = sorted(
        answers.changed.values(),
        key=lambda each: (-abs(each.steps), -each.challenger, each.account_id),
    )
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(_row(each, both) for each in accounts)


def _row(changed: Changed, both: Both) -> dict[str, str]:
    told = {
        "account_id": spreadsheet_safe(changed.account_id),
        "as_of": instant(changed.as_of).isoformat(),
        **dict(zip(("champion_band", "challenger_band"), changed.bands, strict=True)),
        **_behaviours(*changed.moved),
    }
    for name, scorer in vars(both).items():
        raw = getattr(changed, name)
        told[f"{name}_probability"] = f"{scorer.calibration.probability(raw):.6f}"
        told[f"{name}_raw_score"] = f"{raw:.6f}"
        told[f"{name}_bundle"] = scorer.versions.bundle
    return told


def _behaviours(champion: Mapping[str, float], challenger: Mapping[str, float]) -> dict[str, str]:
    """Name the behaviour that speaks more for a mule account than before, and that which less."""
    gained = {name: challenger[name] - champion[name] for name in champion}
    most, least = max(gained, key=gained.__getitem__), min(gained, key=gained.__getitem__)
    return {
        "gained": most if gained[most] > 0 else "",
        "lost": least if gained[least] < 0 else "",
    }
