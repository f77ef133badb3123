"""When drift is large enough to act: one function for each trigger.

A trigger fires where a figure is above its limit in `params.yaml`, section `monitor`, and above
what chance alone makes of it. Where there are too few accounts to tell, the others are not asked.
"""

from collections.abc import Callable
from dataclasses import dataclass

from training.evaluation.markdown import counted, number, share
from training.monitoring.compare import Column, Compared
from training.parameters import Monitor

_TOLD = 5


@dataclass(frozen=True)
class Trigger:
    """What one trigger found.

    Attributes
    ----------
    name : str
    fired : bool
    seen, limit, do : str
        `do` is empty where it did not fire.
    """

    name: str
    fired: bool
    seen: str
    limit: str
    do: str = ""

    def words(self) -> str:
        """Tell it in one line."""
        return f"{self.seen}. Limit: {self.limit}. {self.do}".strip()


def triggers(compared: Compared, limits: Monitor) -> tuple[Trigger, ...]:
    """Ask every trigger, or only whether there are accounts enough."""
    enough = accounts(compared, limits)
    return (enough, *(() if enough.fired else (ask(compared, limits) for ask in _TRIGGERS)))


def accounts(compared: Compared, limits: Monitor) -> Trigger:
    """Fire where there are too few accounts to tell."""
    return _trigger(
        "accounts",
        compared.accounts < limits.accounts_at_least,
        f"{compared.accounts:,} accounts compared",
        f"at least {limits.accounts_at_least:,}",
        "Compare a longer time, or all accounts with --as-of; nothing is known of drift.",
    )


def answers(compared: Compared, _limits: Monitor) -> Trigger:
    """Fire where an answer that was served does not come out again."""
    return _trigger(
        "answers",
        compared.differing > 0,
        f"{compared.differing:,} assessments with another score than was served",
        "none",
        "Another release assesses here, or facts were changed: `mulerisk replay` names it.",
    )


def missing(compared: Compared, limits: Monitor) -> Trigger:
    """Fire where a feature that was known is missing."""
    most = limits.missing_more_at_most
    found = [each for each in compared.features if each.more_missing and each.missing_more > most]
    found.sort(key=lambda column: -column.missing_more)
    return _trigger(
        "missing",
        bool(found),
        f"{counted(len(found), 'feature')} missing more often{_names(found, _missing)}",
        f"at most {most:.0%} of the accounts more than was learnt from",
        "A feed or the snapshot of the network stopped: mend that. Do not learn from it.",
    )


def features(compared: Compared, limits: Monitor) -> Trigger:
    """Fire where the values of too many features moved."""
    found = [each for each in compared.features if _moved(each, limits.feature_index_at_most)]
    return _trigger(
        "features",
        len(found) > limits.features_moved_at_most,
        f"{len(found)} of {len(compared.features)} features moved{_names(found, _index)}",
        f"at most {limits.features_moved_at_most} with an index above"
        f" {limits.feature_index_at_most:g} and above chance",
        "See which moved and ask why: a unit or a code that changed is mended, new customs are"
        " learnt.",
    )


def score(compared: Compared, limits: Monitor) -> Trigger:
    """Fire where scores moved."""
    return _trigger(
        "score",
        _moved(compared.score, limits.score_index_at_most),
        f"an index of the scores of {number(compared.score.index)}",
        f"at most {limits.score_index_at_most:g}, or {number(compared.score.by_chance)} by chance",
        "Retrain, once the features above are understood; until then ranks hold better than"
        " probabilities.",
    )


def bands(compared: Compared, limits: Monitor) -> Trigger:
    """Fire where a band surely holds far more accounts than it promised."""
    most = limits.band_ratio_at_most
    found = [each for each in compared.bands if each.at_least > most * each.promised]
    told = ", ".join(f"{each.name} {each.held:.2%} of {each.promised:.2%}" for each in found)
    return _trigger(
        "bands",
        bool(found),
        f"{counted(len(found), 'band')} overfull{f': {told}' if told else ''}",
        f"surely at most {most:g} times the share promised",
        "People get more alerts than they can review: retrain, which places the bands anew.",
    )


def reasons(compared: Compared, limits: Monitor) -> Trigger:
    """Fire where other behaviours than before move the scores of alerts."""
    found = compared.reasons
    return _trigger(
        "reasons",
        found.distance > max(limits.reasons_distance_at_most, found.by_chance),
        f"a distance of {share(found.distance)} between the reasons of {found.alerts:,} alerts and"
        f" those before",
        f"at most {limits.reasons_distance_at_most:.0%}, and {share(found.by_chance)}, to which"
        f" {1 - limits.chance:.0%} of random deals keep",
        "Read some reports of today's alerts: a new scheme, or a feature that broke?",
    )


_TRIGGERS: tuple[Callable[[Compared, Monitor], Trigger], ...] = (
    answers, missing, features, score, bands, reasons,
)  # fmt: skip


def _trigger(name: str, fired: bool, seen: str, limit: str, do: str) -> Trigger:  # noqa: FBT001
    return Trigger(name, fired, seen, limit, do if fired else "")


def _moved(column: Column, limit: float) -> bool:
    return column.index > max(limit, column.by_chance)


def _index(column: Column) -> str:
    return f"{column.name} {number(column.index)}"


def _missing(column: Column) -> str:
    return f"{column.name} {share(column.before.missing)} to {share(column.now.missing)}"


def _names(columns: list[Column], told: Callable[[Column], str]) -> str:
    if not columns:
        return ""
    more = f" and {len(columns) - _TOLD} more" if len(columns) > _TOLD else ""
    return f": {', '.join(map(told, columns[:_TOLD]))}{more}"
