"""A folder of files that one signature vouches for.

Reading checks the signature of the manifest first, then the size and hash of every file, and hands
out the very bytes that it checked; it parses none of them.
"""

import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.errors import MuleriskError
from models.manifest import Entry
from models.signature import is_signed

MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
_MIB = 2**20


class FolderRefused(MuleriskError):
    """A signed folder that is not what its form and its manifest say.

    Attributes
    ----------
    seen, expected, do : str
    """

    kind = "Folder"

    def __init__(self, seen: str, expected: str, do: str) -> None:
        self.seen, self.expected, self.do = seen, expected, do
        super().__init__(f"{self.kind} refused: {seen}. Expected: {expected}. {do}")


class Listing(Protocol):
    """A manifest, as far as a folder is concerned."""

    @property
    def files(self) -> Mapping[str, Entry]:
        """Every file but the manifest and its signature."""

    def to_bytes(self) -> bytes:
        """Write it."""


Manifest = TypeVar("Manifest", bound=Listing)


@dataclass(frozen=True)
class Form(Generic[Manifest]):
    """One kind of signed folder.

    Attributes
    ----------
    largest : mapping of str to int
        Every file that it must hold, with the size in bytes that it may not pass.
    optional : mapping of str to int
        Files that it may hold, likewise.
    read_manifest : callable
        Reads the signed bytes of its manifest.
    refused : type of FolderRefused
        What a folder is refused with.
    signer : str
        Whose key signs it.
    again : str
        What to do about one that cannot be trusted.
    is_private : bool
        Whether nobody else on the machine may read it.
    """

    largest: Mapping[str, int]
    read_manifest: Callable[[bytes], Manifest]
    refused: type[FolderRefused]
    signer: str
    again: str
    optional: Mapping[str, int] = field(default_factory=dict)
    is_private: bool = False

    def unreadable(self, what: str, fault: Exception) -> FolderRefused:
        """Refuse what was signed but is not in the format of this release."""
        return self.refused(
            f"{what} cannot be read ({type(fault).__name__}: {fault})",
            "the format of this release",
            f"Run the release that wrote it, or {self.again}.",
        )


def digest_of(content: bytes) -> Entry:
    """Measure a file as the manifest lists it."""
    return Entry(hashlib.sha256(content).hexdigest(), len(content))


def write_signed(
    folder: Path,
    files: Mapping[str, bytes],
    manifest: Manifest,
    private_key: Ed25519PrivateKey,
    form: Form[Manifest],
) -> str:
    """Put files, manifest and signature at `folder` in one step.

    Returns
    -------
    str
        SHA-256 of the manifest.

    Raises
    ------
    FolderRefused
        If something else stands at `folder`.
    """
    content = manifest.to_bytes()
    _place(folder, {**files, MANIFEST: content, SIGNATURE: private_key.sign(content)}, form)
    return digest_of(content).sha256


def read_signed(
    folder: Path, public_key: Ed25519PublicKey, form: Form[Manifest]
) -> tuple[Manifest, dict[str, bytes]]:
    """Read a folder whose signature, sizes and hashes are right.

    Returns
    -------
    Manifest
    dict of str to bytes
        Every file but the signature.

    Raises
    ------
    FolderRefused
        If a file is missing, unlisted, a link, too large or changed, or the signature is another's.
    """
    present = _check_names(folder, form)
    content = _read(folder / MANIFEST, _MIB, form)
    if not is_signed(content, _read(folder / SIGNATURE, 64, form), public_key):
        raise form.refused(
            f"{SIGNATURE} does not fit {MANIFEST} and the {form.signer}",
            f"a manifest signed with the {form.signer}",
            f"Name the public key that belongs to it, or {form.again}.",
        )
    manifest = _manifest(content, form)
    sizes = {**form.largest, **{n: form.optional[n] for n in present & form.optional.keys()}}
    files = {name: _read(folder / name, largest, form) for name, largest in sizes.items()}
    _check_files(files, manifest, form)
    return manifest, {**files, MANIFEST: content}


def _check_names(folder: Path, form: Form[Manifest]) -> set[str]:
    required = {*form.largest, MANIFEST, SIGNATURE}
    present = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    missing, extra = sorted(required - present), sorted(present - required - form.optional.keys())
    if missing or extra:
        raise form.refused(
            f"{folder} lacks {', '.join(missing) or 'nothing'} and holds"
            f" {', '.join(extra) or 'nothing'} besides",
            f"{'' if form.optional else 'exactly '}{', '.join(sorted(required))}",
            "Copy the folder whole and put nothing into it.",
        )
    return present


def _read(path: Path, largest: int, form: Form[Manifest]) -> bytes:
    try:
        # A link could lead out of the folder; a pipe would wait for a writer.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            is_plain = stat.S_ISREG(os.fstat(descriptor).st_mode)
            content = file.read(largest + 1) if is_plain else None
    except OSError:
        content = None
    if content is None or len(content) > largest:
        raise form.refused(
            f"{path} is no plain file, cannot be read, or is too large",
            f"a plain file, no link, of at most {largest} bytes",
            "Copy the folder again.",
        )
    return content


def _manifest(content: bytes, form: Form[Manifest]) -> Manifest:
    try:
        return form.read_manifest(content)
    except (ValueError, TypeError, KeyError, AttributeError) as fault:
        raise form.unreadable(MANIFEST, fault) from None


def _check_files(files: Mapping[str, bytes], manifest: Manifest, form: Form[Manifest]) -> None:
    found = {name: digest_of(content) for name, content in files.items()}
    names = sorted(found.keys() | manifest.files.keys())
    changed = [name for name in names if found.get(name) != manifest.files.get(name)]
    if changed:
        raise form.refused(
            f"{', '.join(changed)} changed since signed",
            "the sizes and hashes in the manifest",
            "Copy the folder again.",
        )


def _place(folder: Path, files: Mapping[str, bytes], form: Form[Manifest]) -> None:
    """Write beside `folder`, then rename: a reader sees the whole folder or none."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for name, content in files.items():
            _write(beside / name, content)
            if form.is_private:
                (beside / name).chmod(0o600)
        beside.chmod(0o700 if form.is_private else 0o755)
        _rename(beside, folder, files, form)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _rename(beside: Path, folder: Path, files: Mapping[str, bytes], form: Form[Manifest]) -> None:
    try:
        # Fails where anything but an empty folder stands, so nothing signed is ever overwritten.
        beside.rename(folder)
    except OSError:
        # The manifest speaks for the other files; the signature tells whose key vouched for it.
        if all(_holds(folder / name, files[name]) for name in (MANIFEST, SIGNATURE)):
            return
        raise form.refused(
            f"{folder} exists and holds something else",
            "no folder, or this very content",
            "Name a folder that does not exist, and leave old ones as they are.",
        ) from None


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content
