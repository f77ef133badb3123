"""The rules of the gate, one function each.

What must be **better**, precision and value, needs proof: an interval of the difference that lies
above 0 over all folds, and a difference above 0 in most of them, so that no single time decides.
What must be **no worse**, fairness and harm, is refused on evidence: an interval of the difference
that lies on the worse side. The limits stand in `params.yaml`, section `promote`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from training.evaluation.markdown import bounded, number
from training.parameters import Promote
from training.promotion.evidence import Comparison, Evidence, GoldenSide, NotComparable


@dataclass(frozen=True)
class Finding:
    """What one rule found.

    Attributes
    ----------
    rule : str
    passed : bool
    seen, asked, do : str
        `do` is empty where it passed.
    overridden : bool
        Whether a person answers for the refusal.
    """

    rule: str
    passed: bool
    seen: str
    asked: str
    do: str = ""
    overridden: bool = False

    def words(self) -> str:
        """Tell it in one line."""
        return f"{self.seen}. Asked: {self.asked}. {self.do}".strip()


Rule = Callable[[Evidence, Promote], Finding]
Groups = Mapping[str, Mapping[str, Mapping[str, Any]]]


def precision(evidence: Evidence, limits: Promote) -> Finding:
    """Ask that more of what people review are mules."""
    return _better("precision", "precision", evidence, limits)


def value(evidence: Evidence, limits: Promote) -> Finding:
    """Ask that more of the money that should not have arrived came after an alert."""
    return _better("value", "value_detection_rate", evidence, limits)


def _better(rule: str, figure: str, evidence: Evidence, limits: Promote) -> Finding:
    compared = evidence.comparison
    words = figure.replace("_", " ")
    if isinstance(compared, NotComparable):
        return _not_compared(rule, compared)
    whole, folds = compared.above[figure], [fold[figure] for fold in compared.folds]
    needed = ceil(limits.folds_better * len(folds))
    better = sum(fold is not None and fold["value"] > 0 for fold in folds)
    told = ", ".join("none" if fold is None else bounded(fold) for fold in folds)
    return _finding(
        rule,
        whole is not None and whole["low"] > 0 and better >= needed,
        f"{words} at the daily capacity above that of {compared.rival}:"
        f" {'none' if whole is None else bounded(whole)}; fold after fold {told}",
        f"an interval above 0, and a figure above 0 in {needed} of {len(folds)} folds",
        "Improve the model, or wait for more closed cases: intervals narrow with them.",
    )


def calibration(evidence: Evidence, limits: Promote) -> Finding:
    """Ask that probabilities can be taken at their word."""
    error, relative = (evidence.calibration.get(n) for n in ("ece", "ece_to_prevalence"))
    small = error is not None and error <= limits.ece_at_most
    telling = relative is not None and relative <= limits.ece_to_prevalence_at_most
    return _finding(
        "calibration",
        small and telling,
        f"an expected calibration error of {number(error)}, {number(relative)} of the prevalence",
        f"at most {limits.ece_at_most:g}, and {limits.ece_to_prevalence_at_most:g} of the"
        " prevalence, which a forecast of 0 for everybody gets",
        "Look at reliability.png; calibrate on more or on later rows.",
    )


def fairness(evidence: Evidence, limits: Promote) -> Finding:
    """Ask that no group's innocents are flagged far more often, or more so than before."""
    compared = evidence.comparison
    if isinstance(compared, NotComparable):
        return _not_compared("fairness", compared)
    worse = [*_far(evidence.groups, limits), *_further(compared, limits)]
    return _finding(
        "fairness",
        not worse,
        "; ".join(worse) or f"none such among {sum(map(len, evidence.groups.values()))} groups",
        f"no group whose innocents are surely flagged {limits.group_ratio_at_most:g} times as often"
        f" as all others; nor {limits.group_ratio_watched:g} times as often and surely more so than"
        " by the champion",
        "Look at the features that move this group's scores (shap.png, report.md).",
    )


