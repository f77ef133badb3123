"""Make the key pair that signs models."""

from pathlib import Path

import click


@click.command
@click.option(
    "--out", required=True, metavar="DIR", type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the two files; made if missing.",
)  # fmt: skip
def command(out: Path) -> None:
    """Make a key pair: release.key signs a model, release.pub lets a service trust it.

    Keep release.key where only the person who promotes models can read it.

    Example: mulerisk keys --out keys
    """
    from models.signature import make_keys

    files = make_keys(out)
    click.echo(f"{files.private} signs models; keep it secret.")
    click.echo(f"{files.public} verifies them; give it to the service.")
