"""Write the worklist: the riskiest accounts first."""

from pathlib import Path

import click

from cli._inputs import Inputs, with_inputs


@click.command
@with_inputs
@click.option(
    "--top", required=True, metavar="N", type=click.IntRange(min=1), help="How many accounts."
)
@click.option(
    "--out", required=True, metavar="F.csv", type=click.Path(path_type=Path, dir_okay=False),
    help="File for the worklist.",
)  # fmt: skip
def command(inputs: Inputs, top: int, out: Path) -> None:
    """Rank all accounts and write the first N with reasons and suggestions, as CSV.

    Example: mulerisk rank --ledger ledgers/demo --as-of 2025-06-01T00:00:00Z --top 50 --out F.csv
    """
    from serving.worklist import rank, write_worklist

    ranked = rank(inputs.view, inputs.scorer, inputs.terms, top)
    accounts = inputs.view.accounts([assessment.account_id for assessment in ranked])
    write_worklist(out, ranked, accounts)
    click.echo(f"{out}: {len(ranked)} accounts, the riskiest first")
