"""Putting a model into service: a person's act, behind a gate, signed and written down."""

from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from models.bundle import load_bundle, write_bundle
from training import registry
from training.card.facts import card_facts
from training.card.page import card
from training.evaluation.bootstrap import finite
from training.folders import Folders
from training.monitoring.learnt import learnt_from
from training.promotion import decisions
from training.promotion.candidate import Candidate, read_candidate
from training.promotion.carrying_out import carry_out
from training.promotion.compared import with_baseline, with_champion
from training.promotion.decisions import Act, Decision
from training.promotion.evidence import Evidence
from training.promotion.gate import check, judge
from training.promotion.golden import golden_sides
from training.promotion.latency import latency
from training.promotion.registered import bundle_of, registered
from training.promotion.standing import Standing, keep, read_standing


@dataclass(frozen=True, eq=False)
class Keys:
    """What signs the candidate, and what the champion must be signed for."""

    private: Ed25519PrivateKey
    champion: Ed25519PublicKey


def promote(
    folders: Folders,
    act: Act,
    keys: Keys,
    overrides: Collection[str] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> Decision:
    """Register the fitted model, ask the gate, sign its bundle and make it the champion.

    A refusal is a decision too: it is written, and the model stays registered as `challenger`. The
    bundle stands in `bundles/`; the link `champion` is turned to it last and in one step, so a
    service finds the champion before or the new one, and the one before stays for a way back.

    Raises
    ------
    NotEvaluated
        If its figures are not those of this model.
    BundleRefused
        If the champion does not verify.
    PromotionRefused
        If the gate is not passed, or an override is no answer to a refusal.
    """
    progress("the model, as it was evaluated")
    candidate = read_candidate(folders)
    champion = read_standing(folders, keys.champion)
    progress(f"the gate, beside {champion.words if champion else 'the best baseline'}")
    evidence = gather(candidate, champion)
    verdict = judge(evidence, candidate.tested.parameters.promote, overrides)
    progress("the registry")
    figures = finite({"gate": asdict(evidence), "evaluation": candidate.metrics})
    decision = replace(
        registered(folders, candidate, champion, act, "promote"),
        findings=verdict.findings,
        figures=figures,
    )
    if verdict.refused:
        carry_out(folders, decision, act)
    check(verdict)
    progress("the signed bundle")
    return _put_in_service(folders, candidate, decision, act, keys)


def _put_in_service(
    folders: Folders, candidate: Candidate, decision: Decision, act: Act, keys: Keys
) -> Decision:
    folder = folders.bundles / f"{decision.version}-{act.stamp}"
    facts = card_facts(candidate, decision, decisions.history(folders.decisions))
    made = replace(
        bundle_of(candidate, decision.version),
        card=card(facts, folders.stage("evaluate")),
        learnt=learnt_from(candidate.tested.rows, candidate.latest, candidate.scorer).to_bytes(),
    )
    digest = write_bundle(folder, made, keys.private)
    # What a service will do, done before it is asked to.
    load_bundle(folder, keys.private.public_key())
    keep(candidate.folder, folders.kept / folder.name)
    promoted = replace(
        decision,
        outcome="in service",
        bundle=digest,
        folder=folder.name,
        champion_after=folder.name,
        aliases={registry.CHAMPION: decision.version, registry.CHALLENGER: None},
    )
    carry_out(folders, promoted, act, [folder / name for name in made.card])
    return promoted


def gather(candidate: Candidate, champion: Standing | None) -> Evidence:
    """Measure all that the gate judges by."""
    calibration = candidate.metrics["calibration"]
    held_out = calibration["service"]
    return Evidence(
        comparison=with_champion(candidate, champion) if champion else with_baseline(candidate),
        groups=candidate.metrics["groups"],
        calibration=held_out if "ece" in held_out else calibration,
        latency=latency(candidate.scorer, candidate.fitted.golden, champion),
        golden=golden_sides(candidate, champion) if champion else (),
    )
