"""The manifest of a bundle: what is in it, where it came from, and what it was made for."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from ledger.schema import Role

FORMAT = 5
"""Raised whenever a bundle of an older release can no longer be read, nor may read this one."""

Purpose = Literal["service", "shadow"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
"""What a model may be signed for: to answer, or only to be compared with the one that answers."""


@dataclass(frozen=True)
class Lineage:
    """Where a model came from.

    Attributes
    ----------
    model_version, run_id : str
        In the model registry.
    ledger_digest : str
        Hash of the ledger it learnt from.
    data_hash : str
        Hash of the feature table and labels.
    code_version : str
        Commit of this project.
    created_at : str
        When it was trained, ISO 8601 in UTC.
    learnt_until : str
        The instant up to which it was told outcomes, ISO 8601 in UTC. At an earlier instant it
        judges with hindsight.
    parameters : mapping
        What it was trained with.
    metrics : mapping of str to float
        How it did on held-out accounts.
    """

    model_version: str
    run_id: str
    ledger_digest: str
    data_hash: str
    code_version: str
    created_at: str
    learnt_until: str
    parameters: Mapping[str, Any]
    metrics: Mapping[str, float]


@dataclass(frozen=True)
class Entry:
    """One file of a bundle, as it must be found."""

    sha256: str
    size: int


@dataclass(frozen=True)
class Manifest:
    """What the release key signs.

    Attributes
    ----------
    purpose : {"service", "shadow"}
    catalogue_hash : str
    feature_names : tuple of str
        The columns, in order.
    lineage : Lineage
    mules : mapping of Role to int
        How many known mules of each role taught the role model; empty where there is none.
    files : mapping of str to Entry
        Every file but the manifest and its signature.
    """

    purpose: Purpose
    catalogue_hash: str
    feature_names: tuple[str, ...]
    lineage: Lineage
    mules: Mapping[Role, int]
    files: Mapping[str, Entry]

    def to_bytes(self) -> bytes:
        """Write it; equal manifests have equal bytes."""
        return json_bytes({"format": FORMAT, **asdict(self)})

    @classmethod
    def from_bytes(cls, content: bytes) -> "Manifest":
        """Read what `to_bytes` wrote.

        Raises
        ------
        ValueError, TypeError, KeyError
            If it is another format, or signed for no known purpose.
        """
        fields = json.loads(content)
        if (found := fields.pop("format")) != FORMAT:
            raise ValueError(f"format {found} and not {FORMAT}")
        if (purpose := fields["purpose"]) not in PURPOSES:
            raise ValueError(f"purpose {purpose!r} and none of {', '.join(PURPOSES)}")
        return cls(
            purpose=purpose,
            catalogue_hash=fields["catalogue_hash"],
            feature_names=tuple(fields["feature_names"]),
            lineage=Lineage(**fields["lineage"]),
            mules=fields["mules"],
            files={name: Entry(**entry) for name, entry in fields["files"].items()},
        )


def json_bytes(fields: Mapping[str, Any]) -> bytes:
    """Write JSON that every reader understands: keys in order, no NaN or Infinity.

    Raises
    ------
    ValueError
        If a number is not finite.
    """
    return (json.dumps(fields, indent=1, sort_keys=True, allow_nan=False) + "\n").encode()
