"""Write the worklist: the riskiest accounts first."""

from pathlib import Path

import click

from cli._inputs import Inputs, with_inputs
from cli._outputs import written_whole


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

    Accounts already known to be mules are left out and counted: a score forecasts what is not
    known yet.

    Example: mulerisk rank --ledger ledgers/demo --as-of 2024-06-29T00:00:00Z --top 50 --out F.csv
    """
    from serving.wording import counted
    from serving.worklist import rank, write_worklist

    worklist = rank(inputs.view, inputs.scorer, inputs.terms, top)
    accounts = inputs.view.accounts([assessment.account_id for assessment in worklist.ranked])
    records = inputs.keep(worklist.ranked, counterfactuals=False)
    ids = [record.assessment_id for record in records]
    with written_whole(out) as file:
        write_worklist(file, worklist.ranked, ids, accounts)
    click.echo(f"{out}: {len(worklist.ranked)} accounts, the riskiest first")
    if worklist.known_mules:
        mules = counted(worklist.known_mules, "account")
        click.echo(f"Left out: {mules} with a mule outcome already known; nothing is to forecast")
