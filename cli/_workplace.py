"""Where a benchmark puts the ledgers that somebody names: what it makes of them is thrown away."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click


@contextmanager
def workplace(out: Path | None) -> Iterator[Path]:
    """Yield a folder to work in: the new folder `out`, or one that is gone afterwards."""
    from tempfile import TemporaryDirectory

    if out is None:
        with TemporaryDirectory(prefix="mulerisk-") as folder:
            yield Path(folder)
    elif out.exists() and any(out.iterdir()):
        raise click.UsageError(f"{out} is not empty; name a folder that does not exist yet.")
    else:
        yield out.resolve()


def place(path: Path, ledger: Path, form: str = "") -> None:
    """Put a ledger where it is expected; one that was imported before is linked.

    Its format is told by its files, unless named.
    """
    from ledger.importers import import_ledger
    from ledger.importers.layout import format_of
    from ledger.lake import MANIFEST

    ledger.parent.mkdir(parents=True, exist_ok=True)
    if (path / MANIFEST).exists():
        ledger.symlink_to(path, target_is_directory=True)
        return
    source = path / "original" if (path / "original").is_dir() else path
    import_ledger(form or format_of(source), source, ledger)
