"""What many tests need: one pipeline on a tiny simulated ledger, run once, and a browser."""

import os
import shutil
from datetime import timedelta

import pytest

from cli import stage
from cli.main import mulerisk
from ledger.lake import open_lake
from ledger.store import migrate, open_store
from ledger.view import MICROSECOND
from models.signature import make_keys
from tests.spark_ledger import write_ledger
from tests.tiny_pipeline import Champion, promote, run_command, write_parameters
from training.folders import Folders
from training.grid import span

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser():
    if BROWSER is None:
        pytest.skip("no Chromium here; `make system` installs the package chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=BROWSER, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def rules():
    """Source of axe-core, as the package for tests brings it."""
    from axe_playwright_python.base import AXE_FILE_PATH

    return AXE_FILE_PATH.read_text()


@pytest.fixture(scope="session")
def pipeline(tmp_path_factory):
    """The folders of a pipeline that ran from the simulator to the evaluation."""
    params = write_parameters(tmp_path_factory.mktemp("pipeline"))
    run_command(stage.command, *stage.STAGES, "--params", params)
    return Folders(params.parent, "demo")


@pytest.fixture(scope="session")
def ends(pipeline):
    """The instant just after the last transaction of its ledger."""
    return span(open_lake(pipeline.ledger)).last + MICROSECOND


@pytest.fixture(scope="session")
def filled_store(pipeline, ends, tmp_path_factory):
    """File of a store that holds the ledger and a snapshot of its network; to be copied."""
    file = tmp_path_factory.mktemp("filled") / "store.db"
    url = f"sqlite:///{file}"
    migrate(url)
    held = open_store(url)
    held.load(open_lake(pipeline.ledger))
    held.close()
    midnight = (ends - timedelta(microseconds=2)).replace(hour=0, minute=0, second=0, microsecond=0)
    run_command(mulerisk, "snapshot", "--store", url, "--as-of", midnight.isoformat())
    return file


@pytest.fixture(scope="session")
def champion(pipeline):
    """The model of that pipeline, promoted."""
    keys = make_keys(pipeline.root / "keys")
    promote(pipeline, keys.private)
    return Champion(pipeline.champion, keys.public)


SMALL_BATCH = "40"
"""Rows: a busy account fills several batches."""


@pytest.fixture(scope="session")
def spark(tmp_path_factory):
    """A session on two cores whose zone is not UTC."""
    pytest.importorskip("pyspark", reason="pyspark is not installed")
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        pytest.skip("Spark needs Java: make system")
    from features.spark.session import session

    started = session(**{
        "master": "local[2]",
        "driver.bindAddress": "127.0.0.1",
        "driver.host": "127.0.0.1",
        "ui.enabled": "false",
        "sql.session.timeZone": "Asia/Bangkok",
        "sql.shuffle.partitions": "2",
        "sql.execution.arrow.maxRecordsPerBatch": SMALL_BATCH,
        "local.dir": str(tmp_path_factory.mktemp("spark")),
    })  # fmt: skip
    yield started
    started.stop()


@pytest.fixture(scope="session")
def spark_lake(tmp_path_factory):
    return write_ledger(tmp_path_factory.mktemp("lake") / "bank")
