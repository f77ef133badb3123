"""Commands that go on until they are told to end."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event


@contextmanager
def told_to_end() -> Iterator[Event]:
    """Yield what is set by Ctrl-C or SIGTERM, and end what is being done first."""
    ended = Event()
    before = {
        sent: signal.signal(sent, lambda *_: ended.set())
        for sent in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield ended
    finally:
        for sent, handler in before.items():
            signal.signal(sent, handler)
