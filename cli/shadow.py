"""Tell what a challenger would have answered where the champion answered."""

import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from cli._challenger import Inputs, Outputs, with_models
from cli._ending import told_to_end
from cli._instant import Instant
from cli._outputs import written_whole
from cli._refusals import refused_with_2
from cli._runs import keep_figures

if TYPE_CHECKING:
    from training.shadow.following import Progress
    from training.shadow.shadowed import Shadowed


@click.command
@refused_with_2()
@with_models
@click.option(
    "--since", metavar="T", type=Instant(),
    help="Compare what the champion assessed from T on; with --follow from now on, if left out.",
)  # fmt: skip
@click.option(
    "--as-of", metavar="T", type=Instant(),
    help="Nothing later is used: assessments made, and outcomes known, before T. Now, if left out.",
)  # fmt: skip
@click.option("--follow", is_flag=True, help="Go on every few seconds, until Ctrl-C or SIGTERM.")
def command(
    *, inputs: Inputs, outputs: Outputs, since: datetime | None, as_of: datetime | None,
    follow: bool,
) -> None:  # fmt: skip
    """Ask a challenger what the champion was asked, afterwards, and compare their answers.

    The service has no part in it: its assessments are read from the store, and asked again. Writes
    a page that names no account, prints what differs and last one JSON object, and keeps the
    figures in the challenger's run in MLflow. Exit code 0; 2: nothing could be compared.

    Example: mulerisk shadow --store sqlite:///artifacts/demo/store.db --since 2024-06-22T00:00Z
    """
    from training.shadow.following import Progress, found_in
    from training.shadow.shadowed import Question

    until = as_of or datetime.now(UTC)
    _check(since, as_of, until, follow=follow)
    question = Question(inputs.homes.name, inputs.currency, since or until, until)
    begun = Progress.begun(question)
    so_far = _followed(inputs, outputs, begun) if follow else _once(inputs, begun)
    found = found_in(inputs.store, inputs.models.both, so_far)
    _write(found, so_far, outputs)
    _tell(found, inputs, outputs)


def _check(
    since: datetime | None, as_of: datetime | None, until: datetime, *, follow: bool
) -> None:
    if follow and as_of:
        raise click.UsageError("--follow goes on and --as-of ends: name one of them.")
    if not (since or follow):
        raise click.UsageError("Name --since T, or --follow what is assessed from now on.")
    if since and since >= until:
        raise click.UsageError(f"--since must lie before {until.isoformat()}.")


def _once(inputs: Inputs, so_far: "Progress") -> "Progress":
    from training.shadow.following import read_on

    both, question = inputs.models.both, so_far.question
    made = inputs.store.assessments.count(question.since, question.until)
    length = made.get(both.champion.versions.bundle, 0)
    with click.progressbar(length=length, label="Assessments", file=sys.stderr) as bar:
        for reached in read_on(inputs.store, both, so_far):
            so_far = reached
            bar.update(so_far.read - bar.pos)
    return so_far


def _followed(inputs: Inputs, outputs: Outputs, so_far: "Progress") -> "Progress":
    from training.shadow.following import Watch, follow

    with told_to_end() as ended:
        watch = Watch(
            now=lambda: datetime.now(UTC),
            ended=ended,
            show=lambda found, so_far: _write(found, so_far, outputs),
            tell=lambda words: click.echo(f"{datetime.now(UTC):%H:%M:%S} {words}", err=True),
        )
        return follow(inputs.store, inputs.models.both, so_far, watch)


def _write(found: "Shadowed", so_far: "Progress", outputs: Outputs) -> None:
    from training.shadow.listed import write_list
    from training.shadow.page import page

    with written_whole(outputs.page) as file:
        file.write_text(page(found), encoding="utf-8")
    if outputs.listed:
        with written_whole(outputs.listed) as file:
            write_list(file, so_far.answers, found.both)


def _tell(found: "Shadowed", inputs: Inputs, outputs: Outputs) -> None:
    click.echo(f"{found.verdict} ({outputs.page})")
    for line in found.lines():
        click.echo(f"  {line}")
    figures = {"shadow": found.compared.figures()}
    keep_figures(inputs.homes, inputs.models.lineage.run_id, figures, found.question.until)
    click.echo(json.dumps(found.to_dict(), allow_nan=False))
