"""Run the field's protocol on a file of AMLworld."""

import json
from pathlib import Path

import click

from cli._workplace import place, workplace

FORMAT = "amlworld"


@click.command(FORMAT)
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path))
@click.option(
    "--seeds", default=5, metavar="N", show_default=True, type=click.IntRange(1, 50),
    help="How often each contender is learnt.",
)  # fmt: skip
def command(path: Path, seeds: int) -> None:
    """Find laundering transactions in an AMLworld file, beside what others published.

    PATH is a file such as HI-Small_Trans.csv, the folder that holds the only one, or a ledger
    imported from it. LightGBM learns from 60 % of the transactions in order of time, chooses its
    threshold on the next 20 % and is tested on the last, on the raw columns alone and with
    features; where laundering goes on after ordinary payments have ended, also without those last
    days. The last line is one JSON object: {name: {"whole_file", "without_tail": {contender:
    {"f1", "f1_sd", "precision", "recall"}}}}, means over the seeds; "without_tail" is null where
    there are no such days.

    Example: mulerisk benchmark amlworld DOWNLOADS/HI-Small_Trans.csv
    """
    from time import monotonic

    from ledger.lake import open_lake
    from training.amlworld.protocol import run
    from training.amlworld.report import figures, page

    started, name = monotonic(), _name(path)

    def progress(begun: str) -> None:
        click.echo(f"{name} {monotonic() - started:6.1f} s: {begun}", err=True)

    with workplace(None) as root:
        progress("import")
        place(path.resolve(), root / name, FORMAT)
        outcome = run(open_lake(root / name), seeds, progress)
    click.echo("\n".join(page(outcome)))
    click.echo(json.dumps(figures(outcome)))


def _name(path: Path) -> str:
    """Name a data set as its file does: what stands before `_Trans.csv`."""
    inside = sorted(path.glob("*_Trans.csv*")) if path.is_dir() else []
    file = inside[0] if inside else path.resolve()
    return file.name.partition("_Trans.csv")[0].partition(".")[0]
