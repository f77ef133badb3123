"""`mulerisk serve` as a process, called over a socket."""

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

from tests.service import KEY

MULERISK = Path(sys.executable).with_name("mulerisk")
HEADERS = {"X-API-Key": KEY}


@dataclass
class Running:
    """A service and where it can be seen."""

    process: subprocess.Popen
    port: int
    log: Path
    temporary: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def post(self, path, body, **headers) -> httpx.Response:
        return httpx.post(self.url + path, json=body, headers={**HEADERS, **headers}, timeout=60)

    def status(self, path) -> int:
        return httpx.get(self.url + path, timeout=10).status_code

    def family(self) -> list[psutil.Process]:
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]

    def raw(self, request: bytes, *more: bytes) -> bytes:
        """Send bytes as they are; return what comes back until the service closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as wire:
            answer = b""
            try:
                for part in (request, *more):
                    wire.sendall(part)
                while received := wire.recv(65536):
                    answer += received
            except (BrokenPipeError, ConnectionResetError):
                pass  # it may close before it has read everything
            return answer


@contextmanager
def serving(folder: Path, settings, until="/readyz"):
    """Run the service until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    temporary, log = folder / f"temporary-{port}", folder / f"service-{port}.log"
    temporary.mkdir()
    environment = {
        **os.environ, **settings, "MULERISK_PORT": str(port), "TMPDIR": str(temporary),
    }  # fmt: skip
    with log.open("w") as output:
        process = subprocess.Popen(
            [MULERISK, "serve"], env=environment, stdout=output, stderr=output, cwd=folder
        )
    service = Running(process, port, log, temporary)
    try:
        _wait(service, until)
        yield service
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def _wait(service: Running, until: str) -> None:
    for _ in range(600):
        assert service.process.poll() is None, service.log.read_text()
        try:
            if service.status(until) == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    pytest.fail(service.log.read_text())
