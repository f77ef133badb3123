"""The comparison as a person reads it, and its figures for a machine."""

from collections.abc import Iterator, Mapping
from typing import Any

from training.evaluation.audit import ESTIMATES, FEWEST
from training.evaluation.markdown import bounded, number, table
from training.unlabelled import draws
from training.unlabelled.compare import BASE, FIGURES

_NAMES = {
    "pr_auc": "PR-AUC",
    "precision": "precision at capacity",
    "recall": "recall at capacity",
    "never_found": "recall of those never found",
}


def page(found: Mapping[str, Any]) -> Iterator[str]:
    """Write every table."""
    yield (
        f"{found['rows']:,} test rows. {found['true']:,} are of accounts that have laundered when"
        f" the row's horizon ends, {found['never_found']:,} of accounts that nobody ever finds."
        f" By the ledger's labels {found['labelled']:,} rows are positive. At each instant there"
        f" are {found['reviews']} alerts."
    )
    for against in ("truth", "labels"):
        yield from ("", f"## Against the {against}", "")
        yield from _ways(found[against], against)
        yield ""
        yield from _above(found[against], against)
    yield from ("", "## PR-AUC against the truth, fold by fold", "")
    folds = range(1, len(found["folds"][BASE]) + 1)
    yield from table(
        ("", *map(str, folds)),
        [[way, *map(number, each)] for way, each in found["folds"].items()],
    )
    yield from ("", "## Against the truth, draw by draw", "")
    yield from draws.section(found["draws"])
    yield from ("", "## What a bank would estimate", "")
    yield from table(("", "from", *ESTIMATES), list(_estimates(found["estimates"])))
    yield from ("", _drawn(found["estimates"][BASE]))


def _ways(ways: Mapping[str, Any], against: str) -> Iterator[str]:
    names = _shown(against)
    yield from table(
        ("", *(_NAMES[name] for name in names)),
        [[way, *(bounded(each[name]) for name in names)] for way, each in ways.items()],
    )


def _above(ways: Mapping[str, Any], against: str) -> Iterator[str]:
    names = _shown(against)
    others = {way: each["above"] for way, each in ways.items() if way != BASE}
    yield from table(
        (f"above {BASE}", *(_NAMES[name] for name in names)),
        [[way, *(bounded(each[name]) for name in names)] for way, each in others.items()],
    )


def _shown(against: str) -> tuple[str, ...]:
    """Name what can be told: by the labels nobody is a mule who was never found."""
    return FIGURES if against == "truth" else FIGURES[:-1]


def _estimates(ways: Mapping[str, Any]) -> Iterator[list[str]]:
    for way, each in ways.items():
        yield [way, "labels alone", *(bounded(each["naive"][name]) for name in ESTIMATES)]
        yield ["", "draws and alerts", *(bounded(each["audit"][name]) for name in ESTIMATES)]
        yield ["", "the truth", *(number(each["truth"][name]) for name in ESTIMATES)]


def _drawn(estimate: Mapping[str, Any]) -> str:
    return (
        f"With the alerts of `{BASE}` {estimate['investigated']:,} rows were investigated; draws"
        f" found {estimate['drawn_mules']} mules below them. With fewer than {FEWEST} no interval"
        " is told."
    )


def figures(found: Mapping[str, Any]) -> dict[str, Any]:
    """Give each figure by what it is held against and by way, and what depends on the draw."""
    by_way = {
        against: {
            way: {name: each[name]["value"] for name in _shown(against)}
            for way, each in found[against].items()
        }
        for against in ("truth", "labels")
    }
    estimated = {
        way: {
            "audit": {name: each["audit"][name]["value"] for name in ESTIMATES},
            "naive": {name: each["naive"][name]["value"] for name in ESTIMATES},
            "truth": each["truth"],
        }
        for way, each in found["estimates"].items()
    }
    return {**by_way, "estimates": estimated, "draws": draws.above_naive(found["draws"])}
