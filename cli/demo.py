"""The whole line on a simulated ledger: from transactions to a served, explained score."""

import csv
import hashlib
import json
import os
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from ledger.errors import MuleriskError

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
    "evaluate/report.md": "how good the model is, beside two baselines",
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
    _learn()
    if serve:
        _run("mulerisk", "serve")
        return
    as_of = _end_of_ledger()
    _run("mulerisk", "rank", "--ledger", str(LEDGER), "--as-of", as_of.isoformat(),
         "--top", str(WORKLIST), "--out", str(ARTIFACTS / "worklist.csv"))  # fmt: skip
    chosen = _three_accounts()
    _score(chosen, as_of)
    _run("mulerisk", "report", chosen["mule"], "--ledger", str(LEDGER),
         "--as-of", as_of.isoformat(), "--out", str(ARTIFACTS / "report.html"))  # fmt: skip
    click.secho("\nWhere to look next", bold=True)
    for file, about in PRODUCTS.items():
        click.echo(f"  {ARTIFACTS / file!s:40} {about}")


def _learn() -> None:
    """Make the champion and the store it will judge."""
    _run("dvc", "repro", "--quiet", "evaluate")
    if not (KEYS / "release.key").exists():
        _run("mulerisk", "keys", "--out", str(KEYS))
    metrics = (ARTIFACTS / "metrics.json").read_text()
    if _is_new("promoted", metrics):
        _run("mulerisk", "promote", "--ledger", LEDGER.name, "--author", "demo",
             "--reason", "champion of the demo", "--key", str(KEYS / "release.key"))  # fmt: skip
        _remember("promoted", metrics)
    manifest = (LEDGER / "ledger.json").read_text()
    if _is_new("loaded", manifest):
        # Another simulation is another ledger, and a store never forgets what it holds.
        for file in ARTIFACTS.glob("store.db*"):
            file.unlink()
        _run("mulerisk", "load", str(LEDGER), "--store", SETTINGS["MULERISK_STORE"])
        _remember("loaded", manifest)


def _is_new(step: str, made_from: str) -> bool:
    """Tell whether a step was last done with something else, or not to its end."""
    done = ARTIFACTS / f"{step}.sha256"
    return not done.exists() or done.read_text() != _digest(made_from)


def _remember(step: str, made_from: str) -> None:
    (ARTIFACTS / f"{step}.sha256").write_text(_digest(made_from))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _run(*words: str) -> None:
    """Run a command that a person could type, and show it."""
    click.secho(f"\n$ {' '.join(words)}", bold=True)
    started = time.monotonic()
    done = subprocess.run(words, env={**os.environ, **SETTINGS}, check=False)  # noqa: S603
    if done.returncode:
        raise DemoFailed(f"`{' '.join(words)}` ended with {done.returncode}; see above.")
    click.echo(f"  {time.monotonic() - started:.0f} s")


def _end_of_ledger() -> datetime:
    """Return the instant after the last transaction: nothing was learnt from what is scored."""
    import pyarrow.compute as pc

    from ledger.lake import open_lake
    from ledger.view import MICROSECOND

    happened: datetime = pc.max(open_lake(LEDGER).read("transactions", ["known_at"])[0]).as_py()
    return happened + MICROSECOND


def _three_accounts() -> dict[str, str]:
    """Choose the mule that stands highest on the worklist, a shop and an ordinary person.

    Only a simulated ledger tells who is what; the model never sees it.
    """
    from ledger.lake import open_lake

    rows = open_lake(LEDGER).read("truth_accounts").to_pylist()
    truth = {row["account_id"]: row for row in rows}
    with (ARTIFACTS / "worklist.csv").open() as file:
        ranked = [line["account_id"] for line in csv.DictReader(file)]
    mules = [i for i in ranked if truth[i]["is_mule"]]
    if not mules:
        raise DemoFailed(f"No mule stands among the first {WORKLIST} of the worklist.")

    def innocent(persona: str) -> str:
        innocents: Iterator[str] = (
            account
            for account, known in truth.items()
            if known["persona"] == persona and not known["is_mule"]
        )
        return next(innocents)

    return {"mule": mules[0], "shop": innocent("shop"), "ordinary person": innocent("salaried")}


def _score(chosen: dict[str, str], as_of: datetime) -> None:
    """Ask the service about the three accounts and print what it answers."""
    from cli._service import post, running

    click.secho("\n$ mulerisk serve", bold=True)
    question = {"as_of": as_of.isoformat(), "accounts": list(chosen.values()), "most_reasons": 2}
    with running(SETTINGS) as url:
        click.secho(f"\n$ curl {url}/v1/score --json '{json.dumps(question)}'", bold=True)
        answer = post(f"{url}/v1/score", question)
    for who, account in zip(chosen, answer["accounts"], strict=True):
        click.echo("\n".join(_told(who, account)))


def _told(who: str, account: dict[str, Any]) -> Iterator[str]:
    """Tell one answer in a few lines."""
    action = account["suggestion"]["action"].replace("_", " ")
    yield (
        f"\n  {who} {account['account_id']}: {account['band']},"
        f" probability {account['probability']:.1%}, suggestion: {action}"
    )
    for towards in ("for", "against"):
        for reason in account[f"reasons_{towards}"]:
            words = f"{reason['title']}: {reason['sentence']}"
            yield f"    {towards:8}{reason['contribution']:+.2f}  {words}"
