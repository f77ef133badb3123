"""Numbers that stand for texts, given out once and never taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

import sqlalchemy as sa

from ledger.store.backend import Backend
from ledger.store.tables import TEXTS

_CHUNK = 20_000


@dataclass(frozen=True)
class Texts:
    """The table of texts, within a transaction that no other writer shares."""

    connection: sa.Connection
    backend: Backend

    def numbers(self, texts: Sequence[str]) -> dict[str, int]:
        """Give each of these texts its number, those that have none yet a new one."""
        known: dict[str, int] = {}
        for first in range(0, len(texts), _CHUNK):
            known |= self._known(texts[first : first + _CHUNK])
        new = [text for text in texts if text not in known]
        return known | self._added(new) if new else known

    def _known(self, texts: Sequence[str]) -> dict[str, int]:
        found = sa.select(TEXTS.c.text, TEXTS.c.number).where(
            self.backend.among(TEXTS.c.text, "texts")
        )
        rows = self.connection.execute(found, {"texts": self.backend.among_value(texts)})
        return {text: number for text, number in rows}  # noqa: C416 - rows are no pairs to mypy

    def _added(self, texts: Sequence[str]) -> dict[str, int]:
        last = self.connection.scalar(sa.select(sa.func.max(TEXTS.c.number)))
        numbers = dict(zip(texts, count(0 if last is None else last + 1), strict=False))
        rows = [{"number": number, "text": text} for text, number in numbers.items()]
        self.connection.execute(sa.insert(TEXTS), rows)
        return numbers
