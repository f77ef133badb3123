"""Export the store of a service to a ledger folder, to train on what was served."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ledger.errors import MuleriskError

if TYPE_CHECKING:
    from ledger.lake import Lake


@click.command()
@click.option(
    "--store", "url", required=True, metavar="URL", envvar="MULERISK_STORE", show_envvar=True,
    help="sqlite:///FILE or postgresql://USER@HOST/NAME",
)  # fmt: skip
@click.option(
    "--ledger", required=True, metavar="DIR", type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the ledger, made if need be.",
)  # fmt: skip
def command(url: str, ledger: Path) -> None:
    """Append to a ledger folder what the store has learnt since.

    Example: mulerisk export --store sqlite:///artifacts/demo/store.db --ledger ledgers/served
    """
    from ledger.store import open_store
    from ledger.store.tables import STORED

    store = open_store(url)
    lake = _lake(ledger, store.reference_currency)
    with click.progressbar(length=store.recorded_seq, label=f"Exporting to {lake.name}") as bar:
        exported = store.export(lake, lambda reached: bar.update(reached - bar.pos))
    store.close()
    added = {name: exported.rows(name) - lake.rows(name) for name in STORED}
    parts = [f"{rows:,} {name.replace('_', ' ')}" for name, rows in added.items() if rows]
    click.echo(f"{', '.join(parts) or 'nothing new'} exported to {ledger}")


def _lake(folder: Path, currency: str | None) -> "Lake":
    from ledger.lake import Lake, LedgerMissing, open_lake

    try:
        return open_lake(folder)
    except LedgerMissing:
        if currency is None:
            raise MuleriskError(
                "The store has no reference currency yet. Load a ledger with `mulerisk load`."
            ) from None
        return Lake(folder, "store", currency)
