"""What monitoring found: who was compared, what moved, and which triggers fired."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from models.bundle import LEARNT, BundleRefused, lineage_of, load_bundle, read_learnt
from models.manifest import Lineage
from models.scorer import Scorer
from training.monitoring.compare import Compared, compare
from training.monitoring.learnt import Learnt
from training.monitoring.seen import Seen
from training.monitoring.triggers import Trigger, triggers
from training.parameters import Monitor

_LARGEST = 10


@dataclass(frozen=True, eq=False)
class Champion:
    """A verified model with what it learnt from."""

    scorer: Scorer
    lineage: Lineage
    learnt: Learnt


@dataclass(frozen=True)
class Question:
    """Who is compared.

    Attributes
    ----------
    ledger : str
    currency : str
        ISO 4217 code of its reference currency.
    since : datetime or None
        From when on assessments count; None where all accounts are compared instead.
    until : datetime
        Until when they count, or the instant at which all accounts are compared.
    """

    ledger: str
    currency: str
    since: datetime | None
    until: datetime


@dataclass(frozen=True, eq=False)
class Monitored:
    """What was found.

    Attributes
    ----------
    question : Question
    champion : Champion
    left_out : mapping of str to int
        How many are not compared, by the reason why.
    compared : Compared
    triggers : tuple of Trigger
    """

    question: Question
    champion: Champion
    left_out: Mapping[str, int]
    compared: Compared
    triggers: tuple[Trigger, ...]

    @property
    def fired(self) -> tuple[Trigger, ...]:
        """The triggers that fired."""
        return tuple(each for each in self.triggers if each.fired)

    @property
    def verdict(self) -> str:
        """Tell in a few words what to think of it."""
        if not self.fired:
            return "No trigger fired"
        if self.fired[0].name == "accounts":
            return "Too few accounts to tell"
        return f"Drift: {', '.join(each.name for each in self.fired)}"

    def to_dict(self) -> dict[str, Any]:
        """Return verdict and figures, ready for JSON; of long lists only the largest."""
        question, figures = self.question, self.compared.figures()
        largest = dict(list(figures["features"].items())[:_LARGEST])
        reasons = {**figures["reasons"], "shares": figures["reasons"]["shares"][:_LARGEST]}
        return {
            "verdict": self.verdict,
            "triggers": [each.name for each in self.fired],
            "ledger": question.ledger,
            "since": question.since.isoformat() if question.since else None,
            "until": question.until.isoformat(),
            "version": self.champion.scorer.versions.model,
            "bundle": self.champion.scorer.versions.bundle,
            "left_out": dict(self.left_out),
            **figures,
            "features": largest,
            "reasons": reasons,
        }


def read_champion(folder: Path, public_key: Ed25519PublicKey) -> Champion:
    """Verify and load a champion with what it learnt from.

    Raises
    ------
    BundleRefused
        If it does not verify, is of another catalogue, or does not tell what it learnt from.
    """
    scorer = load_bundle(folder, public_key)
    try:
        learnt = Learnt.from_bytes(read_learnt(folder, public_key))
        known = learnt.features.keys() >= set(scorer.names)
    except (ValueError, TypeError, KeyError):
        known = False
    if not known:
        raise BundleRefused(
            f"{LEARNT} cannot be read", "the format of this release", "Promote the model again."
        )
    return Champion(scorer, lineage_of(folder), learnt)


def monitored(question: Question, champion: Champion, seen: Seen, settings: Monitor) -> Monitored:
    """Compare what is seen with what the champion learnt from, and ask every trigger."""
    promised = champion.lineage.parameters["bands"]
    compared = compare(champion.learnt, seen, champion.scorer, promised, settings)
    found = triggers(compared, settings)
    return Monitored(question, champion, seen.left_out, compared, found)
