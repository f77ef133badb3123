"""A candidate with its version in the registry: what every decision about one begins with."""

from models.bundle import Bundle
from models.manifest import Lineage
from training import registry
from training.folders import Folders
from training.promotion.candidate import Candidate
from training.promotion.decisions import Act, Action, Decision
from training.promotion.standing import Standing


def registered(
    folders: Folders, candidate: Candidate, champion: Standing | None, act: Act, action: Action
) -> Decision:
    """Register a candidate as `challenger`, and leave everything else as it is."""
    uri = candidate.fitted.model_uri
    version = registry.register(folders.tracking, folders.name, candidate.run_id, uri)
    in_service = champion.version if champion else None
    name = champion.name if champion else None
    return Decision(
        action=action,
        outcome="refused",
        author=act.author,
        reason=act.reason,
        decided_at=act.at.isoformat(),
        ledger=folders.name,
        version=version,
        run_id=candidate.run_id,
        champion_before=name,
        champion_after=name,
        aliases={} if version == in_service else {registry.CHALLENGER: version},
    )


def bundle_of(candidate: Candidate, version: str) -> Bundle:
    """Put together what scores, as it was evaluated."""
    fitted, figures = candidate.fitted, candidate.metrics["model"]
    numbers = {name: value for name, value in figures.items() if value is not None}
    return Bundle(
        model_text=fitted.model_text,
        calibration=fitted.calibration,
        thresholds=fitted.thresholds,
        typical=fitted.typical,
        lineage=Lineage(**fitted.origin, model_version=version, metrics=numbers),
        golden=fitted.golden,
        roles=candidate.roles,
    )
