"""Starts BentoML, silent towards the outside, and serves until it is told to stop."""

import importlib
import os
import tempfile
from collections.abc import MutableMapping

from serving.settings import Settings

SILENCE = {
    "BENTOML_DO_NOT_TRACK": "True",
    "OTEL_SDK_DISABLED": "true",
}
"""Variables that keep BentoML and its tracing from calling anybody."""


def prepare(environment: MutableMapping[str, str], home: str) -> None:
    """Set what BentoML reads when it is imported; its models and caches go to `home`."""
    environment.update(SILENCE)
    environment["BENTOML_HOME"] = home


def run(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; every worker has ended when this returns."""
    with tempfile.TemporaryDirectory(prefix="mulerisk-bentoml-") as home:
        prepare(os.environ, home)
        # Only now: BentoML reads the environment when it is imported.
        service = importlib.import_module("serving.service").Mulerisk
        service.serve_http(host=settings.host, port=settings.port)
