"""The two questions of robustness, asked of several ledgers, as a person reads the answers."""

from collections.abc import Iterator, Mapping
from typing import Any

from training.evaluation.tested import Tested
from training.robustness import evasion, poisoning


def robustness(tested: Tested) -> dict[str, Any]:
    """Ask the models again while mules evade, and learn them again from false labels."""
    return {"evasion": evasion.evasion(tested), "poisoning": poisoning.poisoning(tested)}


def page(found: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Write what was found on each ledger."""
    for ledger, each in found.items():
        yield from (f"## {ledger}", "")
        yield from evasion.section(each["evasion"])
        yield ""
        yield from poisoning.section(each["poisoning"])
        yield ""


def figures(found: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    """Give what a tactic costs on average, `mean_lost`, and false labels, `relative_loss`."""
    return {
        ledger: {
            "mean_lost": each["evasion"]["mean_lost"],
            "relative_loss": each["poisoning"]["relative_loss"],
        }
        for ledger, each in found.items()
    }