def _far(groups: Groups, limits: Promote) -> Iterator[str]:
    for name, each in _named(groups):
        if each["ratio"]["low"] > limits.group_ratio_at_most:
            yield f"{name}: {bounded(each['ratio'])} times as often as all others"


def _further(compared: Comparison, limits: Promote) -> Iterator[str]:
    for name, each in _named(compared.groups):
        if each["model"] > limits.group_ratio_watched and each["low"] > 0:
            yield (
                f"{name}: {number(each['model'])} times as often as all others, by"
                f" {compared.rival} {number(each['other'])}, difference {bounded(each)}"
            )


def _named(groups: Groups) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for attribute, members in groups.items():
        for name, each in members.items():
            yield f"{attribute.replace('_', ' ')} {name}", each


def harm(evidence: Evidence, limits: Promote) -> Finding:  # noqa: ARG001
    """Ask that innocents are not reviewed more often than before."""
    compared = evidence.comparison
    if isinstance(compared, NotComparable):
        return _not_compared("harm", compared)
    told = {
        kind.replace("_", " "): f"{each['model']:.1f} and with {compared.rival}"
        f" {each['other']:.1f}, difference {bounded(each)}"
        for kind, each in compared.innocents.items()
    }
    worse = [kind for kind, each in compared.innocents.items() if each["low"] > 0]
    return _finding(
        "harm",
        not worse,
        "reviewed of 10,000 " + "; ".join(f"{kind}: {words}" for kind, words in told.items()),
        "no interval of a difference above 0",
        "Read the report of some of these innocents: which reason speaks against them?",
    )


def latency(evidence: Evidence, limits: Promote) -> Finding:
    """Ask that an answer takes no longer than before."""
    candidate, champion = evidence.latency.candidate, evidence.latency.champion
    if champion is None:
        return _finding(
            "latency",
            candidate <= limits.milliseconds_at_most,
            f"{candidate:.3f} ms to score and explain an account",
            f"at most {limits.milliseconds_at_most:g} ms",
            "Learn fewer or smaller trees.",
        )
    most = limits.latency_ratio_at_most
    return _finding(
        "latency",
        candidate <= most * champion,
        f"{candidate:.3f} ms to score and explain an account, the champion {champion:.3f} ms",
        f"at most {most:g} times the champion's, measured in turn",
        "Learn fewer or smaller trees; measure again on a machine that does nothing else.",
    )


def golden(evidence: Evidence, limits: Promote) -> Finding:
    """Ask that golden accounts stay on their side of the average account."""
    sides = evidence.golden
    if isinstance(sides, NotComparable):
        return _not_compared("golden", sides)
    if not sides:
        return Finding("golden", passed=True, seen="there is no champion", asked="no turn from it")
    clear = [each for each in sides if abs(each.champion) >= limits.golden_margin]
    turned = [each for each in clear if each.champion * each.candidate <= 0]
    return _finding(
        "golden",
        not turned,
        "; ".join(map(_turn, turned))
        or f"{len(clear)} golden accounts stand where they did, of {len(sides)}",
        "every golden account that the champion puts at least"
        f" {limits.golden_margin:g} log-odds from the average account stays on that side",
        "Find out why before anything else: such an account is a settled case.",
    )


def _turn(each: GoldenSide) -> str:
    return f"{each.name} turned from {each.champion:+.2f} to {each.candidate:+.2f}"


def _not_compared(rule: str, compared: NotComparable) -> Finding:
    asked = f"a comparison with {compared.rival}"
    return Finding(rule, passed=False, seen=compared.why, asked=asked, do=compared.do)


def _finding(rule: str, passed: bool, seen: str, asked: str, do: str) -> Finding:  # noqa: FBT001
    return Finding(rule, passed, seen, asked, "" if passed else do)


RULES: dict[str, Rule] = {
    "precision": precision,
    "value": value,
    "calibration": calibration,
    "fairness": fairness,
    "harm": harm,
    "latency": latency,
    "golden": golden,
}
"""Name -> rule, in the order they are told."""

FINAL = frozenset({"golden"})
"""What nobody may override. Nor can a bundle be that does not verify: it is refused before."""
