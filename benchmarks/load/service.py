"""The real service in a process of its own."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

READY_WITHIN_SECONDS = 120


@contextmanager
def served(settings: Mapping[str, str], log: Path) -> Iterator[int]:
    """Run `mulerisk serve` on a free port, which is yielded, and end it with its workers."""
    port = _free_port()
    command = [str(Path(sys.executable).with_name("mulerisk")), "serve"]
    environment = {**os.environ, **settings, "MULERISK_PORT": str(port)}
    with log.open("w") as output:
        service = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
        try:
            _wait(service, port, log)
            yield port
        finally:
            service.terminate()
            service.wait(60)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _wait(service: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(READY_WITHIN_SECONDS * 5):
        if service.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz"):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    raise RuntimeError(f"the service did not get ready:\n{log.read_text()[-2000:]}")
