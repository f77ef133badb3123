"""A folder that keeps assessments made on a lake, which itself is only read."""

import json
import os
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ledger.assessments import (
    AssessmentRecord,
    checked,
    checked_id,
    damaged,
    others,
    unknown,
)


@dataclass(frozen=True)
class AssessmentsFolder:
    """One file for each assessment, and one for each output written of it; see `Assessments`."""

    folder: Path

    def keep(self, records: Sequence[AssessmentRecord], made_at: datetime) -> None:
        """Keep records; one that is there already keeps the time it was first made."""
        for record in records:
            fields = {**record.to_dict(), "made_at": made_at.isoformat()}
            self._place(f"{record.assessment_id}.json", json.dumps(fields, indent=1) + "\n")

    def keep_outputs(self, assessment_id: str, digests: Mapping[str, str]) -> dict[str, str]:
        """Keep hashes in the form that `sha256sum --check` reads; tell those kept otherwise."""
        for name, digest in digests.items():
            self._place(f"{assessment_id}.{name}.sha256", f"{digest}  {name}\n")
        return others(self.outputs(assessment_id), digests)

    def find(self, assessment_id: str) -> AssessmentRecord:
        """Return a record.

        Raises
        ------
        AssessmentUnknown, AssessmentDamaged
        """
        file = self.folder / f"{checked_id(assessment_id)}.json"
        if not file.is_file():
            raise unknown(assessment_id, str(self.folder))
        return checked(_read(file)[0], assessment_id)

    def outputs(self, assessment_id: str) -> dict[str, str]:
        """Return the SHA-256 of what was first written of an assessment, by name."""
        files = self.folder.glob(f"{checked_id(assessment_id)}.*.sha256")
        pairs = (file.read_text().rstrip("\n").partition("  ") for file in sorted(files))
        return {name: digest for digest, _, name in pairs}

    def made(self, bundle: str, since: datetime, until: datetime) -> list[AssessmentRecord]:
        """Return the records first made with a bundle in `[since, until)`, the oldest first.

        Raises
        ------
        AssessmentDamaged
        """
        kept = [(file.stem, *_read(file)) for file in sorted(self.folder.glob("*.json"))]
        kept = [each for each in kept if each[1].bundle == bundle and since <= each[2] < until]
        in_order = sorted(kept, key=lambda each: each[2])
        return [checked(record, assessment_id) for assessment_id, record, _ in in_order]

    def bundles(self) -> frozenset[str]:
        """Name every bundle that a kept assessment was made with."""
        return frozenset(_read(file)[0].bundle for file in self.folder.glob("*.json"))

    def _place(self, name: str, content: str) -> None:
        """Put a file there whole, unless one of its name stands."""
        self.folder.mkdir(parents=True, exist_ok=True)
        # Named by chance and not by process: one that crashed may have left its own behind, and
        # threads share a number. Not `mkstemp`, whose files nobody else may read.
        beside = self.folder / f".{name}.{secrets.token_hex(8)}"
        try:
            with beside.open("x", encoding="utf-8") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            # Unlike a rename it never takes the place of what stands.
            with suppress(FileExistsError):
                os.link(beside, self.folder / name)
        finally:
            beside.unlink(missing_ok=True)
        _sync(self.folder)


def _sync(folder: Path) -> None:
    """Write the folder's names to the disk too, which else a loss of power may undo."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(file: Path) -> tuple[AssessmentRecord, datetime]:
    """Read a record, and when it was first made."""
    try:
        fields = json.loads(file.read_bytes())
        made_at = datetime.fromisoformat(fields.pop("made_at"))
        return AssessmentRecord.from_dict(fields), made_at
    except (ValueError, TypeError, KeyError, AttributeError):
        raise damaged(file.stem) from None
