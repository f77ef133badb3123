"""A client light enough to share two cores with the service it measures."""

import asyncio
import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Answered:
    """One answer."""

    milliseconds: float
    status: int


class Client:
    """Keeps connections to a service open, as many as are in use at once."""

    def __init__(self, url: str, path: str) -> None:
        self.address = urlsplit(url)
        self.path = path
        self.idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def post(self, body: object) -> int:
        """Send a JSON body, read the whole answer, and return its status."""
        reader, writer = opened = await self._connection()
        content = json.dumps(body).encode()
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: {self.address.netloc}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        writer.write(head.encode() + content)
        answer = (await reader.readuntil(b"\r\n\r\n")).lower()
        await reader.readexactly(int(answer.partition(b"content-length:")[2].split()[0]))
        self.idle.append(opened)
        return int(answer.split()[1])

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while self.idle:
            opened = self.idle.pop()
            # The service closes a connection that was idle for some seconds.
            if not opened[0].at_eof():
                return opened
        return await asyncio.open_connection(self.address.hostname, self.address.port)

    def close(self) -> None:
        """Close every connection."""
        for _, writer in self.idle:
            writer.close()


async def arrive(client: Client, bodies: Sequence[object], rate: float) -> list[Answered]:
    """Send each body at a random moment, `rate` a second, whether or not others were answered.

    An answer's time counts from the moment its request was due, so that a service that stops for
    a while is not asked less meanwhile.
    """
    draw, due, sent = random.Random(1), time.perf_counter(), []
    for body in bodies:
        due += draw.expovariate(rate)
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        sent.append(asyncio.create_task(_answered(client, body, due)))
    return await asyncio.gather(*sent)


async def _answered(client: Client, body: object, due: float) -> Answered:
    try:
        status = await client.post(body)
    except (OSError, asyncio.IncompleteReadError):
        status = 0
    return Answered(1e3 * (time.perf_counter() - due), status)
