"""The whole line on a simulated ledger: from transactions to a served, explained score."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import NoReturn

import click

from cli._three_accounts import three_accounts, told
from ledger.errors import MuleriskError

PARAMETERS = Path("params.yaml")
LEDGER = Path("ledgers/demo")
ARTIFACTS = Path("artifacts/demo")
KEYS = Path("artifacts/keys")
SETTINGS = {
    "MULERISK_STORE": f"sqlite:///{ARTIFACTS / 'store.db'}",
    "MULERISK_BUNDLE": str(ARTIFACTS / "champion"),
    "MULERISK_PUBLIC_KEY": str(KEYS / "release.pub"),
    "MULERISK_LOCAL_DEMO": "1",
}
WORKLIST = 50
PRODUCTS = {
    "report.html": "the report on the mule; open it in a browser",
    "worklist.csv": "the accounts to review first",
    "evaluate/report.md": "how good the model is, beside the baselines",
    "validate/docs/index.html": "the data, as checked",
}


class DemoFailed(MuleriskError):
    """A step of the demo did not do what it should."""


@click.command
@click.option("--serve", is_flag=True, help="Keep the service up at the end, until Ctrl-C.")
def command(*, serve: bool) -> None:
    """Simulate a ledger, train, promote, serve, score three accounts and write a report.

    Run it at the top of the repository. A second run reuses what the first made.

    Example: mulerisk demo
    """
    _refuse_another_ledger()
    _learn()
    if serve:
        _become("mulerisk", "serve")
    as_of = _end_of_ledger()
    _run("mulerisk", "rank", "--store", SETTINGS["MULERISK_STORE"], "--as-of", as_of.isoformat(),
         "--top", str(WORKLIST), "--out", str(ARTIFACTS / "worklist.csv"))  # fmt: skip
    chosen = three_accounts(LEDGER, ARTIFACTS / "worklist.csv")
    _score(chosen, as_of)
    _run("mulerisk", "report", chosen["mule"], "--store", SETTINGS["MULERISK_STORE"],
         "--as-of", as_of.isoformat(), "--out", str(ARTIFACTS / "report.html"))  # fmt: skip
    click.secho("\nWhere to look next", bold=True)
    for file, about in PRODUCTS.items():
        click.echo(f"  {ARTIFACTS / file!s:40} {about}")


def _refuse_another_ledger() -> None:
    from training.parameters import read_parameters

    named = read_parameters(PARAMETERS).ledger
    if named != LEDGER.name:
        raise DemoFailed(
            f"{PARAMETERS} names the ledger {named}, and the demo is about {LEDGER.name}. Put"
            f" `ledger: {LEDGER.name}` back for the demo; what was made of {named} stays."
        )


def _learn() -> None:
    """Make the champion and the store it will judge."""
    _run("dvc", "repro", "--quiet", "simulate")
    with _loading():
        _run("dvc", "repro", "--quiet", "evaluate")
    if not (KEYS / "release.key").exists():
        _run("mulerisk", "keys", "--out", str(KEYS))
    if _is_new("promoted", _promoted()):
        _promote()
        _remember("promoted", _promoted())
    if _is_new("loaded", _loaded()):
        _run("mulerisk", "snapshot", "--store", SETTINGS["MULERISK_STORE"],
             "--as-of", _last_midnight().isoformat())  # fmt: skip
        _remember("loaded", _loaded())


@contextmanager
def _loading() -> Iterator[None]:
    """Load the ledger into a new store, if it is new, while something else is done."""
    if not _is_new("loaded", _loaded()):
        yield
        return
    # Another simulation is another ledger, and a store never forgets what it holds.
    for file in (*ARTIFACTS.glob("store.db*"), *ARTIFACTS.glob("loaded.sha256")):
        file.unlink()
    with _beside("mulerisk", "load", str(LEDGER), "--store", SETTINGS["MULERISK_STORE"]):
        yield


def _promote() -> None:
    """Let the gate hold the model against the baselines; what it refuses is overridden, visibly.

    The champion of an earlier demo is no rival: each demo starts from nothing.
    """
    words = ("mulerisk", "model", "promote", "--ledger", LEDGER.name, "--author", "demo",
             "--key", str(KEYS / "release.key"), "--reason")  # fmt: skip
    (ARTIFACTS / "champion").unlink(missing_ok=True)
    try:
        _run(*words, "champion of the demo")
    except DemoFailed:
        overrides = [word for rule in _refused() for word in ("--override", rule)]
        if not overrides:
            raise
        _run(*words, "a demo decides nothing about anybody", *overrides)


def _refused() -> list[str]:
    """Name the rules that have just refused the model."""
    from training.promotion.decisions import history

    return [rule for decision in history(ARTIFACTS / "decisions")[-1:] for rule in decision.refused]


def _last_midnight() -> datetime:
    """Return the last midnight UTC of the simulated days: when a bank would look at the network."""
    from training.parameters import read_parameters

    simulated = read_parameters(PARAMETERS).simulate
    end = simulated.origin + timedelta(days=simulated.days)
    return end.replace(hour=0, minute=0, second=0)


def _promoted() -> str:
    """Tell this evaluation, champion and key from any others."""
    # The same model signed with another key has the same manifest.
    champion = ARTIFACTS / "champion" / "manifest.sig"
    return _digest(ARTIFACTS / "evaluate" / "metrics.json", champion, KEYS / "release.pub")


def _loaded() -> str:
    """Tell this ledger, in a store as this version needs it, with its snapshot, from any others."""
    from features.network.families import DEFINITIONS
    from ledger.store.revision import latest_revision

    store = f"revision {latest_revision()}" if (ARTIFACTS / "store.db").exists() else "none"
    network = f"{DEFINITIONS} with payments"
    return f"{_digest(LEDGER / 'ledger.json')}, store: {store}, network: {network}"


def _digest(*files: Path) -> str:
    """Hash what these files hold; one that is missing holds nothing."""
    contents = [file.read_bytes() if file.exists() else b"" for file in files]
    return hashlib.sha256(b"\0".join(contents)).hexdigest()


def _is_new(step: str, state: str) -> bool:
    """Tell whether something has changed since a step was last done to its end."""
    done = ARTIFACTS / f"{step}.sha256"
    return not done.exists() or done.read_text() != state


def _remember(step: str, state: str) -> None:
    (ARTIFACTS / f"{step}.sha256").write_text(state)


def _become(*words: str) -> NoReturn:
    """Turn into a command, so that whoever stops the demo stops it, and it alone."""
    _show(words)
    os.execvpe(words[0], words, {**os.environ, **SETTINGS})  # noqa: S606


def _show(words: Sequence[str]) -> None:
    click.secho(f"\n$ {' '.join(words)}", bold=True)
    sys.stdout.flush()


def _run(*words: str) -> None:
    """Run a command that a person could type, and show it."""
    _show(words)
    started = time.monotonic()
    done = subprocess.run(words, env={**os.environ, **SETTINGS}, check=False)  # noqa: S603
    _check(words, done.returncode)
    click.echo(f"  {time.monotonic() - started:.0f} s")


@contextmanager
def _beside(*words: str) -> Iterator[None]:
    """Run a command while something else is done, and show at the end what it told.

    It ends with the demo, also where something else fails or somebody stops the demo.
    """
    _show((*words, "&"))
    stopped = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with (
        tempfile.TemporaryFile() as told,
        subprocess.Popen(  # noqa: S603
            words, stdout=told, stderr=subprocess.STDOUT
        ) as beside,
    ):
        try:
            yield
            _show(("wait", words[0], words[1]))
            beside.wait()
        finally:
            beside.terminate()
            signal.signal(signal.SIGTERM, stopped)
            told.seek(0)
            click.echo(told.read().decode(), nl=False)
    _check(words, beside.returncode)


def _check(words: Sequence[str], returned: int) -> None:
    if returned:
        raise DemoFailed(f"`{' '.join(words)}` ended with {returned}; see above.")


def _end_of_ledger() -> datetime:
    """Return the instant after the last transaction: nothing was learnt from what is scored."""
    import pyarrow.compute as pc

    from ledger.lake import open_lake
    from ledger.view import MICROSECOND

    happened: datetime = pc.max(open_lake(LEDGER).read("transactions", ["known_at"])[0]).as_py()
    return happened + MICROSECOND


def _score(chosen: dict[str, str], as_of: datetime) -> None:
    """Ask the service about the three accounts and print what it answers."""
    from cli._service import post, running

    click.secho("\n$ mulerisk serve", bold=True)
    question = {"as_of": as_of.isoformat(), "accounts": list(chosen.values()), "most_reasons": 2}
    with running(SETTINGS) as url:
        click.secho(f"\n$ curl {url}/v1/score --json '{json.dumps(question)}'", bold=True)
        answer = post(f"{url}/v1/score", question)
    for who, account in zip(chosen, answer["accounts"], strict=True):
        click.echo("\n".join(told(who, account)))
