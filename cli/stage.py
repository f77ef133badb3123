"""Run stages of the pipeline that `dvc.yaml` describes."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from training.folders import Folders
    from training.parameters import Parameters

Progress = Callable[[str], None]
Stage = Callable[["Parameters", "Folders", Progress], object]


def _simulate(parameters: "Parameters", folders: "Folders", progress: Progress) -> None:
    from training import simulate

    simulate.run(parameters.simulate, folders.simulated, progress)


def _validate(parameters: "Parameters", folders: "Folders", progress: Progress) -> None:
    from ledger.lake import open_lake
    from training import validate

    progress("every row against its contract")
    lake = open_lake(folders.ledger)
    validate.run(lake, folders.stage("validate"), parameters.validate.sample_rows)


def _features(parameters: "Parameters", folders: "Folders", progress: Progress) -> None:
    from ledger.lake import open_lake
    from training import features

    progress("every account at every instant")
    features.run(
        open_lake(folders.ledger),
        folders.stage("features"),
        parameters.features,
        horizon_days=parameters.labels.horizon_days,
    )


def _labels(parameters: "Parameters", folders: "Folders", progress: Progress) -> None:
    from ledger.lake import open_lake
    from training import labels

    lake, horizon = open_lake(folders.ledger), parameters.labels.horizon_days
    rows = labels.run(lake, folders.features, folders.stage("labels"), horizon_days=horizon)
    progress(f"{len(rows):,} labelled rows")


def _splits(parameters: "Parameters", folders: "Folders", progress: Progress) -> None:
    from training import splits

    horizon = parameters.labels.horizon_days
    folds = splits.run(
        folders.labels, folders.stage("splits"), parameters.splits, horizon_days=horizon
    )
    progress(f"{len(folds)} of {parameters.splits.folds} folds fit")


def _tune(parameters: "Parameters", folders: "Folders", progress: Progress) -> None:
    from training import tune

    places = (folders.features, folders.labels, folders.splits, folders.tuned)
    tune.run(*places, parameters, progress)


def _fit(parameters: "Parameters", folders: "Folders", progress: Progress) -> None:
    from datetime import UTC, datetime

    from training import fit, registry

    occasion = fit.Occasion(datetime.now(UTC), registry.code_version(folders.root))
    out, tracking = folders.stage("fit"), folders.tracking
    fit.run(fit.Inputs.within(folders), out, tracking, parameters, occasion, progress)


def _evaluate(parameters: "Parameters", folders: "Folders", progress: Progress) -> None:
    from training import evaluate
    from training.fit import Inputs

    out, tracking = folders.stage("evaluate"), folders.tracking
    evaluate.run(Inputs.within(folders), folders.stage("fit"), out, tracking, parameters, progress)


STAGES: dict[str, Stage] = {
    "simulate": _simulate,
    "validate": _validate,
    "features": _features,
    "labels": _labels,
    "splits": _splits,
    "tune": _tune,
    "fit": _fit,
    "evaluate": _evaluate,
}
"""The stages in their order; each is a module of `training` and a section of `params.yaml`."""


@click.command
@click.argument("names", nargs=-1, required=True, type=click.Choice(list(STAGES)))
@click.option(
    "--params", default=Path("params.yaml"), metavar="FILE", show_default=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Parameters; ledgers and artifacts stand beside this file.",
)  # fmt: skip
def command(names: Sequence[str], params: Path) -> None:
    """Run stages of the pipeline in the order named; `dvc repro` runs all that are out of date.

    Example: mulerisk stage features labels splits
    """
    from training.folders import Folders
    from training.parameters import read_parameters

    parameters = read_parameters(params)
    folders = Folders(params.resolve().parent, parameters.ledger)
    for name in names:
        _run(name, parameters, folders)


def _run(name: str, parameters: "Parameters", folders: "Folders") -> None:
    from time import monotonic

    started = monotonic()

    def progress(begun: str) -> None:
        click.echo(f"{name} {monotonic() - started:6.1f} s: {begun}", err=True)

    STAGES[name](parameters, folders, progress)
    if name == "evaluate":
        click.echo((folders.stage(name) / "report.md").read_text())
    progress("done")
