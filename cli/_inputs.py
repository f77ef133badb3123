"""What the analysts' commands read: a ledger or a store at an instant, and a verified model."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ledger.errors import MuleriskError

if TYPE_CHECKING:
    from ledger.view import LedgerView
    from models.assessment import Assessment, Terms
    from models.manifest import Lineage
    from models.scorer import Scorer
    from serving.reports.compose import Origin
    from training.folders import Folders


_PARAMETERS = Path("params.yaml")
_PUBLIC_KEY = Path("artifacts/keys/release.pub")


class Instant(click.ParamType[datetime]):
    """An instant in ISO 8601 with its zone."""

    name = "instant"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read an instant and state it in UTC."""
        cure = "write it as 2025-06-01T00:00:00Z"
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no instant; {cure}", param, ctx)
        if instant.tzinfo is None:
            self.fail(f"{value!r} has no zone; {cure}", param, ctx)
        try:
            return instant.astimezone(UTC)
        except OverflowError:
            self.fail(f"{value!r} lies outside the years 1 to 9999; {cure}", param, ctx)


@dataclass(frozen=True)
class Inputs:
    """Everything that an assessment is made from."""

    view: "LedgerView"
    scorer: "Scorer"
    terms: "Terms"
    origin: "Origin"

    def assess(self, account_id: str) -> "Assessment":
        """Assess one account.

        Raises
        ------
        MuleriskError
            If no judgement can be made about it.
        """
        from models.assess import assess
        from models.assessment import NotAssessable

        (answer,) = assess(self.view, self.scorer, [account_id], self.terms, counterfactuals=True)
        if isinstance(answer, NotAssessable):
            raise MuleriskError(
                f"account {account_id!r} at {self.view.as_of.isoformat()}: {answer.why}."
                " Check the account and --as-of."
            )
        return answer


_OPTIONS = (
    click.option(
        "--ledger", metavar="DIR", type=click.Path(path_type=Path, file_okay=False),
        help="Folder of the ledger; without it and a store, the one params.yaml names.",
    ),
    click.option(
        "--store", metavar="URL", envvar="MULERISK_STORE", show_envvar=True,
        help="The SQL store of a running service.",
    ),
    click.option(
        "--bundle", metavar="DIR", envvar="MULERISK_BUNDLE", show_envvar=True,
        type=click.Path(path_type=Path, file_okay=False),
        help="Folder of the signed model; without it, the ledger's champion.",
    ),
    click.option(
        "--public-key", default=_PUBLIC_KEY, metavar="FILE", envvar="MULERISK_PUBLIC_KEY",
        show_envvar=True, show_default=True, type=click.Path(path_type=Path, dir_okay=False),
        help="The key that the model must be signed for.",
    ),
    click.option(
        "--as-of", required=True, metavar="T", type=Instant(),
        help="The instant asked about, such as 2024-06-29T00:00:00Z; nothing later is used.",
    ),
)  # fmt: skip


def with_inputs(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options and call `command` with `inputs` in their place."""

    @wraps(command)
    def opened(
        *, ledger: Path | None, store: str | None, bundle: Path | None, public_key: Path,
        as_of: datetime, **others: Any,
    ) -> None:  # fmt: skip
        from models.bundle import load_bundle
        from models.signature import read_public_key

        bundle = bundle or _folders(ledger).artifacts / "champion"
        scorer = load_bundle(bundle, read_public_key(public_key))
        if store and ledger is None:
            facts = _store(store, as_of)
        else:
            facts = _lake(ledger or _folders(ledger).ledger, as_of)
        inputs = _inputs(facts, scorer, _lineage(bundle))
        for caution in inputs.origin.cautions:
            click.echo(f"mulerisk: {caution}", err=True)
        command(inputs=inputs, **others)

    for option in reversed(_OPTIONS):
        opened = option(opened)
    return opened


def _folders(ledger: Path | None) -> "Folders":
    """Tell where the pipeline keeps what belongs to a ledger, or to the one `params.yaml` names."""
    from training.folders import Folders
    from training.parameters import read_parameters

    if not (ledger or _PARAMETERS.exists()):
        raise click.UsageError(
            "Name --bundle DIR and --ledger DIR or --store URL, or stand where params.yaml is."
        )
    name = ledger.resolve().name if ledger else read_parameters(_PARAMETERS).ledger
    return Folders(Path(), name)


@dataclass(frozen=True)
class _Facts:
    view: "LedgerView"
    name: str
    digest: str
    currency: str
    last_learnt: datetime | None


def _lake(folder: Path, as_of: datetime) -> _Facts:
    import pyarrow.compute as pc

    from ledger.lake import open_lake
    from ledger.view import LakeView

    lake = open_lake(folder)
    last = pc.max(lake.read("transactions", ["known_at"])["known_at"]).as_py()
    return _Facts(LakeView(lake, as_of), lake.name, lake.digest, lake.reference_currency, last)


def _store(url: str, as_of: datetime) -> _Facts:
    from ledger.store import open_store
    from ledger.store.lookup import last_learnt

    store = open_store(url)
    if store.reference_currency is None:
        raise MuleriskError(
            "The store has no reference currency yet. Load a ledger with `mulerisk load`."
        )
    view, last = store.view(as_of), last_learnt(store)
    return _Facts(view, "SQL store", "", store.reference_currency, last)


def _inputs(facts: _Facts, scorer: "Scorer", lineage: "Lineage") -> Inputs:
    from models.assessment import Terms
    from serving.cautions import cautions
    from serving.reports.compose import Origin

    origin = Origin(
        facts.name,
        facts.digest,
        facts.currency,
        int(lineage.parameters["labels"]["horizon_days"]),
        tuple(
            cautions(
                facts.view.as_of, facts.last_learnt, datetime.fromisoformat(lineage.learnt_until)
            )
        ),
    )
    return Inputs(facts.view, scorer, Terms(facts.currency), origin)


def _lineage(bundle: Path) -> "Lineage":
    """Read where a verified model came from."""
    from models.manifest import Manifest
    from models.signed_folder import MANIFEST

    return Manifest.from_bytes((bundle / MANIFEST).read_bytes()).lineage
