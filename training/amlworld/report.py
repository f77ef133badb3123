"""What the protocol found, as a page and as figures."""

from collections.abc import Iterator, Mapping
from statistics import mean, stdev
from typing import Any

from training.amlworld.flagged import Figures
from training.amlworld.parts import Part
from training.amlworld.protocol import Outcome, Scope
from training.amlworld.published import SOURCE, published_of
from training.evaluation.markdown import table


def page(outcome: Outcome) -> Iterator[str]:
    """Write the lines of the page: what was found, and apart from it what others published."""
    yield f"# {outcome.name}"
    yield ""
    for what, rows in outcome.left_out.items():
        yield f"- {what}: {rows:,}"
    yield f"- {_tail(outcome)}"
    yield from _scope("Whole file", outcome.whole)
    if outcome.without_tail:
        yield from _scope("Without the tail", outcome.without_tail)
    yield from _published(outcome.name)


def _tail(outcome: Outcome) -> str:
    tail = outcome.tail
    if tail is None:
        return "no tail: ordinary payments and laundering end on the same days"
    return (
        f"tail: from {tail.since} on ordinary payments have all but ended; of {tail.rows:,}"
        f" transactions {tail.laundering:,} launder ({tail.laundering / tail.rows:.0%})"
    )


def _scope(title: str, scope: Scope) -> Iterator[str]:
    yield from ("", f"## {title}", "")
    columns = ("part", "from (UTC)", "to", "transactions", "laundering", "class rate")
    yield from table(columns, [_part(part) for part in scope.parts])
    seeds = len(next(iter(scope.found.values())))
    yield from ("", f"Test part, mean ± standard deviation of {seeds} seeds, in %:", "")
    header = ("contender", "F1", "precision", "recall", "F1 of each seed")
    yield from table(header, [_contender(name, each) for name, each in scope.found.items()])


def _part(part: Part) -> list[str]:
    first, last = (f"{moment:%Y-%m-%d %H:%M}" for moment in (part.first, part.last))
    return [
        part.name, first, last, f"{part.count:,}", f"{part.laundering:,}", f"{part.rate:.4%}",
    ]  # fmt: skip


def _contender(name: str, found: tuple[Figures, ...]) -> list[str]:
    spread = [
        f"{100 * mean(values):.2f} ± {100 * _sd(values):.2f}"
        for values in (
            [each.f1 for each in found],
            [each.precision for each in found],
            [each.recall for each in found],
        )
    ]
    return [f"LightGBM, {name}", *spread, ", ".join(f"{100 * each.f1:.2f}" for each in found)]


def _published(name: str) -> Iterator[str]:
    yield from ("", "## Published by others, not measured here", "")
    published = published_of(name)
    if not published:
        yield f"Nothing is published of {name}; of HI-Small and LI-Small there is."
        return
    rows = [[each.model, f"{each.f1:.2f} ± {each.f1_sd:.2f}"] for each in published]
    yield from table(("model", "F1"), rows)
    yield from ("", f"{SOURCE}; parted 60-20-20 by time, the tail in the test part.")


def figures(outcome: Outcome) -> dict[str, Any]:
    """Give the means over the seeds by contender; `without_tail` is None where there is no tail."""
    shorter = outcome.without_tail
    return {
        outcome.name: {
            "whole_file": _means(outcome.whole.found),
            "without_tail": _means(shorter.found) if shorter else None,
        }
    }


def _means(found: Mapping[str, tuple[Figures, ...]]) -> dict[str, dict[str, float]]:
    return {
        contender: {
            "f1": mean(each.f1 for each in seeds),
            "f1_sd": _sd([each.f1 for each in seeds]),
            "precision": mean(each.precision for each in seeds),
            "recall": mean(each.recall for each in seeds),
        }
        for contender, seeds in found.items()
    }


def _sd(values: list[float]) -> float:
    """Estimate the standard deviation; that of one value is 0."""
    return stdev(values) if len(values) > 1 else 0.0
