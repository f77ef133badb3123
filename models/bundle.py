"""A signed bundle: a model as plain files that a service can check before it reads them.

Damaged LightGBM text crashes the process that parses it, so nothing is parsed before its
signature, size and hash are found right. Nothing is ever unpickled. `docs/bundle.md` has the
format.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import lightgbm
import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from numpy.typing import NDArray

from features.catalogue import CATALOGUE_HASH, NAMES
from ledger.errors import MuleriskError
from ledger.schema import Role
from models.bands import Thresholds
from models.calibration import Calibration
from models.manifest import Lineage, Manifest, Purpose, json_bytes
from models.roles import LearntRoles, RoleModel, RolesRefused
from models.scorer import NotAdditive, Scorer, Versions
from models.signed_folder import (
    MANIFEST,
    FolderRefused,
    Form,
    digest_of,
    read_signed,
    write_signed,
)
from models.treeshap.shap_values import TreeShap
from models.treeshap.text import ModelRefused
from models.typical import Typical

CARD, CARD_FACTS = "card.html", "card.json"
"""The model card: what the model is for, how it was made and how good it is."""
LEARNT = "learnt.json"
"""What the model learnt from, in figures: `mulerisk monitor` compares what is served with it."""
ROLE_MODEL = "roles.txt"
"""The role model in LightGBM's own text format, where mules of known roles were enough for one."""
_TOLERANCE = 1e-9
_MIB = 2**20
_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, MuleriskError)


class BundleRefused(FolderRefused):
    """A bundle that must not be served; a model in service goes on unchanged."""

    kind = "Bundle"


FORM = Form(
    largest={
        "model.txt": 256 * _MIB,
        "calibration.json": _MIB,
        "thresholds.json": _MIB,
        "typical.json": 64 * _MIB,
        "golden.json": 64 * _MIB,
    },
    read_manifest=Manifest.from_bytes,
    refused=BundleRefused,
    signer="release key",
    again="promote the model again",
    optional={
        CARD: 16 * _MIB,
        CARD_FACTS: 4 * _MIB,
        LEARNT: 16 * _MIB,
        ROLE_MODEL: 16 * _MIB,
    },
)
"""The files of a bundle."""


@dataclass(frozen=True, eq=False)
class Bundle:
    """What a bundle is made of.

    Attributes
    ----------
    model_text : str
        LightGBM's own text format.
    calibration : Calibration
    thresholds : Thresholds
    typical : Typical
    lineage : Lineage
    golden : float64 array of shape (n, features)
        Rows whose raw scores, and roles, every later load must reproduce. A row with every feature
        missing is added.
    card : mapping of str to bytes
        `CARD` and `CARD_FACTS`, or nothing.
    learnt : bytes
        Of `LEARNT`, or nothing.
    purpose : {"service", "shadow"}
        What it is signed for.
    roles : LearntRoles
    feature_names : tuple of str
    catalogue_hash : str
    """

    model_text: str
    calibration: Calibration
    thresholds: Thresholds
    typical: Typical
    lineage: Lineage
    golden: NDArray[np.float64]
    card: Mapping[str, bytes] = field(default_factory=dict)
    learnt: bytes = b""
    purpose: Purpose = "service"
    roles: LearntRoles = field(default_factory=LearntRoles)
    feature_names: tuple[str, ...] = NAMES
    catalogue_hash: str = CATALOGUE_HASH

    @property
    def mules(self) -> Mapping[Role, int]:
        """How many known mules of each role taught the role model; empty where there is none."""
        return self.roles.mules if self.roles.model_text else {}


def write_bundle(folder: Path, bundle: Bundle, private_key: Ed25519PrivateKey) -> str:
    """Sign a bundle and put it at `folder` in one step.

    Returns
    -------
    str
        SHA-256 of the manifest: the bundle's identity.

    Raises
    ------
    BundleRefused
        If the model was not trained on these features, a number is not finite, or something else
        stands at `folder`.
    """
    try:
        files = _files_of(bundle)
        listed = {name: digest_of(content) for name, content in files.items()}
        manifest = Manifest(
            bundle.purpose,
            bundle.catalogue_hash,
            bundle.feature_names,
            bundle.lineage,
            bundle.mules,
            listed,
        )
        return write_signed(folder, files, manifest, private_key, FORM)
    except ValueError as fault:
        raise BundleRefused(
            f"a number that JSON cannot hold ({fault})",
            "finite scores, quantiles, parameters and metrics",
            "Find the one that came out as NaN or infinite, mend that and train again.",
        ) from None


