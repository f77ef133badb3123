"""How fast the real service answers over HTTP, with and without reasons: `make bench-serving`."""

import asyncio
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np

from benchmarks.load.client import Answered, Client, arrive
from benchmarks.load.subject import Subject, make_subject
from cli._service import running

KINDS = {"score": False, "reasons": True}
"""Kinds of requests, and whether they ask for reasons."""

WARM_UP = 100


@dataclass(frozen=True)
class Measured:
    """Answers to requests of one kind."""

    answers: list[Answered]

    @property
    def errors(self) -> int:
        """How many were not answered well."""
        return sum(answer.status != 200 for answer in self.answers)

    def quantile(self, share: float) -> float:
        """Return a quantile of the times, in milliseconds."""
        times = [answer.milliseconds for answer in self.answers]
        return round(float(np.quantile(times, share)), 2)


@click.command()
@click.option("--rate", default=50.0, show_default=True, help="Requests a second.")
@click.option("--seconds", default=15, show_default=True, help="How long each kind is measured.")
def main(rate: float, seconds: int) -> None:
    """Measure the service on a random ledger and a model of the usual size.

    Requests come at random moments, whether or not earlier ones were answered; the client shares
    the machine with the service.
    """
    with tempfile.TemporaryDirectory(prefix="mulerisk-bench-") as name:
        folder = Path(name)
        subject = make_subject(folder)
        with running(subject.environment) as url:
            kinds = {
                kind: asyncio.run(_measure(subject, url, rate, seconds, reasons=reasons))
                for kind, reasons in KINDS.items()
            }
    print(f"{rate:g} requests a second for {seconds} s each, one account a request,")
    print(f"{subject.about}, one worker, SQLite")
    print(table(kinds))
    print(json.dumps(figures(kinds)))


async def _measure(
    subject: Subject, url: str, rate: float, seconds: int, *, reasons: bool
) -> Measured:
    client = Client(url, "/v1/score")
    bodies = [
        {"as_of": subject.as_of.isoformat(), "accounts": [account], "reasons": reasons}
        for account in subject.accounts
    ]
    for body in bodies[:WARM_UP]:
        await client.post(body)
    count = round(rate * seconds)
    answers = await arrive(client, [bodies[i % len(bodies)] for i in range(count)], rate)
    client.close()
    return Measured(answers)


def table(kinds: dict[str, Measured]) -> str:
    """Write the figures for people."""
    lines = [
        f"{'':<10}{'answers':>9}{'p50 ms':>9}{'p90 ms':>9}{'p99 ms':>9}{'max ms':>9}{'errors':>8}"
    ]
    for name, kind in kinds.items():
        times = "".join(f"{kind.quantile(share):>9}" for share in (0.5, 0.9, 0.99, 1.0))
        lines.append(f"{name:<10}{len(kind.answers):>9}{times}{kind.errors:>8}")
    return "\n".join(lines)


def figures(kinds: dict[str, Measured]) -> dict[str, float]:
    """Return the figures that are compared over time."""
    times = {
        f"{name}_p{share:g}_ms": kind.quantile(share / 100)
        for name, kind in kinds.items()
        for share in (50, 99)
    }
    return {**times, "errors": sum(kind.errors for kind in kinds.values())}


if __name__ == "__main__":
    main()
