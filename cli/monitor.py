"""Tell whether the accounts that are scored still look like those that were learnt from."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli._instant import Instant
from cli._outputs import written_whole
from cli._places import BUNDLE, FACTS, PUBLIC_KEY, Place, folders, place, standing, with_options
from cli._refusals import refused_with_2
from cli._runs import keep_figures

if TYPE_CHECKING:
    from training.folders import Folders
    from training.monitoring.monitored import Champion, Monitored
    from training.monitoring.seen import Seen
    from training.parameters import Monitor


def _with_champion(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options and call `command` with `where`, `homes` and the verified `champion`."""

    @wraps(command)
    def opened(
        *, ledger: Path | None, store: str | None, assessments: Path | None, bundle: Path | None,
        public_key: Path, **others: Any,
    ) -> None:  # fmt: skip
        from models.signature import read_public_key
        from training.monitoring.monitored import read_champion

        homes = folders(ledger)
        bundle = bundle or standing(homes.champion, "in service", "promote", "--bundle")
        champion = read_champion(bundle, read_public_key(public_key))
        where = place(ledger, store, assessments)
        command(where=where, homes=homes, champion=champion, **others)

    return with_options(*FACTS, BUNDLE, PUBLIC_KEY)(opened)


@click.command
@refused_with_2()
@_with_champion
@click.option(
    "--since", metavar="T", type=Instant(),
    help="Compare the accounts that the champion assessed from T on; without it, all accounts.",
)  # fmt: skip
@click.option(
    "--as-of", metavar="T", type=Instant(),
    help="Nothing later is used: assessments made before T, or all accounts as known at T. Now, if"
    " left out.",
)  # fmt: skip
@click.option(
    "--out", metavar="F.html", type=click.Path(path_type=Path, dir_okay=False),
    help="File for the page; artifacts/LEDGER/monitor.html if left out.",
)  # fmt: skip
def command(
    *, where: Place, homes: "Folders", champion: "Champion", since: datetime | None,
    as_of: datetime | None, out: Path | None,
) -> None:  # fmt: skip
    """Compare features, scores, bands and reasons with what the champion learnt from.

    Writes a page and prints the verdict, each trigger that fired with what to do, and last one JSON
    object. Limits stand in params.yaml, section `monitor`; the figures are kept in the champion's
    run in MLflow. Exit code 0: no trigger fired; 1: one fired; 2: nothing could be compared.

    Example: mulerisk monitor --store sqlite:///artifacts/demo/store.db --since 2024-06-22T00:00Z
    """
    from training.monitoring.monitored import Question, monitored
    from training.parameters import read_parameters

    until = as_of or datetime.now(UTC)
    if since and since >= until:
        raise click.UsageError(f"--since must lie before {until.isoformat()}.")
    settings = read_parameters(Path("params.yaml")).monitor
    question = Question(homes.name, where.currency, since, until)
    if since:
        seen = _assessed(where, champion, settings, since, until)
    else:
        seen = _all(where, champion, until)
    found = monitored(question, champion, seen, settings)
    _write(found, out or homes.artifacts / "monitor.html")
    figures = {"monitor": found.compared.figures()}
    keep_figures(homes, champion.lineage.run_id, figures, until)
    click.echo(json.dumps(found.to_dict()))
    click.get_current_context().exit(1 if found.fired else 0)


def _assessed(
    where: Place, champion: "Champion", settings: "Monitor", since: datetime, until: datetime
) -> "Seen":
    from training.monitoring.seen import seen_when_assessed

    records = where.assessments.made(champion.scorer.versions.bundle, since, until)
    with click.progressbar(length=len(records), label="Assessments", file=sys.stderr) as bar:
        return seen_when_assessed(
            records, where.view, champion.scorer, settings, lambda done: bar.update(done - bar.pos)
        )


def _all(where: Place, champion: "Champion", as_of: datetime) -> "Seen":
    from serving.cautions import cautions
    from training.monitoring.seen import seen_at

    view = where.view(as_of, None)
    learnt_until = datetime.fromisoformat(champion.lineage.learnt_until)
    for caution in cautions(as_of, view.last_learnt(), learnt_until):
        click.echo(f"mulerisk: {caution.words()}", err=True)
    return seen_at(view, champion.scorer)


def _write(found: "Monitored", out: Path) -> None:
    from training.monitoring.page import page

    with written_whole(out) as file:
        file.write_text(page(found), encoding="utf-8")
    click.echo(f"{found.verdict}, of {found.compared.accounts:,} accounts ({out})")
    for each in found.fired:
        click.echo(f"  {each.name}: {each.words()}")
