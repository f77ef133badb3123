"""The whole protocol on several ledgers, and one table of what it found."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from training.evaluation.comparison import COMPARED
from training.evaluation.markdown import bounded, number, table


@dataclass(frozen=True)
class Result:
    """What an evaluation found on a ledger: what `metrics.json` holds."""

    ledger: str
    metrics: Mapping[str, Any]

    @property
    def label_is_visible(self) -> bool:
        """Tell whether mules show without laundering, where the ledger allows to ask."""
        controls = self.metrics.get("controls")
        return bool(controls and controls["laundering_free"]["label_is_visible"])


def comparison(results: Sequence[Result]) -> Iterator[str]:
    """Write the lines of the table, and below it what to know of each ledger."""
    yield from table(
        ("ledger", "model", "PR-AUC", "precision at 1 %", "mulerisk above: PR-AUC",
         "mulerisk above: precision at 1 %"),
        [row for result in results for row in _rows(result)],
    )  # fmt: skip
    yield ""
    for result in results:
        yield f"- {_about(result)}"


def _rows(result: Result) -> Iterator[list[str]]:
    differences = result.metrics["differences"]
    for model, figures in result.metrics["seeds"]["figures"].items():
        above = differences.get(model)
        yield [
            result.ledger,
            model,
            *(_spread(figures[column]) for column in COMPARED),
            *(bounded(above[column]) if above else "" for column in COMPARED),
        ]


def _spread(figure: Mapping[str, float]) -> str:
    spread = f" ± {number(figure['sd'])}" if figure["sd"] else ""
    return f"{number(figure['mean'])}{spread}"


def _about(result: Result) -> str:
    metrics = result.metrics
    model, seeds = metrics["model"], metrics["seeds"]["count"]
    return (
        f"{result.ledger}: {model['rows']:,} test rows, {model['positives']:,} positive"
        f" ({metrics['prevalence']:.3%}), {len(metrics['folds'])} folds; mean ± standard deviation"
        f" of {seeds} seeds; intervals of the first seed, resampling {metrics['resampled']}."
    )


def warnings(results: Sequence[Result]) -> Iterator[str]:
    """Name the ledgers whose figures measure what gives mules away."""
    for result in results:
        if result.label_is_visible:
            control = result.metrics["controls"]["laundering_free"]
            yield (
                f"{result.ledger}: the label is visible without laundering. With every laundering"
                f" transaction deleted PR-AUC is {bounded(control['pr_auc'])} at a prevalence of"
                f" {number(control['prevalence'])}; this is no benchmark."
            )


def figures(results: Sequence[Result]) -> dict[str, dict[str, dict[str, float]]]:
    """Give the mean over the seeds of each figure compared, by ledger and model."""
    return {
        result.ledger: {
            model: {column: spread[column]["mean"] for column in COMPARED}
            for model, spread in result.metrics["seeds"]["figures"].items()
        }
        for result in results
    }
