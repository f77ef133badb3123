"""Compare ways to learn where many mules are never found."""

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli._workplace import workplace

if TYPE_CHECKING:
    from training.parameters import Parameters

_STAGES = ("simulate", "features", "labels", "splits")
_SHARE = click.FloatRange(0, 1, min_open=True, max_open=True)


@click.command
@click.option(
    "--params", default=Path("params.yaml"), metavar="FILE", show_default=True,
    type=click.Path(exists=True, path_type=Path, dir_okay=False),
    help="Parameters of the simulated ledger and of the protocol.",
)  # fmt: skip
@click.option(
    "--undiscovered", default=0.4, metavar="SHARE", show_default=True, type=_SHARE,
    help="Of the mules with a typical sum, in place of the parameter simulate.undiscovered_share.",
)  # fmt: skip
@click.option(
    "--by-sum", default=1.0, metavar="POWER", show_default=True, type=click.FloatRange(0, 10),
    help="How much more easily larger sums are found, in place of simulate.discovery_by_sum.",
)  # fmt: skip
@click.option(
    "--drawn", default=0.02, metavar="SHARE", show_default=True, type=_SHARE,
    help="Of the accounts without an outcome, drawn for investigation at each instant.",
)  # fmt: skip
def command(params: Path, undiscovered: float, by_sum: float, drawn: float) -> None:
    """Learn where many mules are never found, and hold four ways against the truth.

    A ledger is simulated in which large sums are found more easily, and a bank draws some of the
    other accounts. What nobody found is negative (naive), unlabelled (pu_bagging, pu_weighting), or
    not learnt from (inverse_probability). The last line is one JSON object: {"truth": {way:
    {figure: value}}, "labels": likewise, "estimates": {way: {"audit", "naive", "truth": {figure:
    value}}}, "draws": {"mean", "lowest", "highest"}}; "draws" tells how far inverse_probability
    stands above naive in PR-AUC over five draws.

    Example: mulerisk benchmark unlabelled --undiscovered 0.4 --drawn 0.02
    """
    from training.parameters import read_parameters
    from training.unlabelled.report import figures, page

    parameters = read_parameters(params)
    simulated = replace(
        parameters.simulate, undiscovered_share=undiscovered, discovery_by_sum=by_sum
    )
    with workplace(None) as root:
        found = _compared(root, replace(parameters, simulate=simulated), drawn)
    click.echo("\n".join(page(found)))
    click.echo(json.dumps(figures(found)))


def _compared(root: Path, parameters: "Parameters", drawn: float) -> dict[str, Any]:
    from time import monotonic

    from cli.stage import STAGES
    from training.folders import SIMULATED, Folders
    from training.unlabelled.protocol import run

    started, folders = monotonic(), Folders(root, SIMULATED)

    def progress(begun: str) -> None:
        click.echo(f"{monotonic() - started:6.1f} s: {begun}", err=True)

    for stage in _STAGES:
        progress(stage)
        STAGES[stage](replace(parameters, ledger=SIMULATED), folders, progress)
    return run(folders, parameters, drawn, progress)
