"""Ed25519 keys: the release key signs a model bundle, its public half lets a service trust it.

References
----------
RFC 8032, Edwards-Curve Digital Signature Algorithm.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.errors import MuleriskError

PRIVATE_KEY = "release.key"
PUBLIC_KEY = "release.pub"


class KeyRefused(MuleriskError):
    """A key that cannot be made or read."""


@dataclass(frozen=True)
class KeyFiles:
    """Where the two halves of a key stand."""

    private: Path
    public: Path


def make_keys(folder: Path) -> KeyFiles:
    """Make a key pair in `folder`; only the owner can read the private half.

    Raises
    ------
    KeyRefused
        If either file exists: a key is never overwritten.
    """
    files = KeyFiles(folder / PRIVATE_KEY, folder / PUBLIC_KEY)
    present = [str(path) for path in (files.private, files.public) if os.path.lexists(path)]
    if present:
        raise KeyRefused(f"{', '.join(present)} exists already. Name another folder with --out.")
    key = Ed25519PrivateKey.generate()
    folder.mkdir(parents=True, exist_ok=True)
    _create(files.private, _private_pem(key), mode=0o600)
    try:
        _create(files.public, _public_pem(key.public_key()), mode=0o644)
    except OSError:
        files.private.unlink()
        raise
    return files


def read_private_key(path: Path) -> Ed25519PrivateKey:
    """Read the half that signs.

    Raises
    ------
    KeyRefused
        If `path` holds none.
    """
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyRefused(f"{path} holds no Ed25519 private key. Make one with `mulerisk keys`.")
    return key


def read_public_key(path: Path) -> Ed25519PublicKey:
    """Read the half that verifies.

    Raises
    ------
    KeyRefused
        If `path` holds none.
    """
    try:
        key = serialization.load_pem_public_key(path.read_bytes())
    except (OSError, ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise KeyRefused(
            f"{path} holds no Ed25519 public key. Name the {PUBLIC_KEY} that belongs to the key"
            " the bundle or the pack was signed with."
        )
    return key


def is_signed(content: bytes, signature: bytes, public_key: Ed25519PublicKey) -> bool:
    """Tell whether the owner of `public_key` signed exactly this content."""
    try:
        public_key.verify(signature, content)
    except InvalidSignature:
        return False
    return True


def _create(path: Path, content: bytes, mode: int) -> None:
    # O_EXCL: the file is made here, with its mode from the start, or not at all.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    except OSError:
        # Half a key would stand in the way of the next one.
        path.unlink()
        raise


def _private_pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _public_pem(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
