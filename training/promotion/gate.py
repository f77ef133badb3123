"""The gate: what a candidate must show before it may serve, and what a person may override."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from ledger.errors import MuleriskError
from training.parameters import Promote
from training.promotion.evidence import Evidence
from training.promotion.rules import FINAL, RULES, Finding


class PromotionRefused(MuleriskError):
    """A model that does not go into service, and why; the one in service stays."""


@dataclass(frozen=True)
class Verdict:
    """What every rule found.

    Attributes
    ----------
    findings : tuple of Finding
    """

    findings: tuple[Finding, ...]

    @property
    def refused(self) -> tuple[Finding, ...]:
        """The rules that stand in the way."""
        return tuple(each for each in self.findings if not (each.passed or each.overridden))

    @property
    def overridden(self) -> tuple[str, ...]:
        """The rules that a person answers for."""
        return tuple(each.rule for each in self.findings if each.overridden)


def judge(evidence: Evidence, limits: Promote, overrides: Collection[str] = ()) -> Verdict:
    """Ask every rule, and let a person answer for those overridden.

    Raises
    ------
    PromotionRefused
        If an override names no rule, a rule that nobody may override, or one that passes: an
        override is an answer to a refusal that was read, not a habit.
    """
    findings = [rule(evidence, limits) for rule in RULES.values()]
    faults = list(_misused({each.rule: each for each in findings}, overrides))
    if faults:
        raise PromotionRefused(" ".join(faults))
    return Verdict(tuple(replace(each, overridden=each.rule in overrides) for each in findings))


def _misused(findings: dict[str, Finding], overrides: Collection[str]) -> Iterator[str]:
    for name in overrides:
        if name not in findings:
            yield f"{name!r} is no rule of the gate. Name one of {', '.join(findings)}."
        elif name in FINAL:
            yield f"The rule {name} cannot be overridden. {findings[name].do}"
        elif findings[name].passed:
            yield f"The rule {name} passes and needs no override. Leave it out."


def check(verdict: Verdict) -> None:
    """Let a candidate through, or tell all that stands in the way.

    Raises
    ------
    PromotionRefused
        With what was seen, asked and to be done of every rule that refuses.
    """
    if not verdict.refused:
        return
    told = "\n".join(f"- {each.rule}: {each.words()}" for each in verdict.refused)
    open_ = [each.rule for each in verdict.refused if each.rule not in FINAL]
    answer = (
        "\nA person who answers for it may override"
        f" {' '.join(f'--override {name}' for name in open_)} with a --reason that is kept."
        if len(open_) == len(verdict.refused)
        else ""
    )
    raise PromotionRefused(f"The gate is not passed.\n{told}{answer}")
