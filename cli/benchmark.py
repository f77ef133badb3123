"""Run the whole protocol on ledgers that somebody else made."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli import _amlworld, _unlabelled
from cli._workplace import place, workplace

if TYPE_CHECKING:
    from training.benchmark import Result
    from training.evaluation.tested import Tested
    from training.folders import Folders
    from training.parameters import Parameters
    from training.rows import Rows

_LEARNT = ("validate", "features", "labels", "splits", "tune", "fit")
"""The stages that a comparison of models needs."""

_PATHS = click.argument(
    "paths", metavar="PATH...", nargs=-1, required=True,
    type=click.Path(exists=True, path_type=Path),
)  # fmt: skip
_PARAMETERS = click.option(
    "--params", default=Path("params.yaml"), metavar="FILE", show_default=True,
    type=click.Path(exists=True, path_type=Path, dir_okay=False),
    help="Parameters of the protocol; the ledger named there is not used.",
)  # fmt: skip


@click.group
def command() -> None:
    """Measure the model beside the baselines on several ledgers.

    Example: mulerisk benchmark ledgers DOWNLOADS/amlsim DOWNLOADS/amlgentex
    """


command.add_command(_amlworld.command)
command.add_command(_unlabelled.command, "unlabelled")


@command.command
@_PATHS
@_PARAMETERS
@click.option(
    "--seeds", default=5, metavar="N", show_default=True, type=click.IntRange(1, 50),
    help="How often what draws is learnt, in place of the parameter evaluate.seeds.",
)  # fmt: skip
@click.option(
    "--trials", default=12, metavar="N", show_default=True, type=click.IntRange(1, 10_000),
    help="Of each search for parameters, in place of the parameter tune.trials.",
)  # fmt: skip
@click.option(
    "--out", metavar="DIR", type=click.Path(path_type=Path, file_okay=False),
    help="Keep ledgers, models and reports in this new folder; else nothing is kept.",
)  # fmt: skip
def ledgers(paths: Sequence[Path], params: Path, seeds: int, trials: int, out: Path | None) -> None:
    """Import each ledger, run every stage of the protocol and print one comparison table.

    PATH is the folder of a generator (amlsim, amlgentex), an AMLworld file, a canonical folder or a
    ledger that was imported before. A folder in which only `original` holds a ledger will do. The
    last line is one JSON object: {ledger: {model: {"pr_auc", "precision_at_1pct"}}}, means over
    the seeds.

    Example: mulerisk benchmark ledgers DOWNLOADS/amlsim DOWNLOADS/amlgentex --out benchmark
    """
    from training import benchmark
    from training.parameters import read_parameters

    named, parameters = _named(paths), read_parameters(params)
    parameters = replace(
        parameters,
        evaluate=replace(parameters.evaluate, seeds=seeds),
        tune=replace(parameters.tune, trials=trials),
    )
    with workplace(out) as root:
        results = [_evaluated(root, name, path, parameters) for name, path in named.items()]
    click.echo("\n".join(benchmark.comparison(results)))
    for warning in benchmark.warnings(results):
        click.secho(f"- {warning}", fg="red", bold=True)
    click.echo(json.dumps(benchmark.figures(results)))


@command.command
@_PATHS
@_PARAMETERS
def catalogue(paths: Sequence[Path], params: Path) -> None:
    """Learn with fewer features: those of the first catalogue, and without each family.

    PATH is what `mulerisk benchmark ledgers` takes. The last line is one JSON object: {ledger:
    {features: {"pr_auc", "precision_at_1pct"}}}.

    Example: mulerisk benchmark catalogue DOWNLOADS/amlsim DOWNLOADS/amlgentex
    """
    from training.evaluation import catalogues
    from training.parameters import read_parameters

    named, parameters = _named(paths), read_parameters(params)
    with workplace(None) as root:
        found = {
            name: catalogues.catalogues(_tested(root, name, path, parameters))
            for name, path in named.items()
        }
    click.echo("\n".join(catalogues.comparison(found)))
    click.echo(json.dumps(catalogues.figures(found)))


@command.command
@_PATHS
@_PARAMETERS
def robustness(paths: Sequence[Path], params: Path) -> None:
    """Ask what is left where mules evade the model, and where some labels are false.

    PATH is a ledger whose generator tells which transactions launder, as `mulerisk benchmark
    ledgers` takes it. Each tactic changes how mules pass money on, and the same models score every
    account again; then the folds are learnt again with some outcomes turned. The last line is one
    JSON object: {ledger: {"mean_lost", "relative_loss"}}, the mean loss of recall, and the share of
    PR-AUC that false labels cost.

    Example: mulerisk benchmark robustness ledgers/demo
    """
    from training.parameters import read_parameters
    from training.robustness import report

    named, parameters = _named(paths), read_parameters(params)
    with workplace(None) as root:
        found = {
            name: report.robustness(_tested(root, name, path, parameters))
            for name, path in named.items()
        }
    click.echo("\n".join(report.page(found)))
    click.echo(json.dumps(report.figures(found)))


@command.command
@_PATHS
@_PARAMETERS
@click.option(
    "--simulated", required=True, metavar="DIR", type=click.Path(exists=True, path_type=Path),
    help="A simulated ledger, such as ledgers/demo, that a model may learn from beforehand.",
)  # fmt: skip
def cold_start(paths: Sequence[Path], params: Path, simulated: Path) -> None:
    """Compare what a bank can score with while it knows 0, 10, 25, 50 or all of its mules.

    Rules, a model of the simulated ledger, one of the bank's own rows, and one of both are held
    against the same tests. The last line is one JSON object: {ledger: {known mules: {way:
    PR-AUC}}}.

    Example: mulerisk benchmark cold-start DOWNLOADS/amlsim --simulated ledgers/demo
    """
    from training import cold_start as steps
    from training.parameters import read_parameters

    named, parameters = _named(paths), read_parameters(params)
    if simulated.resolve() in named.values():
        raise click.UsageError(
            f"{simulated} is compared and learnt from beforehand, so its tests would be known."
            " Name another ledger with --simulated."
        )
    with workplace(None) as root:
        rows = _rows(root / "simulated", simulated.resolve(), parameters)
        found = {
            name: steps.cold_start(_tested(root, name, path, parameters), rows)
            for name, path in named.items()
        }
    for name, each in found.items():
        click.echo("\n".join(steps.section(name, each)))
    click.echo(json.dumps({name: steps.figures(each) for name, each in found.items()}))


def _named(paths: Sequence[Path]) -> dict[str, Path]:
    """Name each ledger after its folder; one called `original` after the folder that holds it."""
    named: dict[str, Path] = {}
    for path in paths:
        absolute = path.resolve()
        name = (absolute.parent if absolute.name == "original" else absolute).name.partition(".")[0]
        if name in named:
            raise click.UsageError(f"Two ledgers are called {name}; rename a folder.")
        named[name] = absolute
    return named


def _evaluated(root: Path, name: str, path: Path, parameters: "Parameters") -> "Result":
    from training.benchmark import Result

    folders, _ = _run(root, name, path, parameters, (*_LEARNT, "evaluate"))
    metrics = json.loads((folders.stage("evaluate") / "metrics.json").read_text())
    return Result(name, metrics)


def _rows(root: Path, path: Path, parameters: "Parameters") -> "Rows":
    from training.features import read
    from training.rows import labelled_rows

    folders, _ = _run(root, path.name, path, parameters, ("features", "labels"))
    return labelled_rows(read(folders.features), folders.labels)


def _tested(root: Path, name: str, path: Path, parameters: "Parameters") -> "Tested":
    from training.evaluation.tested import read_tested
    from training.fit import Inputs

    folders, progress = _run(root, name, path, parameters, _LEARNT)
    return read_tested(Inputs.within(folders), folders.stage("fit"), parameters, progress)


def _run(
    root: Path, name: str, path: Path, parameters: "Parameters", stages: Sequence[str]
) -> tuple["Folders", Callable[[str], None]]:
    from time import monotonic

    from cli.stage import STAGES
    from training.folders import Folders

    started, folders = monotonic(), Folders(root, name)

    def progress(begun: str) -> None:
        click.echo(f"{name} {monotonic() - started:6.1f} s: {begun}", err=True)

    progress("import")
    place(path, folders.ledger)
    for stage in stages:
        progress(stage)
        STAGES[stage](replace(parameters, ledger=name), folders, progress)
    return folders, progress
