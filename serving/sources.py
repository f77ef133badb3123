"""What answers are made from: the verified champion and the store."""

import logging
import os
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from features.ahead import compile_account_features
from ledger.errors import MuleriskError
from ledger.store import Store, StoreRefused, open_store
from ledger.store.revision import check_revision
from models.bundle import bundles_in, load_bundle
from models.scorer import Scorer
from models.signature import read_public_key
from serving.problems import LATER, Problem
from serving.settings import Settings

_log = logging.getLogger("bentoml.mulerisk")


@dataclass(frozen=True)
class Sources:
    """The champion, the store, and the currency of the store's reference amounts."""

    scorer: Scorer
    store: Store
    currency: str


class Loader:
    """Loads the sources of one process, and says whether they are there.

    A refused bundle does not end the process: it stays up, not ready, and its log says why. It is
    tried again whenever readiness is asked for, so a mended bundle or database needs no restart.
    Once a champion serves, another one takes its place only when it verifies.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._sources: Sources | None = None
        self._seen: object = None

    def load(self) -> None:
        """Verify the champion and open the store."""
        self._seen = _marks(self.settings.bundle)
        try:
            self._sources = _sources(self.settings)
        except (MuleriskError, SQLAlchemyError) as refusal:
            _log.error("not ready: %s", _reason(refusal))
            return
        try:
            _tell_missing_bundles(self._sources.store, self.settings.bundle)
        except (OSError, MuleriskError, SQLAlchemyError) as failure:
            _log.warning("whether bundles are missing is not known: %s", _reason(failure))
        # Now, and not in the first request.
        compile_account_features()

    def follow(self) -> None:
        """Let another champion serve where one was put in place; one that is refused never does."""
        marks = _marks(self.settings.bundle)
        if self._sources is None or marks == self._seen:
            return
        self._seen = marks
        serving = self._sources.scorer.versions.bundle
        try:
            scorer = _champion(self.settings)
        except (OSError, MuleriskError) as refusal:
            _log.error("bundle %s goes on serving: %s", serving, _reason(refusal))
            return
        self._sources = replace(self._sources, scorer=scorer)
        _log.info("bundle %s serves in place of %s", scorer.versions.bundle, serving)

    def sources(self) -> Sources:
        """Return the sources.

        Raises
        ------
        Problem
            While there are none.
        """
        if self._sources is None:
            raise Problem("not-ready", "The champion or the store is missing.", headers=LATER)
        return self._sources

    def is_ready(self) -> bool:
        """Tell whether the champion is verified and the store answers at its revision."""
        if self._sources is None:
            self.load()
        return self._sources is not None and _answers(self._sources.store)


def _marks(bundle: Path) -> object:
    """Tell one state of a bundle's folder from another without reading it."""
    folder = bundle.resolve()
    try:
        files = [(file.name, file.stat(follow_symlinks=False)) for file in os.scandir(folder)]
    except OSError:
        return folder, None
    return folder, sorted((name, stat.st_ino, stat.st_mtime_ns) for name, stat in files)


def _champion(settings: Settings) -> Scorer:
    return load_bundle(settings.bundle, read_public_key(settings.public_key))


def _sources(settings: Settings) -> Sources:
    scorer = _champion(settings)
    store = open_store(settings.store)
    if store.reference_currency is None:
        raise StoreRefused(
            "The store holds no ledger yet, so its reference currency is unknown."
            " `mulerisk load LEDGER --store URL` loads one."
        )
    _tell_segments_behind(store)
    return Sources(scorer, store, store.reference_currency)


def _tell_segments_behind(store: Store) -> None:
    last, segmented = store.reader.standing()
    if segmented < last:
        _log.warning(
            "segments are behind by %s facts, so accounts are read from rows, which is slower:"
            " run `mulerisk load` again",
            last - segmented,
        )


def _tell_missing_bundles(store: Store, champion: Path) -> None:
    """Log each bundle that kept assessments were made with and that no longer stands there."""
    folder = champion.resolve().parent
    for bundle in sorted(store.assessments.bundles() - bundles_in(folder).keys()):
        _log.warning(
            "bundle %s is not in %s: assessments made with it cannot be replayed until it is"
            " restored there",
            bundle,
            folder,
        )


def _answers(store: Store) -> bool:
    try:
        check_revision(store.engine)
    except (MuleriskError, SQLAlchemyError) as refusal:
        _log.error("not ready: %s", _reason(refusal))
        return False
    return True


def _reason(refusal: Exception) -> str:
    # A driver's text may hold values of a row; a refusal of ours holds none.
    return str(refusal) if isinstance(refusal, MuleriskError) else type(refusal).__name__
