"""Load a ledger into the store of a service."""

from pathlib import Path

import click


@click.command()
@click.argument("ledger", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--store", "url", required=True, metavar="URL", envvar="MULERISK_STORE", show_envvar=True,
    help="sqlite:///FILE or postgresql://USER@HOST/NAME; made or upgraded if need be.",
)  # fmt: skip
def command(ledger: Path, url: str) -> None:
    """Load the ledger in folder LEDGER into the SQL store of a service.

    Facts that the store holds already are passed over, so a load can be repeated.

    Example: mulerisk load ledgers/amlsim --store sqlite:///artifacts/store.db
    """
    from ledger.lake import open_lake
    from ledger.store import migrate, open_store

    lake = open_lake(ledger)
    migrate(url)
    store = open_store(url)
    last = lake.last_seq()
    # First the facts, and then the segments: an account's transactions together.
    with click.progressbar(length=2 * last, label=f"Loading {lake.name}") as bar:
        appended = store.load(
            lake,
            lambda reached: bar.update(reached - bar.pos),
            lambda reached: bar.update(last + min(reached, last) - bar.pos),
        )
    store.close()
    click.echo(f"{appended.new:,} facts loaded, {appended.repeated:,} were there already")
