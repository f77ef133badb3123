"""The model in service: its verified bundle, and what was kept of its evaluation."""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from models.bundle import FORM, load_bundle
from models.manifest import Manifest
from models.scorer import Scorer
from models.signed_folder import read_signed
from training.folders import Folders

KEPT = ("scores.parquet", "golden.parquet")
"""Of the stage `fit`: how test rows were scored, and whose rows the golden ones are."""


@dataclass(frozen=True, eq=False)
class Standing:
    """The champion.

    Attributes
    ----------
    manifest : Manifest
    scorer : Scorer
        Of its own catalogue, which need not be that of this release.
    golden, golden_raw : float64 arrays, shapes (n, its features) and (n,)
        The last row is that of an account with every feature missing.
    kept : Path
        Folder with the files of `KEPT`, outside the bundle: they name accounts.
    """

    manifest: Manifest
    scorer: Scorer
    golden: npt.NDArray[np.float64]
    golden_raw: npt.NDArray[np.float64]
    kept: Path

    @property
    def name(self) -> str:
        """Name of its folder."""
        return self.kept.name

    @property
    def version(self) -> str:
        """In the registry."""
        return self.manifest.lineage.model_version

    @property
    def words(self) -> str:
        """Name it."""
        return f"the champion, version {self.version}"


def read_standing(folders: Folders, public_key: Ed25519PublicKey) -> Standing | None:
    """Verify and load the champion; None where there is none yet.

    Raises
    ------
    BundleRefused
        If it does not verify: nothing is compared with what nobody vouches for.
    """
    if not os.path.lexists(folders.champion):
        return None
    folder = folders.champion.resolve()
    manifest, files = read_signed(folder, public_key, FORM)
    scorer = load_bundle(
        folder,
        public_key,
        feature_names=manifest.feature_names,
        catalogue_hash=manifest.catalogue_hash,
    )
    golden = json.loads(files["golden.json"])
    return Standing(
        manifest,
        scorer,
        np.array(golden["inputs"], dtype=np.float64),
        np.array(golden["raw"], dtype=np.float64),
        folders.kept / folder.name,
    )


def keep(fitted: Path, kept: Path) -> None:
    """Keep what a later candidate will be compared with."""
    kept.mkdir(parents=True)
    for name in KEPT:
        shutil.copyfile(fitted / name, kept / name)


def turn(link: Path, folder: Path) -> None:
    """Turn a link to a bundle in one step: who looks finds the one before or this one."""
    beside = link.with_name(f"{link.name}.new")
    beside.unlink(missing_ok=True)
    beside.symlink_to(folder.relative_to(link.parent))
    os.replace(beside, link)
