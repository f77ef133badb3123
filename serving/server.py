"""Starts BentoML, silent towards the outside, and serves until it is told to stop."""

import importlib
import os
import socket
import tempfile
from collections.abc import MutableMapping

from ledger.errors import MuleriskError
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


class AddressRefused(MuleriskError):
    """The service cannot listen where the settings say."""


def run(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; every worker has ended when this returns.

    Raises
    ------
    AddressRefused
        If the address is taken, or not one of this machine.
    """
    _refuse_unusable(settings.host, settings.port)
    with tempfile.TemporaryDirectory(prefix="mulerisk-bentoml-") as home:
        prepare(os.environ, home)
        # Only now: BentoML reads the environment when it is imported.
        service = importlib.import_module("serving.service").Mulerisk
        service.serve_http(host=settings.host, port=settings.port)


def _refuse_unusable(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as tried:
        # As the server will: a port whose last connections still close is free.
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError as failure:
            raise AddressRefused(
                f"MULERISK_HOST {host} and MULERISK_PORT {port} cannot be listened on:"
                f" {failure.strerror}. End what listens there, or set others."
            ) from None
