"""What was found of a challenger: who was compared, what differs, and how that is told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ledger.errors import MuleriskError
from ledger.view import LedgerView
from training.evaluation.markdown import counted
from training.shadow.answers import Answers
from training.shadow.both import Both
from training.shadow.compare import Alerts, Compared, compare

_LARGEST = 10


class NothingCompared(MuleriskError):
    """There is no assessment that champion and challenger can both be asked about."""


@dataclass(frozen=True)
class Question:
    """What is compared.

    Attributes
    ----------
    ledger : str
    currency : str
        ISO 4217 code of the store's reference currency.
    since, until : datetime
        Assessments made from the first on and before the second.
    """

    ledger: str
    currency: str
    since: datetime
    until: datetime


@dataclass(frozen=True, eq=False)
class Shadowed:
    """What was found.

    Attributes
    ----------
    question : Question
    both : Both
    left_out : mapping of str to int
        How many assessments are not compared, by the reason why.
    compared : Compared
    """

    question: Question
    both: Both
    left_out: Mapping[str, int]
    compared: Compared

    @property
    def verdict(self) -> str:
        """Tell in a few words how far the answers are apart."""
        compared = self.compared
        rebanded = compared.in_higher + compared.in_lower
        if compared.raw.largest == compared.probability.largest == rebanded == 0:
            return "No difference at all"
        return f"{rebanded:,} of {counted(compared.assessments, 'assessment')} in another band"

    def lines(self) -> Iterator[str]:
        """Tell it in a few lines; no account is named."""
        found = self.compared
        yield f"bands: {found.in_higher:,} assessments higher, {found.in_lower:,} lower"
        yield f"alerts by its own thresholds: {_told(found.by_thresholds)}"
        yield f"alerts, as many each day as the champion: {_told(found.as_many)}"
        for name, each in (("mules", found.mules), ("cleared", found.cleared)):
            if each.accounts:
                yield (
                    f"{name} since: {each.accounts:,}; of these alerted by the champion"
                    f" {each.champion:,}, by the challenger {each.by_thresholds:,}, as many each"
                    f" day {each.as_many:,}"
                )
        for why, count in self.left_out.items():
            yield f"not compared: {count:,} {why}"

    def to_dict(self) -> dict[str, Any]:
        """Return everything, ready for JSON; of behaviours only those that differ most."""
        question, figures = self.question, self.compared.figures()
        for name in ("higher", "lower"):
            figures[name] |= {"behaviours": figures[name]["behaviours"][:_LARGEST]}
        return {
            "verdict": self.verdict,
            "ledger": question.ledger,
            "since": question.since.isoformat(),
            "until": question.until.isoformat(),
            **{
                name: {"version": scorer.versions.model, "bundle": scorer.versions.bundle}
                for name, scorer in vars(self.both).items()
            },
            "left_out": dict(self.left_out),
            **figures,
        }


def shadowed(
    question: Question,
    both: Both,
    answers: Answers,
    made: Mapping[str, int],
    now: LedgerView,
) -> Shadowed:
    """Compare both models' answers, and account for every assessment on record.

    Parameters
    ----------
    question : Question
    both : Both
    answers : Answers
    made : mapping of str to int
        How many records of that time there are, by the bundle they were made with.
    now : LedgerView

    Raises
    ------
    NothingCompared
        If there is no answer.
    """
    bundle = both.champion.versions.bundle
    read = len(answers) + sum(answers.left_out.values())
    left_out = {
        **answers.left_out,
        "made with another bundle": sum(made.values()) - made.get(bundle, 0),
        "not read: recorded late, or since it was told to end": made.get(bundle, 0) - read,
    }
    told = {why: count for why, count in left_out.items() if count}
    if not len(answers):
        why_not = ", ".join(f"{count:,} {why}" for why, count in told.items())
        raise NothingCompared(
            f"No assessment by this champion is kept from {question.since.isoformat()} to"
            f" {question.until.isoformat()} that a challenger can be asked about"
            f" ({why_not or 'none was made'}). Name an earlier --since, or the service's store."
        )
    return Shadowed(question, both, told, compare(answers, both, now))


def _told(alerts: Alerts) -> str:
    return (
        f"{alerts.champion:,} accounts by the champion, {alerts.challenger:,} by the challenger;"
        f" {alerts.newly:,} newly, {alerts.no_longer:,} no longer"
    )
