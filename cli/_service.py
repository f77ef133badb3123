"""The scoring service as a child process: started on a free port, awaited, ended."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError

from ledger.errors import MuleriskError

READY_WITHIN = 180
"""Seconds that the service may take; a first start compiles the feature kernel."""


class ServiceNotReady(MuleriskError):
    """The service ended, or took too long, before it could answer."""


@contextmanager
def running(settings: Mapping[str, str]) -> Iterator[str]:
    """Run the service with these settings; yields its address once it is ready."""
    port = _free_port()
    environment = {**os.environ, **settings, "MULERISK_PORT": str(port)}
    command = str(Path(sys.executable).with_name("mulerisk"))
    server = subprocess.Popen([command, "serve"], env=environment)  # noqa: S603
    try:
        url = f"http://127.0.0.1:{port}"
        _await_ready(server, f"{url}/readyz")
        yield url
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)


def post(url: str, body: Mapping[str, object]) -> Any:
    """Send a question and return the answer."""
    request = urllib.request.Request(  # noqa: S310
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
        return json.load(response)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _await_ready(server: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310
                return
        except (URLError, TimeoutError, ConnectionError):
            time.sleep(0.2)
    raise ServiceNotReady("The service did not become ready; its log above says why.")
