"""What a challenger is compared on: the store of a service, and the model that serves there."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli._places import BUNDLE, PUBLIC_KEY, filled_store, folders, standing, with_options

if TYPE_CHECKING:
    from ledger.store import Store
    from training.folders import Folders
    from training.shadow.both import Models


@dataclass(frozen=True)
class Inputs:
    """The store of the service, and the two models."""

    store: "Store"
    currency: str
    models: "Models"
    homes: "Folders"


@dataclass(frozen=True)
class Outputs:
    """Where it is told: a page, and if that is wanted a list that names accounts."""

    page: Path
    listed: Path | None


def with_models(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options and call `command` with `inputs` and `outputs`."""

    @wraps(command)
    def opened(
        *, store: str, bundle: Path | None, challenger: Path | None, public_key: Path,
        out: Path | None, listed: Path | None, **others: Any,
    ) -> None:  # fmt: skip
        from models.signature import read_public_key
        from training.shadow.both import read_models

        homes = folders(None)
        champion = bundle or standing(homes.champion, "in service", "promote", "--bundle")
        challenger = challenger or standing(
            homes.challenger, "in shadow", "challenge", "--challenger"
        )
        models = read_models(champion, challenger, read_public_key(public_key))
        inputs = Inputs(*filled_store(store), models, homes)
        outputs = Outputs(out or homes.artifacts / "shadow.html", listed)
        command(inputs=inputs, outputs=outputs, **others)

    return with_options(*_OPTIONS)(opened)


_OPTIONS = (
    click.option(
        "--store", required=True, metavar="URL", envvar="MULERISK_STORE", show_envvar=True,
        help="The SQL store of the running service; it is only read.",
    ),
    BUNDLE,
    click.option(
        "--challenger", metavar="DIR", type=click.Path(path_type=Path, file_okay=False),
        help="Folder of the signed challenger, or of an earlier champion; without it, the ledger's"
        " challenger.",
    ),
    PUBLIC_KEY,
    click.option(
        "--out", metavar="F.html", type=click.Path(path_type=Path, dir_okay=False),
        help="File for the page; artifacts/LEDGER/shadow.html if left out.",
    ),
    click.option(
        "--list", "listed", metavar="F.csv", type=click.Path(path_type=Path, dir_okay=False),
        help="File for the accounts whose band differs. It names them: for who may see that.",
    ),
)  # fmt: skip
