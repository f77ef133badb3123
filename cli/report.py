"""Write the report on one account, or the notice to its holder."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli._inputs import Inputs, with_inputs
from cli._outputs import written_whole

if TYPE_CHECKING:
    from ledger.assessments import AssessmentRecord
    from serving.reports.document import ReportDocument
    from serving.reports.notice import Notice

# Not asked of their modules: the help of a command loads none of them.
_FORMS = (".html", ".pdf", ".json")
_LANGUAGES = ("en", "th", "ja")


class _Form(click.Path):
    """A file whose name tells in which form it is written."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(str(super().convert(value, param, ctx)))
        if path.suffix.lower() not in _FORMS:
            self.fail(f"{value!r} must end in {', '.join(_FORMS)}: that tells the form", param, ctx)
        return path


@click.command
@with_inputs
@click.option(
    "--out", "outs", required=True, multiple=True, metavar="F.html|F.pdf|F.json",
    type=_Form(path_type=Path, dir_okay=False),
    help="File for the report; its end tells the form. Several forms come of one assessment.",
)  # fmt: skip
@click.option(
    "--language", "code", default="en", show_default=True, type=click.Choice(_LANGUAGES),
    help="English, Thai or Japanese.",
)  # fmt: skip
@click.option(
    "--notice", "contact", metavar="TEXT",
    help="Write the notice to the account's holder instead: only what may be disclosed. TEXT says"
    " where they can object: an office, an address, a telephone number.",
)  # fmt: skip
@click.option(
    "--pack",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder, not there yet, for the evidence pack: report, assessment and facts, signed.",
)
@click.option(
    "--key", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
    help="The private key that signs the pack; `mulerisk keys` makes one.",
)  # fmt: skip
@click.argument("account")
def command(  # noqa: PLR0913 - one for each option
    inputs: Inputs, account: str, *, outs: tuple[Path, ...], code: str, contact: str | None,
    pack: Path | None, key: Path | None,
) -> None:  # fmt: skip
    """Write the report on ACCOUNT as a page, as a PDF of A4 or as JSON; none needs the network.

    The assessment is put on record, so that `mulerisk replay` can make the same report again.

    Example: mulerisk report a000005 --ledger ledgers/demo --as-of 2024-06-29T00:00:00Z --out r.html
    """
    from models.signature import read_private_key

    _check(contact, pack, key)
    private_key = read_private_key(key) if key else None
    assessment = inputs.assess(account)
    (record,) = inputs.keep([assessment], counterfactuals=True)
    document = inputs.document(assessment, record)
    if contact:
        from serving.reports.notice import notice_of

        _write_notice(inputs, notice_of(document, contact), record, outs, code)
    else:
        outputs = _write_report(inputs, document, record, outs, code)
    click.echo(f"assessment {record.assessment_id} is on record")
    if pack and private_key:
        from serving.pack import evidence_of, write_pack

        evidence = evidence_of(assessment, record, inputs.view, outputs)
        identity = write_pack(pack, evidence, private_key)
        click.echo(f"{pack}: evidence pack {identity[:12]}; `mulerisk verify` checks it")


def _check(contact: str | None, pack: Path | None, key: Path | None) -> None:
    """Refuse options that do not fit together, before anything is read."""
    if contact is not None and not contact.strip():
        raise click.UsageError(
            "A notice says where its reader can object, such as"
            " --notice 'Complaints office, telephone 02 000 0000'."
        )
    if (pack is None) != (key is None):
        raise click.UsageError("A pack is signed: give --pack DIR and --key FILE together.")
    if contact and pack:
        raise click.UsageError("A pack holds the report. Write the notice by itself.")


def _write_report(
    inputs: Inputs, document: "ReportDocument", record: "AssessmentRecord", outs: tuple[Path, ...],
    code: str,
) -> dict[str, bytes]:  # fmt: skip
    from serving.reports.outputs import output_name
    from serving.wording import counted

    name_of = {out: output_name(out.suffix.lower(), code) for out in outs}
    outputs = inputs.outputs(document, record, dict.fromkeys(name_of.values()))
    shown = counted(len(document.payments), "transaction")
    for out, name in name_of.items():
        _write(out, outputs[name], f"{document.judgement.band}, {shown} shown")
    return outputs


def _write_notice(
    inputs: Inputs, notice: "Notice", record: "AssessmentRecord", outs: tuple[Path, ...], code: str
) -> None:
    from models.language import language
    from serving.records import digest_of
    from serving.reports.outputs import FORMS, notice_name

    for out in outs:
        form = out.suffix.lower()
        content = FORMS[form](notice, language(code))
        digest = digest_of(content)
        inputs.keep_outputs(record, {notice_name(form, code, digest): digest})
        _write(out, content, "notice to the holder")


def _write(out: Path, content: bytes, about: str) -> None:
    with written_whole(out) as file:
        file.write_bytes(content)
    click.echo(f"{out}: {about}")
