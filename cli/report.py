"""Write the report on one account."""

from pathlib import Path

import click

from cli._inputs import Inputs, with_inputs
from cli._outputs import written_whole


@click.command
@with_inputs
@click.option(
    "--out", required=True, metavar="F.html", type=click.Path(path_type=Path, dir_okay=False),
    help="File for the report.",
)  # fmt: skip
@click.argument("account")
def command(inputs: Inputs, account: str, out: Path) -> None:
    """Write the report on ACCOUNT: one HTML page that needs no network and prints on A4.

    Example: mulerisk report a000005 --ledger ledgers/demo --as-of 2024-06-29T00:00:00Z --out r.html
    """
    from serving.reports.compose import compose
    from serving.reports.page import page
    from serving.wording import counted

    document = compose(inputs.assess(account), inputs.view, inputs.scorer, inputs.origin)
    with written_whole(out) as file:
        file.write_text(page(document), encoding="utf-8")
    click.echo(
        f"{out}: {document.judgement.band}, {counted(len(document.payments), 'transaction')} shown"
    )
