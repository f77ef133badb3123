"""Check an evidence pack without a ledger, a store or a model."""

from pathlib import Path

import click


@click.command
@click.option(
    "--public-key", required=True, metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
    help="The sender's public key, from a source that you trust.",
)  # fmt: skip
@click.argument("pack", type=click.Path(path_type=Path, file_okay=False))
def command(*, public_key: Path, pack: Path) -> None:
    """Check the evidence pack in folder PACK: signature, hashes, sums, and each reason.

    Nothing else is read but the sender's public key, and nothing of the pack is parsed before its
    signature and hashes are right. The exit code is 0 only if everything is. What cannot be checked
    without the model, and the text of the report's pages, is named: there the signature alone
    speaks.

    Example: mulerisk verify packs/a000005 --public-key sender.pub
    """
    from models.signature import read_public_key
    from serving.verify import verify

    for found in verify(pack, read_public_key(public_key)):
        click.echo(f"  {'right' if found.is_checked else 'signed':<8} {found.words}")
    click.echo("Verified.")
