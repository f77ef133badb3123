"""Write the report on one account."""

from pathlib import Path

import click

from cli._inputs import Inputs, with_inputs
from cli._outputs import written_whole


@click.command
@with_inputs
@click.option(
    "--out",
    required=True,
    metavar="F.html",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File for the report.",
)
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
def command(
    inputs: Inputs, account: str, *, out: Path, pack: Path | None, key: Path | None
) -> None:
    """Write the report on ACCOUNT: one HTML page that needs no network and prints on A4.

    The assessment is put on record, so that `mulerisk replay` can make the same page again.

    Example: mulerisk report a000005 --ledger ledgers/demo --as-of 2024-06-29T00:00:00Z --out r.html
    """
    from models.signature import read_private_key
    from serving.wording import counted

    if (pack is None) != (key is None):
        raise click.UsageError("A pack is signed: give --pack DIR and --key FILE together.")
    private_key = read_private_key(key) if key else None
    assessment = inputs.assess(account)
    (record,) = inputs.keep([assessment], counterfactuals=True)
    document = inputs.document(assessment, record)
    outputs = inputs.outputs(document, record)
    with written_whole(out) as file:
        file.write_bytes(outputs["report.html"])
    shown = counted(len(document.payments), "transaction")
    click.echo(f"{out}: {document.judgement.band}, {shown} shown")
    click.echo(f"assessment {record.assessment_id} is on record")
    if pack and private_key:
        from serving.pack import evidence_of, write_pack

        evidence = evidence_of(assessment, record, inputs.view, outputs)
        identity = write_pack(pack, evidence, private_key)
        click.echo(f"{pack}: evidence pack {identity[:12]}; `mulerisk verify` checks it")
