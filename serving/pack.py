"""The evidence pack: one assessment with all that is needed to check it, as a signed folder.

Whoever receives it needs neither our database nor our model; `docs/explanations.md` has the format.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.assessments import AssessmentRecord
from ledger.view import LedgerView
from ledger.written import written
from models.assessment import Assessment
from models.facts import Facts
from models.manifest import Entry, json_bytes
from models.signed_folder import FolderRefused, Form, digest_of, write_signed
from serving.reports.outputs import OUTPUTS

RECORD, ASSESSMENT, FACTS = "record.json", "assessment.json", "facts.json"
_KIND, _FORMAT = "mulerisk evidence pack", 4
_MIB = 2**20


class PackRefused(FolderRefused):
    """An evidence pack that proves nothing."""

    kind = "Evidence pack"


@dataclass(frozen=True)
class PackManifest:
    """What the signature of a pack vouches for.

    Attributes
    ----------
    assessment_id : str
    bundle, catalogue, code, libraries : str
        What the assessment was made with; see `AssessmentRecord`.
    files : mapping of str to Entry
        Every file but the manifest and its signature.
    """

    assessment_id: str
    bundle: str
    catalogue: str
    code: str
    libraries: str
    files: Mapping[str, Entry]

    @classmethod
    def of(cls, record: AssessmentRecord, files: Mapping[str, Entry]) -> "PackManifest":
        """Take from a record what a manifest repeats of it."""
        return cls(
            record.assessment_id,
            record.bundle,
            record.catalogue,
            record.code,
            record.libraries,
            files,
        )

    def to_bytes(self) -> bytes:
        """Write it; equal manifests have equal bytes."""
        return json_bytes({"kind": _KIND, "format": _FORMAT, **asdict(self)})

    @classmethod
    def from_bytes(cls, content: bytes) -> "PackManifest":
        """Read what `to_bytes` wrote.

        Raises
        ------
        ValueError, TypeError, KeyError
            If it is the manifest of something else, or of another format.
        """
        fields = json.loads(content)
        if (found := (fields.pop("kind"), fields.pop("format"))) != (_KIND, _FORMAT):
            raise ValueError(f"a manifest of {found} and not of {(_KIND, _FORMAT)}")
        files = {name: Entry(**entry) for name, entry in fields.pop("files").items()}
        return cls(**fields, files=files)


FORM = Form(
    largest={RECORD: _MIB, ASSESSMENT: 256 * _MIB, FACTS: 256 * _MIB},
    optional=dict.fromkeys(OUTPUTS, 16 * _MIB),
    read_manifest=PackManifest.from_bytes,
    refused=PackRefused,
    signer="sender's key",
    again="ask the sender for another",
    is_private=True,
)
"""The files of a pack."""


@dataclass(frozen=True)
class Evidence:
    """What a pack is made of.

    Attributes
    ----------
    record : AssessmentRecord
    assessment : Assessment
    facts : bytes
        What was read of the account (`ledger.written`).
    outputs : mapping of str to bytes
        What was written of the assessment, by name.
    """

    record: AssessmentRecord
    assessment: Assessment
    facts: bytes
    outputs: Mapping[str, bytes]


def evidence_of(
    assessment: Assessment,
    record: AssessmentRecord,
    view: LedgerView,
    outputs: Mapping[str, bytes],
) -> Evidence:
    """Gather what a pack is made of; `view` is what the assessment was made on."""
    facts = Facts.read(view, [assessment.account_id]).of(assessment.account_id)
    return Evidence(record, assessment, written(facts), outputs)


def write_pack(folder: Path, evidence: Evidence, private_key: Ed25519PrivateKey) -> str:
    """Sign a pack and put it at `folder` in one step.

    Returns
    -------
    str
        SHA-256 of the manifest: the pack's identity.

    Raises
    ------
    PackRefused
        If something else stands at `folder`.
    """
    record = evidence.record
    files = {
        RECORD: json_bytes({"assessment_id": record.assessment_id, **record.to_dict()}),
        ASSESSMENT: evidence.assessment.to_bytes(),
        FACTS: evidence.facts,
        **evidence.outputs,
    }
    listed = {name: digest_of(content) for name, content in files.items()}
    return write_signed(folder, files, PackManifest.of(record, listed), private_key, FORM)
