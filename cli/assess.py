"""Judge one account, in words or for machines."""

import json

import click

from cli._inputs import Inputs, with_inputs


@click.command
@with_inputs
@click.option("--json", "as_json", is_flag=True, help="Print the whole assessment as JSON.")
@click.argument("account")
def command(inputs: Inputs, account: str, *, as_json: bool) -> None:
    """Print score, suggestion and reasons for ACCOUNT.

    Example: mulerisk assess a000005 --ledger ledgers/demo --as-of 2024-06-29T00:00:00Z
    """
    from serving.reports.terminal import text

    assessment = inputs.assess(account)
    (record,) = inputs.keep([assessment], counterfactuals=True)
    if as_json:
        told = {"assessment_id": record.assessment_id, **assessment.to_dict()}
        click.echo(json.dumps(told, indent=2, allow_nan=False))
    else:
        click.echo(text(inputs.document(assessment, record)))
