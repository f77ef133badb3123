"""One process that answers: its sources and the app that asks them."""

import gc
import os
import signal
import threading
import time

from starlette.types import ASGIApp

from serving.api.app import build
from serving.settings import Settings
from serving.sources import Loader

_PARENT_WATCHED_EVERY = 0.5
_CHAMPION_LOOKED_FOR_EVERY = 1.0
"""Seconds."""


class Worker:
    """The sources of one process and its app, made when the process starts to serve."""

    def __init__(self, settings: Settings) -> None:
        _end_with_parent()
        self._loader = Loader(settings)
        self._loader.load()
        self.app: ASGIApp = build(settings, self._loader.sources)
        # What is loaded stays; looking through it again and again made the slowest answers.
        gc.collect()
        gc.freeze()
        _follow_champion(self._loader)

    def is_ready(self) -> bool:
        """Tell whether the champion is verified and the store can be reached."""
        return self._loader.is_ready()


def _follow_champion(loader: Loader) -> None:
    """Let what was promoted or rolled back serve without a restart."""

    def watch() -> None:
        while True:
            time.sleep(_CHAMPION_LOOKED_FOR_EVERY)
            loader.follow()

    threading.Thread(target=watch, name="champion watch", daemon=True).start()


def _end_with_parent() -> None:
    """End this process soon after the one that started it, however that one ended."""
    # Killed outright, the supervisor tells nobody, and its workers would keep the port.
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_PARENT_WATCHED_EVERY)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent watch", daemon=True).start()
