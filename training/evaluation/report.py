"""The evaluation as a page that a person reads: `report.md`."""

from collections.abc import Iterator, Mapping
from typing import Any

from training.evaluation.markdown import interval, number, share, table

_COLUMNS = ("pr_auc", "precision_at_1pct", "recall_at_1pct", "roc_auc")
_FORECASTS = (
    "forecast", "observed", "forecast in top 1 %", "observed in top 1 %", "error", "Brier score",
    "slope", "intercept",
)  # fmt: skip
_HEADINGS = ("PR-AUC", "precision at 1 %", "recall at 1 %", "ROC-AUC")


def report(ledger: str, metrics: Mapping[str, Any]) -> str:
    """Write figures, differences with their 95 % intervals, folds and controls."""
    return "\n".join(_lines(ledger, metrics)) + "\n"


def _lines(ledger: str, metrics: Mapping[str, Any]) -> Iterator[str]:
    model = metrics["model"]
    yield f"# Evaluation on the ledger {ledger}"
    yield ""
    yield (
        f"{model['rows']:,} test rows (an account at an instant), {model['positives']:,} of them"
        f" positive ({metrics['prevalence']:.3%}), from {len(metrics['folds'])} folds in order of"
        " time. Intervals hold 95 % of the resamples of accounts."
    )
    yield from _comparison("All accounts", metrics)
    yield from _column(metrics["strongest_column"])
    if "honest_subset" in metrics:
        yield from _comparison(
            "Honest subset: accounts with a transaction that does not launder",
            metrics["honest_subset"],
        )
    yield from _folds(metrics["folds"])
    yield from _bands(metrics["bands"])
    yield from _calibration(metrics["calibration"])
    yield from _explanations(metrics["explanations"])
    if metrics.get("hard_innocents"):
        yield from _innocents(metrics["hard_innocents"])
    if "controls" in metrics:
        yield from _controls(metrics["controls"])
    for name, reason in metrics.get("omitted", {}).items():
        yield from ("", f"No {name.replace('_', ' ')}: {reason}.")


def _comparison(title: str, figures: Mapping[str, Any]) -> Iterator[str]:
    yield from ("", f"## {title}", "")
    rows = {"mulerisk": figures["model"], **figures["baselines"]}
    yield from table(("", *_HEADINGS), [[name, *_shown(row)] for name, row in rows.items()])
    yield ""
    yield from table(
        ("mulerisk above", *_HEADINGS[:2]),
        [
            [name, *(interval(bounds[column]) for column in _COLUMNS[:2])]
            for name, bounds in figures["differences"].items()
        ],
    )


def _column(column: Mapping[str, Any]) -> Iterator[str]:
    differences = column["differences"]
    yield ""
    yield from table(
        ("strongest single column", *_HEADINGS), [[column["feature"], *_shown(column)]]
    )
    yield ""
    yield (
        f"Of all features `{column['feature']}`, {column['first']} values first, sorts these rows"
        " best: chosen in hindsight, as nobody could have done. mulerisk stands above it by"
        f" {interval(differences['pr_auc'])} in PR-AUC and by"
        f" {interval(differences['precision_at_1pct'])} in precision at 1 %."
    )


def _folds(folds: Mapping[str, Any]) -> Iterator[str]:
    yield from ("", "## Folds", "")
    yield from table(
        ("tested at", "rows", "positives", *_HEADINGS),
        [
            [
                f"{fold['first_test']} to {fold['last_test']}",
                f"{fold['rows']:,}",
                str(fold["positives"]),
                *_shown(fold),
            ]
            for fold in folds.values()
        ],
    )


def _bands(bands: Mapping[str, Any]) -> Iterator[str]:
    yield from ("", "## Bands", "")
    if bands:
        yield from table(
            ("band and those above", "promised", "held at later instants"),
            [[name, f"{b['promised']:.2%}", f"{b['held']:.2%}"] for name, b in bands.items()],
        )
        yield ""
        yield (
            "Each fold's model placed its bands on the accounts at its first test instant and kept"
            " them. The bands of the model for service stand on its own scores at the ledger's end."
        )
    else:
        yield "No fold is tested at two instants, so nothing tells whether bands keep their share."


def _calibration(figures: Mapping[str, Any]) -> Iterator[str]:
    yield from ("", "## Calibration", "")
    service, rows = figures["service"], {"of each fold": figures}
    if "brier" in service:
        rows["for service, fitted on the other folds"] = service
    yield from table(("calibration", *_FORECASTS), [[n, *_forecast(r)] for n, r in rows.items()])
    yield ""
    yield (
        "The error is the expected calibration error in parts of the prevalence: 1 is what a"
        f" forecast of 0 for everybody would get. A Brier score of"
        f" {figures['brier_of_prevalence']:.5f} is what the prevalence alone would get. Slope 1 and"
        " intercept 0 need no correction. Over the accounts at the ledger's end the model for"
        f" service forecasts {service['at_end']:.3%} on average."
    )


def _forecast(figures: Mapping[str, Any]) -> list[str]:
    top, relative = figures["top_1pct"], figures["ece_to_prevalence"]
    return [
        f"{figures['forecast']:.3%}",
        f"{figures['observed']:.3%}",
        f"{top['forecast']:.2%}",
        f"{top['observed']:.2%}",
        "none" if relative is None else f"{relative:.2f}",
        f"{figures['brier']:.5f}",
        number(figures["slope"]),
        number(figures["intercept"]),
    ]


def _explanations(figures: Mapping[str, Any]) -> Iterator[str]:
    yield from ("", "## Explanations", "")
    yield (
        f"Of {figures['alerts']} alerts, {figures['compared']} rest on at most half of their"
        f" history. Without the evidence of the three strongest reasons the score falls more than"
        f" without as many other transactions in {share(figures['faithful'])} of these. The three"
        f" strongest behaviours stay when every amount changes by one minor unit in"
        f" {share(figures['stable'])} of the alerts, and when each changes at random in"
        f" {share(figures['stable_at_random'])}."
    )


def _innocents(figures: Mapping[str, float]) -> Iterator[str]:
    yield from ("", "## Innocents in the top 1 %", "")
    yield (
        f"Hard innocents: {figures['flagged_per_10k']:.1f} of 10,000 rows (at most"
        f" {figures['upper_95']:.1f} with 95 % confidence); ordinary accounts:"
        f" {figures['ordinary_flagged_per_10k']:.1f}."
    )


def _controls(controls: Mapping[str, Any]) -> Iterator[str]:
    control = controls["laundering_free"]
    yield from ("", "## Controls", "")
    yield (
        "Learnt and scored again with every laundering transaction deleted: PR-AUC"
        f" {interval(control['pr_auc'])} at a prevalence of {control['prevalence']:.4f}."
    )
    single = controls["single_feature"]
    if single:
        yield (
            f"The single feature that best separates mules from hard innocents is"
            f" `{single['feature']}`, with a ROC-AUC of {single['roc_auc']:.3f}."
        )


def _shown(figures: Mapping[str, Any]) -> list[str]:
    return [number(figures[column]) for column in _COLUMNS]
