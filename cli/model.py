"""Put models into service, take them out again, and read what they are."""

from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli._places import BUNDLE, PUBLIC_KEY, folders, with_options

if TYPE_CHECKING:
    from training.folders import Folders
    from training.promotion.decisions import Act, Decision
    from training.promotion.promote import Keys


def _with_decision(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options and call `command` with `places` and `act`."""

    @wraps(command)
    def decided(*, ledger: str, author: str, reason: str, root: Path, **others: Any) -> None:
        from datetime import UTC, datetime

        from training.folders import Folders
        from training.promotion.decisions import Act

        act = Act(author, reason, datetime.now(UTC))
        command(places=Folders(root.resolve(), ledger), act=act, **others)

    return with_options(
        click.option(
            "--ledger", required=True, metavar="NAME", help="Name of the ledger it learnt from."
        ),
        click.option("--author", required=True, help="Who decides."),
        click.option("--reason", required=True, metavar="TEXT", help="Why."),
        click.option(
            "--root", default=Path(), metavar="DIR",
            type=click.Path(path_type=Path, file_okay=False),
            help="The folder of params.yaml and artifacts/; this one if left out.",
        ),
    )(decided)  # fmt: skip


_KEYS = (
    click.option(
        "--key", required=True, metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
        help="The private key that signs; `mulerisk keys` makes one.",
    ),
    click.option(
        "--champion-key", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
        help="The public key that the champion was signed for, if it is not that of --key.",
    ),
)  # fmt: skip


@click.group
def command() -> None:
    """Decide which model serves: a gate, a signature, a record, and a way back.

    Example: mulerisk model promote --ledger demo --author NAME --reason TEXT --key keys/release.key
    """


@command.command
@_with_decision
@with_options(*_KEYS)
@click.option(
    "--override", "overrides", metavar="RULE", multiple=True,
    help="Answer for a rule that refuses; --reason says why. May be given again.",
)  # fmt: skip
def promote(
    *, places: "Folders", act: "Act", key: Path, champion_key: Path | None, overrides: Sequence[str]
) -> None:
    """Ask the gate whether the evaluated model may serve; if so sign it and make it the champion.

    It must find more mules among the accounts reviewed and stop more money than the champion (or
    the best baseline, where there is none), with intervals; be calibrated; treat no group and no
    innocents worse; answer as fast; and leave golden accounts on their side of the average. Every
    rule that refuses says why. The decision is written to artifacts/NAME/decisions, a refusal too.

    Example: mulerisk model promote --ledger demo --author NAME --reason TEXT --key keys/release.key
    """
    from training.promotion.promote import promote as decide

    decision = decide(places, act, _keys(key, champion_key), overrides, _progress("promote"))
    _tell(decision)


@command.command
@_with_decision
@with_options(*_KEYS)
def challenge(*, places: "Folders", act: "Act", key: Path, champion_key: Path | None) -> None:
    """Sign the evaluated model for `mulerisk shadow`: it is compared, and never served.

    The gate is not asked. The bundle is put into artifacts/NAME/challengers, signed for the shadow
    alone, so that no service loads it; the link artifacts/NAME/challenger leads to it until a model
    is promoted. The decision is written to artifacts/NAME/decisions.

    Example: mulerisk model challenge --ledger demo --author NAME --reason TEXT --key KEY
    """
    from training.promotion.challenge import challenge as decide

    decision = decide(places, act, _keys(key, champion_key), _progress("challenge"))
    click.echo(
        f"{decision.ledger} version {decision.version} is challenger, and serves nobody"
        f" (bundle {decision.bundle[:12]}). Compare it with `mulerisk shadow`."
    )


@command.command
@_with_decision
@with_options(PUBLIC_KEY)
def rollback(*, places: "Folders", act: "Act", public_key: Path) -> None:
    """Put the champion before the present one back into service.

    Its bundle is verified first. Running services follow within seconds.

    Example: mulerisk model rollback --ledger demo --author NAME --reason TEXT
    """
    from models.signature import read_public_key
    from training.promotion.rollback import rollback as decide

    _tell(decide(places, act, read_public_key(public_key)))


@command.command
@with_options(BUNDLE, PUBLIC_KEY)
@click.option(
    "--out", metavar="F.html", type=click.Path(path_type=Path, dir_okay=False),
    help="File for the card as a page; without it the card is printed as JSON.",
)  # fmt: skip
def card(*, bundle: Path | None, public_key: Path, out: Path | None) -> None:
    """Read the model card of a signed bundle, once its signature is found right.

    Example: mulerisk model card --out card.html
    """
    from cli._outputs import written_whole
    from models.bundle import CARD, CARD_FACTS, read_card
    from models.signature import read_public_key

    found = read_card(bundle or folders(None).champion, read_public_key(public_key))
    if out is None:
        click.echo(found[CARD_FACTS].decode(), nl=False)
        return
    with written_whole(out) as file:
        file.write_bytes(found[CARD])


def _keys(key: Path, champion_key: Path | None) -> "Keys":
    from models.signature import read_private_key, read_public_key
    from training.promotion.promote import Keys

    private = read_private_key(key)
    public = read_public_key(champion_key) if champion_key else private.public_key()
    return Keys(private, public)


def _progress(what: str) -> Callable[[str], None]:
    from time import monotonic

    started = monotonic()
    return lambda begun: click.echo(f"{what} {monotonic() - started:6.1f} s: {begun}", err=True)


def _tell(decision: "Decision") -> None:
    against = f", against {' and '.join(decision.overridden)}" if decision.overridden else ""
    click.echo(
        f"{decision.ledger} version {decision.version} is champion{against}"
        f" (bundle {decision.bundle[:12]}, before {decision.champion_before or 'none'})"
    )
