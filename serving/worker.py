"""One process that answers: its sources and the app that asks them."""

import gc

from starlette.types import ASGIApp

from serving.api.app import build
from serving.settings import Settings
from serving.sources import Loader


class Worker:
    """The sources of one process and its app, made when the process starts to serve."""

    def __init__(self, settings: Settings) -> None:
        self._loader = Loader(settings)
        self._loader.load()
        self.app: ASGIApp = build(settings, self._loader.sources)
        # What is loaded stays; looking through it again and again made the slowest answers.
        gc.collect()
        gc.freeze()

    def is_ready(self) -> bool:
        """Tell whether the champion is verified and the store can be reached."""
        return self._loader.is_ready()
