"""What monitoring found, as one page of HTML that needs nothing else."""

from collections.abc import Iterator
from functools import cache

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from features.catalogue import CATALOGUE
from ledger.view import instant
from models.language import ENGLISH
from training.drift.groups import Groups
from training.evaluation.markdown import number, share
from training.monitoring.compare import Column
from training.monitoring.monitored import Monitored

_FEATURES = {feature.name: feature for feature in CATALOGUE}


def page(found: Monitored) -> str:
    """Fill the page: no account is named, no script runs, nothing is asked of the network."""
    template = _environment().get_template("monitor.html")
    return template.render(
        found=found,
        compared=found.compared,
        question=found.question,
        learnt=found.champion.learnt,
        versions=found.champion.scorer.versions,
        features=_FEATURES,
        bars=lambda column: list(bars(column, found.question.currency)),
    )


def bars(column: Column, currency: str) -> Iterator[dict[str, str | float]]:
    """Tell of each group of values its name, and its shares before and now.

    Yields
    ------
    dict
        `name`; `before` and `now`, and as `width_` the same in percent of the largest share.
    """
    names = [*_names(column, currency), "missing"]
    shares = list(zip(names, _shares(column.before), _shares(column.now), strict=True))
    largest = max(max(before, now) for _, before, now in shares)
    for name, before, now in shares:
        if before or now:
            widths = {"width_before": 100 * before / largest, "width_now": 100 * now / largest}
            yield {"name": name, "before": before, "now": now, **widths}


def _names(column: Column, currency: str) -> Iterator[str]:
    unit = _FEATURES[column.name].unit if column.name in _FEATURES else "log-odds"
    told = [_worded(edge, unit, currency) for edge in column.before.edges]
    yield from (f"up to {edge}" for edge in told)
    yield f"above {told[-1]}" if told else "any value"


def _worded(value: float, unit: str, currency: str) -> str:
    if unit == "minor units":
        return ENGLISH.money(round(value), currency)
    return f"{100 * value:,.3g}%" if unit == "share" else f"{value:,.4g}"


def _shares(groups: Groups) -> list[float]:
    return [count / groups.rows for count in groups.counts]


@cache
def _environment() -> Environment:
    # The style of the model card, which stands beside this page.
    places = [PackageLoader(f"training.{room}", "template") for room in ("monitoring", "card")]
    environment = Environment(
        loader=ChoiceLoader(places),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": number, "share": share, "moment": ENGLISH.moment, "instant": instant,
    }  # fmt: skip
    return environment
