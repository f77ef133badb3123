"""What a model learnt from, in figures: they travel in its bundle, signed, and name no account."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from features.compute import FeatureTable
from models.manifest import json_bytes
from models.scorer import Scorer
from training.drift.behaviours import Behaviours
from training.drift.groups import Groups, groups_of
from training.monitoring.alerts import alerts_among
from training.rows import Rows


@dataclass(frozen=True, eq=False)
class Learnt:
    """What is compared with.

    Scores and reasons are those of accounts at an instant that it has not learnt from: on rows that
    it has, it is surer of itself, and that would be taken for drift.

    Attributes
    ----------
    rows, accounts : int
        Labelled rows that were learnt from, and of how many accounts they are.
    first, last : int
        Their first and last instant, microseconds UTC.
    features : mapping of str to Groups
        Of these rows.
    score : Groups
        Raw scores of the accounts at the ledger's end, on which the bands were placed.
    alerts : Behaviours
        Of the accounts that score highest there.
    """

    rows: int
    accounts: int
    first: int
    last: int
    features: Mapping[str, Groups]
    score: Groups
    alerts: Behaviours

    def to_bytes(self) -> bytes:
        """Write it as JSON; equal figures have equal bytes."""
        return json_bytes(
            {
                **{name: getattr(self, name) for name in ("rows", "accounts", "first", "last")},
                "features": {name: each.to_dict() for name, each in self.features.items()},
                "score": self.score.to_dict(),
                "alerts": {
                    "names": self.alerts.names,
                    "as_of": self.alerts.as_of.tolist(),
                    "size": self.alerts.size.tolist(),
                },
            }
        )

    @classmethod
    def from_bytes(cls, content: bytes) -> "Learnt":
        """Read what `to_bytes` wrote.

        Raises
        ------
        ValueError, TypeError, KeyError
            If it is something else.
        """
        fields = json.loads(content)
        return cls(
            **{name: int(fields[name]) for name in ("rows", "accounts", "first", "last")},
            features={name: Groups.from_dict(each) for name, each in fields["features"].items()},
            score=Groups.from_dict(fields["score"]),
            alerts=_alerts(fields["alerts"]),
        )


def learnt_from(rows: Rows, latest: FeatureTable, scorer: Scorer) -> Learnt:
    """Measure what a model learnt from.

    Parameters
    ----------
    rows : Rows
        All labelled rows.
    latest : FeatureTable
        The accounts at the ledger's end (`training.latest`).
    scorer : Scorer
    """
    raw = scorer.raw(latest.values)
    return Learnt(
        rows=len(rows),
        accounts=len(np.unique(rows.account_id.astype(str))),
        first=int(rows.as_of.min()),
        last=int(rows.as_of.max()),
        features=dict(zip(scorer.names, map(groups_of, rows.values.T), strict=True)),
        score=groups_of(raw),
        alerts=alerts_among(latest.values, raw, latest.as_of, scorer),
    )


def _alerts(fields: Mapping[str, Any]) -> Behaviours:
    size = np.array(fields["size"], dtype=np.float64)
    return Behaviours(tuple(fields["names"]), np.array(fields["as_of"], dtype=np.int64), size)
