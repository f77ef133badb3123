"""Checking an evidence pack with nothing but the pack and its sender's public key."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from features.catalogue import CATALOGUE_HASH
from models.signed_folder import read_signed
from serving.pack import FORM, PackManifest, PackRefused
from serving.pack_checks import CHECKS, opened
from serving.reports.outputs import OUTPUTS
from serving.wording import counted

_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, IndexError, pa.ArrowException)


@dataclass(frozen=True)
class Found:
    """What was found of a pack.

    Attributes
    ----------
    is_checked : bool
        Whether it follows from what is in the pack; False where only the signature speaks for it.
    words : str
    """

    is_checked: bool
    words: str


def verify(folder: Path, public_key: Ed25519PublicKey) -> Iterator[Found]:
    """Check a pack, from the signature to the value of every reason shown.

    Yields
    ------
    Found

    Raises
    ------
    PackRefused
        At the first thing that is not right. Nothing is parsed before signature, sizes and hashes
        are.
    """
    manifest, files = read_signed(folder, public_key, FORM)
    yield _checked(f"signed with this key; {counted(len(manifest.files), 'file')} as signed")
    if manifest.catalogue != CATALOGUE_HASH:
        raise PackRefused(
            f"made with feature catalogue {manifest.catalogue[:12]}",
            f"catalogue {CATALOGUE_HASH[:12]}, by which values can be computed again here",
            "Verify it with the release that made it.",
        )
    try:
        pack = opened(manifest, files)
        for check in CHECKS:
            yield _checked(check(pack))
    except _UNREADABLE as fault:
        raise FORM.unreadable(f"a file of {folder}", fault) from None
    yield Found(is_checked=False, words=_signed_alone(manifest))


def _checked(words: str) -> Found:
    return Found(is_checked=True, words=words)


def _signed_alone(manifest: PackManifest) -> str:
    pages = sorted(manifest.files.keys() & OUTPUTS.keys())
    text = f", and the text of {', '.join(pages)}" if pages else ""
    return (
        f"what the model in bundle {manifest.bundle[:12]} makes of the features (SHAP values,"
        f" probability, band, role if it is a mule, peers, what would change it){text}: the"
        " signature alone speaks for it, `mulerisk replay` makes it again"
    )
