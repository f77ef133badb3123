"""Make an assessment again, and prove it the same or say what differs."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli._outputs import written_whole
from cli._places import Place, with_place

if TYPE_CHECKING:
    from ledger.assessments import AssessmentRecord
    from ledger.view import LedgerView
    from serving.differences import Compared
    from serving.replay import Replayed

_MARKS = {"same": "same", "differs": "DIFFERS", "unknown": "unknown", "note": "note"}


@click.command
@with_place
@click.option(
    "--request",
    metavar="F.json",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The body of the request that brought the facts along, if that is how it was made.",
)
@click.option(
    "--out", metavar="F.html", type=click.Path(path_type=Path, dir_okay=False),
    help="File for the report as it comes out again.",
)  # fmt: skip
@click.argument("assessment")
def command(
    *, where: Place, bundles: Path, public_key: Path, request: Path | None, out: Path | None,
    assessment: str,
) -> None:  # fmt: skip
    """Make ASSESSMENT again from what it was made from, and compare it bit by bit.

    The facts are those recorded when it was made, the bundle is found by its digest beside
    --bundle. Exit code 0 only if facts, score, SHAP values, the whole answer and every output
    written of it are the same, as far as they can be compared here; otherwise each difference is
    named.

    Example: mulerisk replay 3f8a1c0d5e6b7a8990abcdef01234567 --ledger ledgers/demo
    """
    from serving.differences import NotReproduced, compare

    record = where.assessments.find(assessment)
    replayed = _replayed(where, record, bundles, public_key, request)
    if out:
        _write(out, replayed)
    compared = compare(replayed)
    click.echo("\n".join(map(_line, compared)))
    differences = [each.words for each in compared if each.verdict == "differs"]
    if differences:
        raise NotReproduced(f"assessment {assessment} is not reproduced: {'; '.join(differences)}.")
    if any(each.verdict == "unknown" for each in compared):
        click.echo("Reproduced in part: all that can be compared here is the same, bit by bit.")
    else:
        click.echo("Reproduced: everything that was answered is the same, bit by bit.")


def _replayed(
    where: Place, record: "AssessmentRecord", bundles: Path, public_key: Path, request: Path | None
) -> "Replayed":
    from models.bundle import lineage_of, load_bundle
    from models.signature import read_public_key
    from serving.replay import find_bundle, replay

    folder = find_bundle(record, bundles)
    scorer = load_bundle(folder, read_public_key(public_key))
    written = where.assessments.outputs(record.assessment_id)
    return replay(record, _view(where, record, request), scorer, lineage_of(folder), written)


def _view(where: Place, record: "AssessmentRecord", request: Path | None) -> "LedgerView":
    from serving.replay import supplied_facts

    if record.source == "supplied":
        return supplied_facts(record, request, datetime.now(UTC))
    return where.view(record.as_of, record.recorded_seq)


def _write(out: Path, replayed: "Replayed") -> None:
    from serving.replay import ReplayRefused

    if not replayed.outputs:
        raise ReplayRefused("The assessment was made without reasons, so it has no report.")
    with written_whole(out) as file:
        file.write_bytes(replayed.outputs["report.html"])


def _line(compared: "Compared") -> str:
    return f"  {_MARKS[compared.verdict]:<8} {compared.words}"
