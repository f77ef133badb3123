"""Put an evaluated model into service."""

from pathlib import Path

import click


@click.command
@click.option("--ledger", required=True, metavar="NAME", help="Name of the ledger it learnt from.")
@click.option("--author", required=True, help="Who decides.")
@click.option("--reason", required=True, metavar="TEXT", help="Why.")
@click.option(
    "--key", required=True, metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
    help="The private key that signs; `mulerisk keys` makes one.",
)  # fmt: skip
@click.option(
    "--root", default=Path(), metavar="DIR", type=click.Path(path_type=Path, file_okay=False),
    help="The folder that artifacts/ stands in; this one if left out.",
)  # fmt: skip
def command(ledger: str, author: str, reason: str, key: Path, root: Path) -> None:
    """Register the model of a ledger's pipeline, sign its bundle and make it the champion.

    Example: mulerisk promote --ledger demo --author NAME --reason TEXT --key keys/release.key
    """
    from datetime import UTC, datetime

    from models.signature import read_private_key
    from training.folders import Folders
    from training.promote import Decision, promote

    private_key = read_private_key(key)
    folders = Folders(root.resolve(), ledger)
    decision = Decision(author, reason, datetime.now(UTC))
    promotion = promote(folders, decision, private_key)
    click.echo(
        f"{ledger} version {promotion.version} is champion: {folders.champion}"
        f" (bundle {promotion.bundle[:12]})"
    )