def load_bundle(
    folder: Path,
    public_key: Ed25519PublicKey,
    *,
    purposes: tuple[Purpose, ...] = ("service",),
    feature_names: tuple[str, ...] = NAMES,
    catalogue_hash: str = CATALOGUE_HASH,
) -> Scorer:
    """Check a bundle and make a scorer of it.

    The signature comes first, then sizes and hashes, then purpose and catalogue; only then is
    anything parsed, from the very bytes that were checked. Last, the golden scores must come out
    again, and their SHAP values add up to them.

    Parameters
    ----------
    folder : Path
    public_key : Ed25519PublicKey
    purposes : tuple of {"service", "shadow"}
        What it may be signed for. What answers takes no other bundle than one for service.
    feature_names, catalogue_hash
        What it must be made for.

    Raises
    ------
    BundleRefused
        If anything is not as it was signed.
    """
    manifest, files = read_signed(folder, public_key, FORM)
    _check_purpose(manifest, purposes)
    _check_catalogue(manifest, feature_names, catalogue_hash)
    scorer = _parse(files, manifest)
    _check_golden(scorer, files["golden.json"])
    return scorer


def bundles_in(folder: Path) -> dict[str, Path]:
    """Find the bundles that stand in a folder, by their identity; none of them is read or checked.

    Returns
    -------
    dict of str to Path
        SHA-256 of the manifest -> the bundle's folder.
    """
    manifests = sorted(file for file in folder.glob(f"*/{MANIFEST}") if file.is_file())
    return {digest_of(file.read_bytes()).sha256: file.parent for file in manifests}


def lineage_of(folder: Path) -> Lineage:
    """Read where the model of a verified bundle came from."""
    return Manifest.from_bytes((folder / MANIFEST).read_bytes()).lineage


def read_card(folder: Path, public_key: Ed25519PublicKey) -> dict[str, bytes]:
    """Read the model card of a bundle whose signature, sizes and hashes are right.

    Raises
    ------
    BundleRefused
        If anything is not as it was signed, or it has no card.
    """
    return _read_optional(folder, public_key, (CARD, CARD_FACTS), "model card")


def read_learnt(folder: Path, public_key: Ed25519PublicKey) -> bytes:
    """Read what the model of a bundle learnt from, once signature, sizes and hashes are right.

    Raises
    ------
    BundleRefused
        If anything is not as it was signed, or it does not tell.
    """
    what = "record of what its model learnt from"
    return _read_optional(folder, public_key, (LEARNT,), what)[LEARNT]


def _read_optional(
    folder: Path, public_key: Ed25519PublicKey, names: tuple[str, ...], what: str
) -> dict[str, bytes]:
    _, files = read_signed(folder, public_key, FORM)
    found = {name: files[name] for name in names if name in files}
    if not found:
        raise BundleRefused(
            f"{folder} has no {what}", names[0], "Promote the model again with this release."
        )
    return found


def _files_of(bundle: Bundle) -> dict[str, bytes]:
    model_text = bundle.model_text.encode()
    booster, _ = _model(model_text, bundle.feature_names)
    golden = np.vstack([bundle.golden, np.full(len(bundle.feature_names), np.nan)])
    raw = np.asarray(booster.predict(golden, raw_score=True, num_threads=1))
    role_text = bundle.roles.model_text.encode()
    roles = _role_model(role_text, bundle.mules, bundle.feature_names)
    told = roles.probabilities(golden).tolist() if roles else []
    return {
        "model.txt": model_text,
        "calibration.json": json_bytes(asdict(bundle.calibration)),
        "thresholds.json": json_bytes(asdict(bundle.thresholds)),
        "typical.json": json_bytes(bundle.typical.to_dict()),
        "golden.json": json_bytes(
            {"inputs": _with_null(golden), "raw": raw.tolist(), "roles": told}
        ),
        **({ROLE_MODEL: role_text} if roles else {}),
        **bundle.card,
        **({LEARNT: bundle.learnt} if bundle.learnt else {}),
    }


def _with_null(values: NDArray[np.float64]) -> list[list[float | None]]:
    return [[None if np.isnan(value) else float(value) for value in row] for row in values]


def _check_purpose(manifest: Manifest, purposes: tuple[Purpose, ...]) -> None:
    if manifest.purpose not in purposes:
        raise BundleRefused(
            f"signed for {manifest.purpose}",
            f"one signed for {' or '.join(purposes)}",
            "Compare it with `mulerisk shadow`; `mulerisk model promote` signs the model for"
            " service, if it passes the gate.",
        )


