"""Signing a model to be compared with the champion on live assessments, and for nothing else."""

from collections.abc import Callable
from dataclasses import replace

from models.bundle import load_bundle, write_bundle
from training.folders import Folders
from training.promotion.candidate import read_candidate
from training.promotion.carrying_out import carry_out
from training.promotion.decisions import Act, Decision
from training.promotion.promote import Keys
from training.promotion.registered import bundle_of, registered
from training.promotion.standing import read_standing


def challenge(
    folders: Folders, act: Act, keys: Keys, progress: Callable[[str], None] = lambda _: None
) -> Decision:
    """Register the fitted model and sign it for `mulerisk shadow`, without asking the gate.

    Its bundle stands in `challengers/` and says in its signed manifest that it may not serve; the
    link `challenger` is turned to it. Nothing changes for what is in service.

    Raises
    ------
    NotEvaluated
        If its figures are not those of this model.
    BundleRefused
        If the champion does not verify.
    """
    progress("the model, as it was evaluated")
    candidate = read_candidate(folders)
    champion = read_standing(folders, keys.champion)
    progress("the registry")
    decision = registered(folders, candidate, champion, act, "challenge")
    progress("the signed bundle")
    folder = folders.challengers / f"{decision.version}-{act.stamp}"
    made = replace(bundle_of(candidate, decision.version), purpose="shadow")
    digest = write_bundle(folder, made, keys.private)
    load_bundle(folder, keys.private.public_key(), purposes=("shadow",))
    signed = replace(decision, outcome="in shadow", bundle=digest, folder=folder.name)
    carry_out(folders, signed, act)
    return signed
