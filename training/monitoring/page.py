"""What monitoring found, as one page of HTML that needs nothing else."""

from features.catalogue import CATALOGUE
from training.monitoring.compare import Column
from training.monitoring.monitored import Monitored
from training.pages.bars import bars
from training.pages.frame import templates

_FEATURES = {feature.name: feature for feature in CATALOGUE}


def page(found: Monitored) -> str:
    """Fill the page; no account is named."""

    def bars_of(column: Column) -> list[dict[str, str | float]]:
        unit = _FEATURES[column.name].unit if column.name in _FEATURES else "log-odds"
        return list(bars(column.before, column.now, unit, found.question.currency))

    template = templates("training.monitoring").get_template("monitor.html")
    return template.render(
        found=found,
        compared=found.compared,
        question=found.question,
        learnt=found.champion.learnt,
        versions=found.champion.scorer.versions,
        features=_FEATURES,
        bars=bars_of,
    )
