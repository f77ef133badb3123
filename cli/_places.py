"""Where the analysts' commands find facts, models and the records of assessments."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from ledger.errors import MuleriskError

if TYPE_CHECKING:
    from ledger.assessments import Assessments, Source
    from ledger.store import Store
    from ledger.view import LedgerView
    from training.folders import Folders

_PARAMETERS = Path("params.yaml")
_PUBLIC_KEY = Path("artifacts/keys/release.pub")


@dataclass(frozen=True)
class Place:
    """A ledger, whether a lake or a store, and what is kept of the assessments made on it.

    Attributes
    ----------
    source : {"lake", "store"}
    name, digest : str
        As records and reports name the ledger; a store grows and has no digest.
    currency : str
    view : callable
        Opens the ledger at an instant and, if given, as far as a `recorded_seq`.
    assessments : Assessments
    """

    source: "Source"
    name: str
    digest: str
    currency: str
    view: "Callable[[datetime, int | None], LedgerView]"
    assessments: "Assessments"


Option = Callable[[Callable[..., Any]], Callable[..., Any]]

FACTS: tuple[Option, ...] = (
    click.option(
        "--ledger", metavar="DIR", type=click.Path(path_type=Path, file_okay=False),
        help="Folder of the ledger; without it and a store, the one params.yaml names.",
    ),
    click.option(
        "--store", metavar="URL", envvar="MULERISK_STORE", show_envvar=True,
        help="The SQL store of a running service; it keeps assessments too. Where --ledger is"
        " given, that of the environment is passed over.",
    ),
    click.option(
        "--assessments", metavar="DIR", type=click.Path(path_type=Path, file_okay=False),
        help="Folder that keeps the assessments of a ledger; artifacts/LEDGER/assessments if left"
        " out.",
    ),
)  # fmt: skip
"""Options that name a `Place`."""

BUNDLE: Option = click.option(
    "--bundle", metavar="DIR", envvar="MULERISK_BUNDLE", show_envvar=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the signed model; without it, the ledger's champion.",
)  # fmt: skip

PUBLIC_KEY: Option = click.option(
    "--public-key", default=_PUBLIC_KEY, metavar="FILE", envvar="MULERISK_PUBLIC_KEY",
    show_envvar=True, show_default=True, type=click.Path(path_type=Path, dir_okay=False),
    help="The key that the model must be signed for.",
)  # fmt: skip


def with_place(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options and call `command` with `where`, `bundles` and `public_key`."""

    @wraps(command)
    def opened(
        *, ledger: Path | None, store: str | None, assessments: Path | None, bundle: Path | None,
        **others: Any,
    ) -> None:  # fmt: skip
        # The champion is a link into the folder that bundles stand in.
        bundles = (bundle or folders(ledger).champion).resolve().parent
        command(where=place(ledger, store, assessments), bundles=bundles, **others)

    return with_options(*FACTS, BUNDLE, PUBLIC_KEY)(opened)


def with_options(*options: Option) -> Option:
    """Put options before a command, in this order."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def place(ledger: Path | None, store: str | None, assessments: Path | None) -> Place:
    """Open what the options name."""
    given = click.get_current_context().get_parameter_source("store")
    if ledger and given is ParameterSource.COMMANDLINE:
        raise click.UsageError(
            "Facts come from one place: name --ledger DIR or --store URL, not both."
        )
    if store and ledger is None:
        return _store(store)
    return _lake(ledger or folders(ledger).ledger, assessments or folders(ledger).assessments)


def folders(ledger: Path | None) -> "Folders":
    """Tell where the pipeline keeps what belongs to a ledger, or to the one `params.yaml` names."""
    from training.folders import Folders
    from training.parameters import read_parameters

    if not (ledger or _PARAMETERS.exists()):
        raise click.UsageError(
            "Name --bundle DIR and --ledger DIR or --store URL, or stand where params.yaml is."
        )
    name = ledger.resolve().name if ledger else read_parameters(_PARAMETERS).ledger
    return Folders(Path(), name)


def standing(link: Path, where: str, act: str, option: str) -> Path:
    """Return the link to a bundle, once it is there."""
    if not link.exists():
        raise MuleriskError(
            f"{link} is not there: no model is {where}. `mulerisk model {act}` puts one there; or"
            f" name one with {option} DIR."
        )
    return link


def _lake(folder: Path, assessments: Path) -> Place:
    from ledger.assessments_folder import AssessmentsFolder
    from ledger.lake import open_lake
    from ledger.view import LakeView

    lake = open_lake(folder)

    def view(as_of: datetime, recorded_seq: int | None) -> LakeView:
        return LakeView(lake, as_of, recorded_seq)

    kept = AssessmentsFolder(assessments)
    return Place("lake", lake.name, lake.digest, lake.reference_currency, view, kept)


def filled_store(url: str) -> "tuple[Store, str]":
    """Open a store that holds a ledger, and tell its reference currency."""
    from ledger.store import open_store

    store = open_store(url)
    if store.reference_currency is None:
        raise MuleriskError(
            "The store has no reference currency yet. Load a ledger with `mulerisk load`."
        )
    return store, store.reference_currency


def _store(url: str) -> Place:
    from serving.assess import STORE

    store, currency = filled_store(url)
    return Place("store", STORE, "", currency, store.view, store.assessments)
