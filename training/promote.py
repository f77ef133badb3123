"""Putting a model into service: a person's act, signed and written down."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.errors import MuleriskError
from models.bundle import Bundle, write_bundle
from models.manifest import Lineage
from training import registry
from training.fitted import Fitted, read_fitted
from training.folders import Folders


class PromotionRefused(MuleriskError):
    """Nothing to promote, or nobody who answers for it."""


@dataclass(frozen=True)
class Decision:
    """Who put a model into service, why and when."""

    author: str
    reason: str
    decided_at: datetime


@dataclass(frozen=True)
class Promotion:
    """A model in service.

    Attributes
    ----------
    version : str
        In the model registry.
    bundle : str
        SHA-256 of the bundle's manifest.
    folder : Path
        The bundle.
    """

    version: str
    bundle: str
    folder: Path


def promote(folders: Folders, decision: Decision, private_key: Ed25519PrivateKey) -> Promotion:
    """Register the fitted model, sign its bundle, make it the champion and record the decision.

    To promote the same run again is another decision with a bundle of its own, of the same version.
    The bundle stands in `bundles/`; the link `champion` is turned to it last and in one step, so a
    service finds the champion before or the new one, and the one before stays for a way back.

    Raises
    ------
    PromotionRefused
        If the model was not evaluated as it stands, or author or reason is empty.
    """
    if not (decision.author.strip() and decision.reason.strip()):
        raise PromotionRefused("A promotion needs an author and a reason; name both.")
    fitted, metrics = _evaluated(folders)
    run_id = fitted.origin["run_id"]
    version = registry.register(folders.tracking, folders.name, run_id, fitted.model_uri)
    decided_at = decision.decided_at.astimezone(UTC)
    folder = folders.artifacts / "bundles" / f"{version}-{decided_at:%Y%m%dT%H%M%S%f}"
    lineage = Lineage(**fitted.origin, model_version=version, metrics=_numbers(metrics["model"]))
    digest = write_bundle(folder, _bundle(fitted, lineage), private_key)
    promotion = Promotion(version, digest, folder)
    _record(folders, decision, promotion, metrics)
    _turn(folders.champion, folder)
    registry.appoint(folders.tracking, folders.name, version)
    return promotion


def _evaluated(folders: Folders) -> tuple[Fitted, dict[str, Any]]:
    try:
        fitted = read_fitted(folders.stage("fit"))
        metrics = json.loads((folders.stage("evaluate") / "metrics.json").read_text())
    except FileNotFoundError as error:
        raise PromotionRefused(f"{error.filename} is missing. Run `dvc repro evaluate`.") from None
    if metrics["run_id"] != fitted.origin["run_id"]:
        raise PromotionRefused(
            f"The evaluation is of run {metrics['run_id']}, the model of run"
            f" {fitted.origin['run_id']}. Run `dvc repro evaluate`."
        )
    return fitted, metrics


def _bundle(fitted: Fitted, lineage: Lineage) -> Bundle:
    return Bundle(
        model_text=fitted.model_text,
        calibration=fitted.calibration,
        thresholds=fitted.thresholds,
        typical=fitted.typical,
        lineage=lineage,
        golden=fitted.golden,
    )


def _numbers(figures: Mapping[str, Any]) -> dict[str, float]:
    return {name: value for name, value in figures.items() if value is not None}


def _record(
    folders: Folders, decision: Decision, promotion: Promotion, metrics: Mapping[str, Any]
) -> None:
    before = folders.champion.resolve().name if folders.champion.exists() else None
    written = {
        **asdict(decision),
        "decided_at": decision.decided_at.isoformat(),
        "model": f"{folders.name} version {promotion.version}",
        "run_id": metrics["run_id"],
        "bundle": promotion.bundle,
        "champion_before": before,
        "metrics": metrics,
    }
    path = folders.artifacts / "decisions" / f"{promotion.folder.name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(written, indent=2) + "\n")


def _turn(link: Path, folder: Path) -> None:
    beside = link.with_name(f"{link.name}.new")
    beside.unlink(missing_ok=True)
    beside.symlink_to(folder.relative_to(link.parent))
    os.replace(beside, link)