def _check_catalogue(manifest: Manifest, names: tuple[str, ...], catalogue_hash: str) -> None:
    if (manifest.catalogue_hash, manifest.feature_names) != (catalogue_hash, names):
        raise BundleRefused(
            f"made for feature catalogue {manifest.catalogue_hash[:12]} with"
            f" {len(manifest.feature_names)} features",
            f"catalogue {catalogue_hash[:12]} with {len(names)} features",
            "Run the release that the model was trained with, or train it again with this one.",
        )


def _parse(files: Mapping[str, bytes], manifest: Manifest) -> Scorer:
    names = manifest.feature_names
    try:
        calibration = Calibration(**json.loads(files["calibration.json"]))
        thresholds = Thresholds(**json.loads(files["thresholds.json"]))
        typical = Typical.from_dict(json.loads(files["typical.json"]), names)
    except _UNREADABLE as fault:
        raise FORM.unreadable("calibration.json, thresholds.json or typical.json", fault) from None
    booster, explainer = _model(files["model.txt"], names)
    roles = _role_model(files.get(ROLE_MODEL, b""), manifest.mules, names)
    bundle = digest_of(files[MANIFEST]).sha256
    card = manifest.files[CARD].sha256 if CARD in manifest.files else ""
    versions = Versions(manifest.lineage.model_version, bundle, manifest.catalogue_hash, card)
    return Scorer(names, booster, explainer, calibration, thresholds, typical, versions, roles)


def _model(model_text: bytes, names: tuple[str, ...]) -> tuple[lightgbm.Booster, TreeShap]:
    """Read a model twice: LightGBM scores with it, and our own explainer explains the scores."""
    try:
        booster = lightgbm.Booster(model_str=model_text.decode())
        explainer = TreeShap(model_text.decode())
    except (UnicodeDecodeError, lightgbm.basic.LightGBMError, ModelRefused) as fault:
        raise FORM.unreadable("model.txt", fault) from None
    outputs = booster.num_model_per_iteration()
    if tuple(booster.feature_name()) != names or outputs != 1:
        raise BundleRefused(
            f"a model with {booster.num_feature()} features and {outputs} outputs",
            f"one output from the {len(names)} features of the catalogue, in its order",
            "Train it on the feature table of this release.",
        )
    return booster, explainer


def _role_model(
    model_text: bytes, mules: Mapping[Role, int], names: tuple[str, ...]
) -> RoleModel | None:
    if not model_text and not mules:
        return None
    if not (model_text and mules):
        raise BundleRefused(
            f"a role model of {len(model_text):,} bytes, learnt from {len(mules)} roles",
            "both a model and roles, or neither",
            "Promote the model again.",
        )
    try:
        return RoleModel.read(LearntRoles(model_text.decode(), mules), names)
    except (UnicodeDecodeError, TypeError, lightgbm.basic.LightGBMError, RolesRefused) as fault:
        raise FORM.unreadable(ROLE_MODEL, fault) from None


def _check_golden(scorer: Scorer, content: bytes) -> None:
    try:
        golden = json.loads(content)
        inputs = np.array(golden["inputs"], dtype=np.float64)
        raw = scorer.raw(inputs)
        gap = np.abs(raw - np.array(golden["raw"], dtype=np.float64))
        if scorer.roles:
            told = scorer.roles.probabilities(inputs) - np.array(golden["roles"], dtype=np.float64)
            gap = np.maximum(gap, np.abs(told).max(axis=1))
    except _UNREADABLE as fault:
        raise FORM.unreadable("golden.json", fault) from None
    # Written so that a NaN fails as well.
    if not (gap <= _TOLERANCE).all():
        raise BundleRefused(
            f"{int((~(gap <= _TOLERANCE)).sum())} of {len(gap)} golden rows score differently here",
            f"the signed raw scores and roles within {_TOLERANCE:g}",
            "Install the LightGBM version pinned in requirements/.",
        )
    _check_explained(scorer, inputs, raw)


def _check_explained(scorer: Scorer, inputs: NDArray[np.float64], raw: NDArray[np.float64]) -> None:
    """Explain the golden rows, which also compiles the explainer before the first request."""
    try:
        scorer.shap(inputs, raw)
    except NotAdditive as fault:
        raise BundleRefused(
            f"golden rows that are explained wrongly ({fault})",
            "SHAP values that add up to the raw scores",
            "Keep the model in service, and report the fault with this bundle.",
        ) from None
