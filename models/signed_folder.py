"""A folder of files that one signature vouches for.

Reading checks the signature of the manifest first, then the size and hash of every file, and hands
out the very bytes that it checked; it parses none of them.
"""

import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.errors import MuleriskError
from models.manifest import Entry, Manifest
from models.signature import is_signed

MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
_MIB = 2**20
LARGEST = {
    "model.txt": 256 * _MIB,
    "calibration.json": _MIB,
    "thresholds.json": _MIB,
    "typical.json": 64 * _MIB,
    "golden.json": 64 * _MIB,
}
"""Every file that a manifest lists, with the size in bytes that it may not pass."""

_ALLOWED = frozenset({*LARGEST, MANIFEST, SIGNATURE})


class BundleRefused(MuleriskError):
    """A bundle that must not be served; a model in service goes on unchanged.

    Attributes
    ----------
    seen, expected, do : str
    """

    def __init__(self, seen: str, expected: str, do: str) -> None:
        self.seen, self.expected, self.do = seen, expected, do
        super().__init__(f"Bundle refused: {seen}. Expected: {expected}. {do}")


def unreadable(what: str, fault: Exception) -> BundleRefused:
    """Refuse what was signed but is not in the format of this release."""
    return BundleRefused(
        f"{what} cannot be read ({type(fault).__name__}: {fault})",
        "the format of this release",
        "Run the release that wrote the bundle, or promote the model again.",
    )


def digest_of(content: bytes) -> Entry:
    """Measure a file as the manifest lists it."""
    return Entry(hashlib.sha256(content).hexdigest(), len(content))


def write_signed(
    folder: Path, files: Mapping[str, bytes], manifest: Manifest, private_key: Ed25519PrivateKey
) -> str:
    """Put files, manifest and signature at `folder` in one step.

    Returns
    -------
    str
        SHA-256 of the manifest.

    Raises
    ------
    BundleRefused
        If something else stands at `folder`.
    """
    content = manifest.to_bytes()
    _place(folder, {**files, MANIFEST: content, SIGNATURE: private_key.sign(content)})
    return digest_of(content).sha256


def read_signed(folder: Path, public_key: Ed25519PublicKey) -> tuple[Manifest, dict[str, bytes]]:
    """Read a folder whose signature, sizes and hashes are right.

    Returns
    -------
    Manifest
    dict of str to bytes
        Every file but the signature.

    Raises
    ------
    BundleRefused
        If a file is missing, unlisted, a link, too large or changed, or the signature is another's.
    """
    _check_names(folder)
    content = _read(folder / MANIFEST, _MIB)
    if not is_signed(content, _read(folder / SIGNATURE, 64), public_key):
        raise BundleRefused(
            f"{SIGNATURE} does not fit {MANIFEST} and the release key",
            "a manifest signed with the release key",
            "Promote the model again, or give the service the public key that belongs to it.",
        )
    manifest = _manifest(content)
    files = {name: _read(folder / name, largest) for name, largest in LARGEST.items()}
    _check_files(files, manifest)
    return manifest, {**files, MANIFEST: content}


def _check_names(folder: Path) -> None:
    present = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    missing, extra = sorted(_ALLOWED - present), sorted(present - _ALLOWED)
    if missing or extra:
        raise BundleRefused(
            f"{folder} lacks {', '.join(missing) or 'nothing'} and holds"
            f" {', '.join(extra) or 'nothing'} besides",
            f"exactly {', '.join(sorted(_ALLOWED))}",
            "Copy the promoted folder whole and put nothing into it.",
        )


def _read(path: Path, largest: int) -> bytes:
    try:
        # A link could lead out of the folder; a pipe would wait for a writer.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            is_plain = stat.S_ISREG(os.fstat(descriptor).st_mode)
            content = file.read(largest + 1) if is_plain else None
    except OSError:
        content = None
    if content is None or len(content) > largest:
        raise BundleRefused(
            f"{path} is no plain file, cannot be read, or is too large",
            f"a plain file, no link, of at most {largest} bytes",
            "Copy the promoted folder again.",
        )
    return content


def _manifest(content: bytes) -> Manifest:
    try:
        return Manifest.from_bytes(content)
    except (ValueError, TypeError, KeyError, AttributeError) as fault:
        raise unreadable(MANIFEST, fault) from None


def _check_files(files: Mapping[str, bytes], manifest: Manifest) -> None:
    found = {name: digest_of(content) for name, content in files.items()}
    names = sorted(found.keys() | manifest.files.keys())
    changed = [name for name in names if found.get(name) != manifest.files.get(name)]
    if changed:
        raise BundleRefused(
            f"{', '.join(changed)} changed since signed",
            "the sizes and hashes in the manifest",
            "Copy the promoted folder again.",
        )


def _place(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write beside `folder`, then rename: a reader sees the whole bundle or none."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for name, content in files.items():
            _write(beside / name, content)
        beside.chmod(0o755)
        _rename(beside, folder, files)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _rename(beside: Path, folder: Path, files: Mapping[str, bytes]) -> None:
    try:
        # Fails where anything but an empty folder stands, so no bundle is ever overwritten.
        beside.rename(folder)
    except OSError:
        # The manifest speaks for the other files; the signature tells whose key vouched for it.
        if all(_holds(folder / name, files[name]) for name in (MANIFEST, SIGNATURE)):
            return
        raise BundleRefused(
            f"{folder} exists and holds something else",
            "no folder, or this very bundle",
            "Write each bundle to a folder of its own and leave old ones as they are.",
        ) from None


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content
