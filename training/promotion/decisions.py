"""Decisions about which model serves: who made them, why, when, on what, and what followed.

They stand in `artifacts/NAME/decisions/`, one file each, refusals included, and are never changed.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, get_args

from ledger.errors import MuleriskError
from training.promotion.rules import Finding

Action = Literal["promote", "challenge", "rollback"]


class Unanswered(MuleriskError):
    """Nobody answers for a decision, or no reason is given."""


@dataclass(frozen=True)
class Act:
    """Who decides, why and when.

    Raises
    ------
    Unanswered
        If author or reason is empty.
    """

    author: str
    reason: str
    at: datetime

    def __post_init__(self) -> None:
        """Refuse an act without an author or a reason."""
        if not (self.author.strip() and self.reason.strip()):
            raise Unanswered("A decision needs an author and a reason; name both.")

    @property
    def stamp(self) -> str:
        """The instant as a part of a file's name that sorts by time."""
        return f"{self.at.astimezone(UTC):%Y%m%dT%H%M%S%f}"


@dataclass(frozen=True)
class Decision:
    """What was decided.

    Attributes
    ----------
    action : {"promote", "challenge", "rollback"}
    outcome : {"in service", "in shadow", "refused"}
    author, reason, decided_at : str
    ledger, version, run_id : str
        The model, as the registry names it.
    champion_before, champion_after : str or None
        Names of the folders in service.
    aliases : mapping of str to str or None
        Versions that aliases of the registry point to from now on; others stay.
    bundle, folder : str
        SHA-256 of its manifest and name of its folder; empty where nothing was signed.
    findings : tuple of Finding
        What each rule of the gate found.
    figures : mapping
        What they judged by.
    """

    action: Action
    outcome: Literal["in service", "in shadow", "refused"]
    author: str
    reason: str
    decided_at: str
    ledger: str
    version: str
    run_id: str
    champion_before: str | None
    champion_after: str | None
    aliases: Mapping[str, str | None]
    bundle: str = ""
    folder: str = ""
    findings: tuple[Finding, ...] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)

    @property
    def overridden(self) -> tuple[str, ...]:
        """The rules that its author answers for."""
        return tuple(each.rule for each in self.findings if each.overridden)

    @property
    def refused(self) -> tuple[str, ...]:
        """The rules that stood in its way."""
        return tuple(each.rule for each in self.findings if not (each.passed or each.overridden))

    def to_json(self) -> str:
        """Write it."""
        return json.dumps(asdict(self), indent=2, allow_nan=False) + "\n"

    @classmethod
    def from_json(cls, content: str) -> "Decision":
        """Read what `to_json` wrote."""
        fields = json.loads(content)
        findings = tuple(Finding(**each) for each in fields.pop("findings"))
        return cls(**fields, findings=findings)

    def tags(self) -> dict[str, str]:
        """Tell it in the registry: each rule with what it saw and asked."""
        told = {
            "action": self.action, "outcome": self.outcome, "author": self.author,
            "reason": self.reason, "decided_at": self.decided_at, "bundle": self.bundle,
            "champion_before": self.champion_before or "none",
            "champion_after": self.champion_after or "none",
            "aliases": json.dumps(self.aliases), "overridden": " ".join(self.overridden) or "none",
        }  # fmt: skip
        return {
            **{f"decision.{name}": words for name, words in told.items()},
            **{f"gate.{each.rule}": _told(each) for each in self.findings},
        }


def _told(finding: Finding) -> str:
    how = "passed" if finding.passed else "overridden" if finding.overridden else "refused"
    return f"{how}: {finding.words()}"


def write(decision: Decision, folder: Path, stamp: str) -> Path:
    """Keep a decision; none that stands is ever overwritten."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{stamp}-{decision.action}.json"
    with path.open("x") as file:
        file.write(decision.to_json())
    return path


def history(folder: Path) -> list[Decision]:
    """Read all decisions, the first one first."""
    files = [file for action in get_args(Action) for file in folder.glob(f"*-{action}.json")]
    return [Decision.from_json(file.read_text()) for file in sorted(files)]
