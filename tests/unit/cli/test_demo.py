"""The demo does again what its products no longer fit, and gets out of the service's way."""

import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from cli import demo
from ledger.store import migrate
from models.signature import make_keys
from training.promotion import decisions
from training.promotion.decisions import Decision
from training.promotion.rules import Finding

REPOSITORY = Path(__file__).parents[3]
EVALUATION = demo.ARTIFACTS / "evaluate" / "metrics.json"


class Steps(list):
    """Commands run; `asked`: the promotions in full; `refusals`: what the gate refuses."""


@pytest.fixture
def steps(tmp_path, monkeypatch):
    """The commands that the demo runs in a repository where everything can be made at once."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(REPOSITORY / "params.yaml", tmp_path)
    for file in (demo.LEDGER / "ledger.json", EVALUATION):
        file.parent.mkdir(parents=True)
        file.write_text("{}")
    run, asked, refusals = Steps(), [], []
    run.asked, run.refusals = asked, refusals

    def made(*words):
        run.append(words[1])
        if words[1] == "keys":
            make_keys(demo.KEYS)
        elif words[1] == "model":
            asked.append(words)
            if "--override" not in words and refusals:
                _refuse(refusals)
                raise demo.DemoFailed("refused")
            _champion("of the demo")
        elif words[1] == "load":
            migrate(demo.SETTINGS["MULERISK_STORE"])

    @contextmanager
    def beside(*words):
        made(*words)
        yield

    monkeypatch.setattr(demo, "_run", made)
    monkeypatch.setattr(demo, "_beside", beside)
    return run


def _champion(content: str) -> None:
    bundle = demo.ARTIFACTS / "bundles" / "1"
    bundle.mkdir(parents=True, exist_ok=True)
    (bundle / "manifest.sig").write_text(content)
    champion = demo.ARTIFACTS / "champion"
    champion.unlink(missing_ok=True)
    champion.symlink_to(bundle.resolve())


def _refuse(rules) -> None:
    findings = tuple(Finding(rule, passed=False, seen="x", asked="y") for rule in rules)
    refused = Decision("promote", "refused", "demo", "r", "2025-06-01T00:00:00+00:00", "demo", "1",
                       "run", None, None, {}, findings=findings)  # fmt: skip
    decisions.write(refused, demo.ARTIFACTS / "decisions", "1")


def _again(steps) -> list[str]:
    steps.clear()
    demo._learn()
    return steps


def test_what_was_made_is_used_again(steps):
    assert _again(steps) == ["repro", "load", "repro", "keys", "model", "snapshot"]
    assert _again(steps) == ["repro", "repro"]


@pytest.mark.parametrize(
    ("change", "beside", "afterwards"),
    [
        (lambda: _champion("promoted by hand, with another key"), [], ["model"]),
        ((demo.ARTIFACTS / "champion").unlink, [], ["model"]),
        (lambda: shutil.rmtree(demo.KEYS), [], ["keys", "model"]),
        (lambda: EVALUATION.write_text("other"), [], ["model"]),
        (lambda: (demo.LEDGER / "ledger.json").write_text("other"), ["load"], ["snapshot"]),
        ((demo.ARTIFACTS / "store.db").unlink, ["load"], ["snapshot"]),
    ],
    ids=["another champion", "no champion", "no keys", "evaluation", "ledger", "no store"],
)
def test_what_no_longer_fits_is_made_again(steps, change, beside, afterwards):
    _again(steps)
    change()
    assert _again(steps) == ["repro", *beside, "repro", *afterwards]
    assert _again(steps) == ["repro", "repro"]


def test_what_the_gate_refuses_the_demo_overrides_by_name(steps):
    steps.refusals.extend(["precision", "value"])
    assert _again(steps) == ["repro", "load", "repro", "keys", "model", "model", "snapshot"]
    overrides = ("--override", "precision", "--override", "value")
    assert [words[-4:] == overrides for words in steps.asked] == [False, True]


def test_a_promotion_that_fails_without_a_refusal_fails_the_demo(steps, monkeypatch):
    def failed(*words):
        if words[1] == "model":
            raise demo.DemoFailed("no space left")

    monkeypatch.setattr(demo, "_run", failed)
    with pytest.raises(demo.DemoFailed, match="no space left"):
        _again(steps)


def test_a_store_of_an_earlier_version_is_made_again(steps, monkeypatch):
    _again(steps)
    monkeypatch.setattr("ledger.store.revision.latest_revision", lambda: "9")
    assert _again(steps) == ["repro", "load", "repro", "snapshot"]


def test_the_ledger_of_somebody_is_not_mistaken_for_the_demo(steps):
    text = demo.PARAMETERS.read_text()
    demo.PARAMETERS.write_text(text.replace("ledger: demo", "ledger: mine"))
    with pytest.raises(demo.DemoFailed, match="names the ledger mine"):
        demo.command.callback(serve=False)
    assert steps == []


BESIDE = """
import sys, time
from pathlib import Path
from cli import demo
with demo._beside("sh", "-c", f"echo loading; echo $$ > {sys.argv[1]}; exec sleep 60"):
    while not (Path(sys.argv[1]).exists() and Path(sys.argv[1]).read_text()):
        time.sleep(0.01)
    print("started", flush=True)
    time.sleep(60)
"""


def test_whoever_stops_the_demo_stops_what_runs_beside_it(tmp_path):
    pid = tmp_path / "pid"
    process = subprocess.Popen(
        [sys.executable, "-c", BESIDE, str(pid)], stdout=subprocess.PIPE, text=True
    )
    for line in process.stdout:
        if line == "started\n":
            break
    process.send_signal(signal.SIGTERM)
    assert process.stdout.read() == "loading\n"
    assert process.wait(10) == 128 + signal.SIGTERM
    process.stdout.close()
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


def test_whoever_stops_the_demo_stops_the_service(steps, tmp_path):
    _again(steps)
    commands = tmp_path / "commands"
    commands.mkdir()
    for name, script in {"dvc": "exit 0", "mulerisk": "echo $1 $$; exec sleep 60"}.items():
        (commands / name).write_text(f"#!/bin/sh\n{script}\n")
        (commands / name).chmod(0o755)
    path = f"{commands}:{os.environ['PATH']}"
    mulerisk = Path(sys.executable).with_name("mulerisk")
    process = subprocess.Popen(
        [mulerisk, "demo", "--serve"],
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        text=True,
    )
    for line in process.stdout:
        if line.startswith("serve "):
            break
    assert line.split() == ["serve", str(process.pid)]
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == -signal.SIGTERM
    process.stdout.close()
