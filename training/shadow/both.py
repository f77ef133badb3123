"""The two models: the champion, and the challenger that is compared with it."""

from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from models.bundle import lineage_of, load_bundle
from models.manifest import PURPOSES, Lineage
from models.scorer import Scorer


@dataclass(frozen=True, eq=False)
class Both:
    """The two models, of one catalogue of features."""

    champion: Scorer
    challenger: Scorer


@dataclass(frozen=True, eq=False)
class Models:
    """Two verified models, and where the challenger came from."""

    both: Both
    lineage: Lineage


def read_models(champion: Path, challenger: Path, public_key: Ed25519PublicKey) -> Models:
    """Verify and load both models; a challenger may be signed for the shadow or for service.

    Raises
    ------
    BundleRefused
        If one does not verify, is of another catalogue, or the champion is not for service.
    """
    # A link may be turned meanwhile.
    folder = challenger.resolve()
    both = Both(
        load_bundle(champion, public_key), load_bundle(folder, public_key, purposes=PURPOSES)
    )
    return Models(both, lineage_of(folder))
