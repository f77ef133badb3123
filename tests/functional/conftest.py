"""One pipeline on a tiny simulated ledger, run once for all tests that need a trained model."""

import pytest

from cli import stage
from models.signature import make_keys
from tests.tiny_pipeline import Champion, promote, run_command, write_parameters
from training.folders import Folders


@pytest.fixture(scope="session")
def pipeline(tmp_path_factory):
    """The folders of a pipeline that ran from the simulator to the evaluation."""
    params = write_parameters(tmp_path_factory.mktemp("pipeline"))
    for name in stage.STAGES:
        run_command(stage.command, name, "--params", params)
    return Folders(params.parent, "demo")


@pytest.fixture(scope="session")
def champion(pipeline):
    """The model of that pipeline, promoted."""
    keys = make_keys(pipeline.root / "keys")
    promote(pipeline, keys.private)
    return Champion(pipeline.champion, keys.public)
