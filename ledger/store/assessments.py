"""Assessments made on the store, in two tables of their own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from ledger.assessments import (
    AssessmentRecord,
    Made,
    NotRecorded,
    checked,
    checked_id,
    others,
    unknown,
)
from ledger.store.backend import Backend
from ledger.store.tables import ASSESSMENTS, OUTPUTS
from ledger.view import instant, microseconds

_FIELDS = tuple(field.name for field in fields(AssessmentRecord))
_BUSY = ("deadlock", "locked")
_AGAIN = "Other writers were in the way. Ask again."
_CHECK = "Check that it has space left and that you may insert into its tables of assessments."
_TRUTHS = tuple(field.name for field in fields(AssessmentRecord) if field.type is bool)


@dataclass(frozen=True)
class StoredAssessments:
    """Records in the SQL store; see `ledger.assessments.Assessments`."""

    engine: sa.Engine
    backend: Backend

    def keep(self, records: Sequence[AssessmentRecord], made_at: datetime) -> None:
        """Keep records in one write; one that is there already keeps the time it was first made.

        They survive the end of this process at once, and a loss of power a moment later: waiting
        for the disk would cost an answer more than all the rest of it.
        """
        rows = [_row(record, microseconds(made_at)) for record in records]
        self._insert(ASSESSMENTS, rows)

    def keep_outputs(self, assessment_id: str, digests: Mapping[str, str]) -> dict[str, str]:
        """Keep the SHA-256 of what was written, by output; tell those kept otherwise."""
        rows = [(assessment_id, name, digest) for name, digest in digests.items()]
        self._insert(OUTPUTS, rows)
        return others(self.outputs(assessment_id), digests)

    def find(self, assessment_id: str) -> AssessmentRecord:
        """Return a record.

        Raises
        ------
        AssessmentUnknown, AssessmentDamaged
        """
        found = ASSESSMENTS.c.assessment_id == checked_id(assessment_id)
        rows = self._rows(sa.select(*(ASSESSMENTS.c[name] for name in _FIELDS)).where(found))
        if not rows:
            raise unknown(assessment_id, str(self.engine.url))
        return checked(_record(rows[0]), assessment_id)

    def outputs(self, assessment_id: str) -> dict[str, str]:
        """Return the SHA-256 of what was first written of an assessment, by name."""
        of_it = OUTPUTS.c.assessment_id == checked_id(assessment_id)
        columns = (OUTPUTS.c.name, OUTPUTS.c.sha256)
        return {row.name: row.sha256 for row in self._rows(sa.select(*columns).where(of_it))}

    def made(self, bundle: str, since: datetime, until: datetime) -> list[AssessmentRecord]:
        """Return the records first made with a bundle in `[since, until)`, the oldest first.

        Raises
        ------
        AssessmentDamaged
        """
        return self._checked(ASSESSMENTS.c.bundle == bundle, *_between(since, until))

    def after(self, bundle: str, place: Made, until: datetime, most: int) -> list[Made]:
        """Name the first records made with a bundle after a place and before `until`, in order.

        No more than an index and ids are read: a growing store can be asked again and again.
        """
        made_at, name = ASSESSMENTS.c.made_at, ASSESSMENTS.c.assessment_id
        beyond = sa.tuple_(made_at, name) > (microseconds(place.at), place.assessment_id)
        rows = self._rows(
            sa.select(made_at, name)
            # The pair alone would not be looked up in the index, which ends with the time.
            .where(ASSESSMENTS.c.bundle == bundle, *_between(place.at, until), beyond)
            .order_by(made_at, name)
            .limit(most)
        )
        return [Made(instant(at), assessment_id) for at, assessment_id in rows]

    def records(self, assessment_ids: Sequence[str]) -> list[AssessmentRecord]:
        """Return the records of these ids that are kept, the oldest first.

        Raises
        ------
        AssessmentDamaged
        """
        return self._checked(ASSESSMENTS.c.assessment_id.in_(assessment_ids))

    def count(self, since: datetime, until: datetime) -> dict[str, int]:
        """Count the records first made with each bundle in `[since, until)`."""
        counted = sa.select(sa.func.count()).where(*_between(since, until))
        of_each = {each: self._rows(counted.where(ASSESSMENTS.c.bundle == each))
                   for each in self._bundles()}  # fmt: skip
        return {bundle: int(rows[0][0]) for bundle, rows in of_each.items()}

    def bundles(self) -> frozenset[str]:
        """Name every bundle that a kept assessment was made with."""
        return frozenset(self._bundles())

    def _bundles(self) -> Iterator[str]:
        # From one to the next by the index: SELECT DISTINCT would read every assessment.
        last = ""
        bundle = ASSESSMENTS.c.bundle
        while rows := self._rows(sa.select(sa.func.min(bundle)).where(bundle > last)):
            last = rows[0][0] or ""
            if not last:
                return
            yield last

    def _checked(self, *which: sa.ColumnElement[bool]) -> list[AssessmentRecord]:
        made_at, name = ASSESSMENTS.c.made_at, ASSESSMENTS.c.assessment_id
        columns = (*(ASSESSMENTS.c[field] for field in _FIELDS), name)
        rows = self._rows(sa.select(*columns).where(*which).order_by(made_at, name))
        return [checked(_record(values), assessment_id) for *values, assessment_id in rows]

    def _rows(self, select: sa.Select[Any]) -> Sequence[Any]:
        with self.engine.connect() as connection:
            return connection.execute(select).all()

    @cached_property
    def _inserts(self) -> dict[str, str]:
        # Compiled once, since that takes longer than to run them.
        return {
            table.name: self.backend.insert(table, table.primary_key.columns.keys())
            for table in (ASSESSMENTS, OUTPUTS)
        }

    def _insert(self, table: sa.Table, rows: list[tuple[Any, ...]]) -> None:
        if not rows:
            return
        # In the order of their ids: two writers that take the same rows in two orders would wait
        # for each other for ever.
        ordered = sorted(rows)
        columns = zip(table.columns.keys(), map(list, zip(*ordered, strict=True)), strict=True)
        values = self.backend.insert_values(dict(columns))
        try:
            with self.backend.written_soon(self.engine) as connection:
                connection.exec_driver_sql(self._inserts[table.name], values)
        except sa.exc.DBAPIError as failure:
            why = str(failure.orig).strip().partition("\n")[0]
            raise NotRecorded(
                f"{self.engine.url} does not take the record of the assessment: {why}. "
                + (_AGAIN if any(word in why for word in _BUSY) else _CHECK)
            ) from None


def _between(since: datetime, until: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    made_at = ASSESSMENTS.c.made_at
    return made_at >= microseconds(since), made_at < microseconds(until)


def _row(record: AssessmentRecord, made_at: int) -> tuple[Any, ...]:
    values = {name: getattr(record, name) for name in _FIELDS}
    values["as_of"] = microseconds(record.as_of)
    values |= {name: int(values[name]) for name in _TRUTHS}
    return (record.assessment_id, *values.values(), made_at)


def _record(row: Any) -> AssessmentRecord:
    values = dict(zip(_FIELDS, row, strict=True))
    values["as_of"] = instant(values["as_of"])
    values |= {name: bool(values[name]) for name in _TRUTHS}
    return AssessmentRecord(**values)
