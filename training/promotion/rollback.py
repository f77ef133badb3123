"""Taking a model out of service: the champion before comes back, verified and in one step."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ledger.errors import MuleriskError
from models.bundle import lineage_of, load_bundle
from training import registry
from training.folders import Folders
from training.promotion import decisions
from training.promotion.carrying_out import carry_out
from training.promotion.decisions import Act, Decision


class RollbackRefused(MuleriskError):
    """There is no champion to go back to; the one in service stays."""


def rollback(folders: Folders, act: Act, public_key: Ed25519PublicKey) -> Decision:
    """Put the champion before the present one back into service, and write that down.

    Which one that is, the promotion of the present one says; after a rollback the next one goes
    one further back, and never forth again. The bundle in service is not read: whatever is wrong
    with it, the way back stays open.

    Raises
    ------
    RollbackRefused
        If nothing is in service, or nothing was before it.
    BundleRefused
        If the bundle before does not verify; nothing is changed then.
    """
    present = folders.champion.resolve().name if folders.champion.is_symlink() else None
    folder = folders.bundles / _before(folders, present)
    scorer = load_bundle(folder, public_key)
    lineage = lineage_of(folder)
    decision = Decision(
        action="rollback",
        outcome="in service",
        author=act.author,
        reason=act.reason,
        decided_at=act.at.isoformat(),
        ledger=folders.name,
        version=scorer.versions.model,
        run_id=lineage.run_id,
        bundle=scorer.versions.bundle,
        folder=folder.name,
        champion_before=present,
        champion_after=folder.name,
        aliases={registry.CHAMPION: scorer.versions.model},
    )
    carry_out(folders, decision, act)
    return decision


def _before(folders: Folders, present: str | None) -> str:
    if present is None:
        raise RollbackRefused(
            f"{folders.champion} is no link to a bundle: nothing is in service. Promote a model."
        )
    for decision in decisions.history(folders.decisions):
        if decision.action == "promote" and decision.folder == present:
            if decision.champion_before is None:
                break
            return decision.champion_before
    raise RollbackRefused(
        f"Nothing was in service before {present}, as far as {folders.decisions} tells."
        " Promote another model."
    )
