"""A pack that is signed but says what its numbers and facts do not is refused, whatever it says."""

import json
from dataclasses import asdict, replace
from datetime import timedelta

import pytest

from features.recompute import FROM_TRANSACTIONS
from ledger.assessments import AssessmentRecord
from ledger.outcomes import Outcome
from ledger.view import LakeView
from models.assess import assess
from models.assessment import Terms
from models.bundle import load_bundle
from models.loss import Loss
from models.peers import Peers
from models.sentences import standing
from models.signature import read_private_key, read_public_key
from serving.pack import PackManifest, PackRefused, evidence_of, write_pack
from serving.pack_checks import CHECKS
from serving.records import Asked, digest_of, record_of
from serving.verify import verify
from tests.bank import AS_OF, FOUND, MULE, PERSON, VICTIM, make_bank, make_champion


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A bank and its champion."""
    folder = tmp_path_factory.mktemp("bank")
    lake = make_bank(folder / "ledger")
    make_champion(folder, lake)
    return folder, lake


@pytest.fixture(scope="module")
def public_key(made):
    return read_public_key(made[0] / "keys" / "release.pub")


@pytest.fixture(scope="module")
def private_key(made):
    return read_private_key(made[0] / "keys" / "release.key")


@pytest.fixture(scope="module")
def evidence(made, public_key):
    return evidence_about(MULE, made, public_key)


def evidence_about(account, made, public_key):
    folder, lake = made
    view, scorer = LakeView(lake, AS_OF), load_bundle(folder / "champion", public_key)
    (assessment,) = assess(view, scorer, [account], Terms("THB"))
    record = record_of(assessment, Asked("lake", "bank", "", Terms("THB")))
    return evidence_of(assessment, record, view, {"report.html": b"<p>"})


def refused(pack, public_key, words):
    with pytest.raises(PackRefused, match=words):
        list(verify(pack, public_key))


def told(evidence, **changed):
    """Tell something else, and put that on record."""
    assessment = replace(evidence.assessment, **changed)
    answer = digest_of(assessment.to_bytes())
    return replace(evidence, assessment=assessment, record=replace(evidence.record, answer=answer))


def reason(evidence, at=0, **changed):
    """Tell something else in one reason."""
    reasons = list(evidence.assessment.reasons)
    reasons[at] = replace(reasons[at], **changed)
    return told(evidence, reasons=tuple(reasons))


def detail(evidence, at=0, **changed):
    """Tell something else in the first detail of one reason."""
    first, *others = evidence.assessment.reasons[at].details
    return reason(evidence, at, details=(replace(first, **changed), *others))


def feature(evidence, name, **changed):
    """Tell something else of one feature."""
    features = evidence.assessment.features
    return told(evidence, features={**features, name: replace(features[name], **changed)})


def suggestion(evidence, **changed):
    """Tell another suggestion."""
    return told(evidence, suggestion=replace(evidence.assessment.suggestion, **changed))


def place(evidence, **changed):
    """Place the first value of the first reason elsewhere among its peers."""
    return replace(evidence.assessment.reasons[0].details[0].place, **changed)


def of_the_account_itself(evidence):
    """Find the place of a reason whose first value comes from no transaction."""
    firsts = [reason.details[0].feature for reason in evidence.assessment.reasons]
    return next(at for at, feature in enumerate(firsts) if feature not in FROM_TRANSACTIONS)


def among_wallets(evidence):
    """Compare a value with e-wallets, in words and numbers that fit each other."""
    elsewhere = place(evidence, peers=Peers("e_wallet"))
    return detail(evidence, place=elsewhere, standing=standing(elsewhere, missing=False))


def without_movements(evidence):
    """Leave the movements out of the facts, and put that on record."""
    facts = json.loads(evidence.facts)
    del facts["movements"]
    return with_facts(evidence, facts)


def with_a_movement(evidence):
    """Invent a payment that is complained of, among the movements alone."""
    facts = json.loads(evidence.facts)
    for values in facts["movements"].values():
        values.append(values[-1])
    facts["movements"]["transaction_id"][-1] = "invented"
    return with_facts(evidence, facts)


def with_facts(evidence, facts):
    """Make an assessment rest on other facts, and put that on record."""
    content = json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode()
    changed = told(evidence, inputs=digest_of(content))
    record = replace(changed.record, inputs=digest_of(content))
    return replace(changed, facts=content, record=record)


def a_month_before(evidence):
    """Say that all of it was known a month before."""
    at = AS_OF - timedelta(days=30)
    changed = told(evidence, as_of=at)
    return replace(changed, record=replace(changed.record, as_of=at))


def other_record(evidence, **changed):
    """Put something else on record."""
    return replace(evidence, record=replace(evidence.record, **changed))


class Renamed(AssessmentRecord):
    """A record that states another id than its own."""

    assessment_id = "0" * 32


AGAIN = "otherwise than the numbers make it"
OF_FACTS = "otherwise than the facts make it"
LIES = {
    "another score": ("other score", lambda e: told(e, raw_score=1.0)),
    "another id": ("under another id", lambda e: replace(e, record=Renamed(**asdict(e.record)))),
    "other facts": (
        "facts.json of another",
        lambda e: replace(e, facts=e.facts.replace(b"instant", b"atm")),
    ),
    "another base": (
        "do not add up to the score",
        lambda e: told(e, base=e.assessment.base + 1e-6),
    ),
    "an unknown transaction": (
        "cannot be read",
        lambda e: detail(e, transaction_ids=("nothing",)),
    ),
    "fewer transactions": (
        "which its transactions make",
        lambda e: detail(e, transaction_ids=e.assessment.reasons[0].details[0].transaction_ids[1:]),
    ),
    "transactions behind a fact of the account itself": (
        "with other transactions than the facts name",
        lambda e: detail(
            e,
            of_the_account_itself(e),
            transaction_ids=e.assessment.reasons[0].details[0].transaction_ids[:1],
        ),
    ),
    "another catalogue": (
        "made with feature catalogue 0000",
        lambda e: other_record(e, catalogue="0" * 64),
    ),
    "other features on record": (
        "other feature values",
        lambda e: other_record(e, features="0"),
    ),
    "another band on record": (
        "other band",
        lambda e: other_record(e, band="low"),
    ),
    "another probability": (
        "other answer",
        lambda e: replace(e, assessment=replace(e.assessment, probability=0.999)),
    ),
    "no reasons": (AGAIN, lambda e: told(e, reasons=())),
    "a reason left out": (AGAIN, lambda e: told(e, reasons=e.assessment.reasons[:-1])),
    "a reason twice": (
        AGAIN,
        lambda e: told(e, reasons=(*e.assessment.reasons, e.assessment.reasons[-1])),
    ),
    "a stronger reason": (
        AGAIN,
        lambda e: reason(e, contribution=9.0, others=e.assessment.reasons[0].others + 5),
    ),
    "another title": (AGAIN, lambda e: reason(e, title="lie")),
    "another contribution": (AGAIN, lambda e: detail(e, contribution=9.0)),
    "another value": (AGAIN, lambda e: detail(e, value=9.0)),
    "another value of the account itself": (
        AGAIN,
        lambda e: detail(e, of_the_account_itself(e), value=99999.0),
    ),
    "another typical value": (AGAIN, lambda e: detail(e, typical=0.5)),
    "another sentence": (AGAIN, lambda e: detail(e, sentence="lie")),
    "another standing": (AGAIN, lambda e: detail(e, standing="lie")),
    "another place": (AGAIN, lambda e: detail(e, place=place(e, below=1.0))),
    "peers that are none": (
        "compared with accounts that are no peers",
        among_wallets,
    ),
    "another typical value of a feature": (
        AGAIN,
        lambda e: feature(e, e.assessment.reasons[0].details[0].feature, typical=0.5),
    ),
    "a victim": (f"is_probable_victim {OF_FACTS}", lambda e: told(e, is_probable_victim=True)),
    "a loss": (f"loss {OF_FACTS}", lambda e: told(e, loss=Loss(5, "THB", AS_OF, ("t",)))),
    "a known mule": (f"known_mule {OF_FACTS}", lambda e: told(e, known_mule=True)),
    "an outcome": (
        f"outcomes {OF_FACTS}",
        lambda e: told(e, outcomes=(Outcome("complicit_mule", AS_OF, AS_OF, "police"),)),
    ),
    "a longer hold": (f"suggestion {OF_FACTS}", lambda e: suggestion(e, expires_at=AS_OF)),
    "one person is enough": (
        f"suggestion {OF_FACTS}",
        lambda e: suggestion(e, second_person_required=False),
    ),
    "another why": (f"suggestion {OF_FACTS}", lambda e: suggestion(e, why="lie")),
    "roles that do not add up": (
        "do not add up to 1",
        lambda e: told(e, role_if_mule={**e.assessment.role_if_mule, "relay": 0.9}),
    ),
    "a role that is none": ("do not add up to 1", lambda e: told(e, role_if_mule={"boss": 1.0})),
    "facts of later": ("transactions, complaints, snapshots that were not known", a_month_before),
}
"""What is told that is not so -> words of the refusal, and what makes it."""


@pytest.mark.parametrize("lie", LIES)
def test_what_was_signed_and_is_not_true_is_refused(
    evidence, private_key, public_key, tmp_path, lie
):
    words, change = LIES[lie]
    write_pack(tmp_path / "pack", change(evidence), private_key)
    refused(tmp_path / "pack", public_key, words)


NOT_ITS_OWN = "other movements than its transactions"
LIES_ABOUT_A_VICTIM = {
    "no loss": (f"loss {OF_FACTS}", lambda e: told(e, loss=None)),
    "no victim": (f"is_probable_victim {OF_FACTS}", lambda e: told(e, is_probable_victim=False)),
    "another loss": (
        f"loss {OF_FACTS}",
        lambda e: told(e, loss=replace(e.assessment.loss, amount_minor=1)),
    ),
    "no movements": (NOT_ITS_OWN, without_movements),
    "an invented movement": (NOT_ITS_OWN, with_a_movement),
}


@pytest.mark.parametrize("lie", LIES_ABOUT_A_VICTIM)
def test_what_is_not_true_of_a_victim_is_refused(made, private_key, public_key, tmp_path, lie):
    words, change = LIES_ABOUT_A_VICTIM[lie]
    write_pack(tmp_path / "pack", change(evidence_about(VICTIM, made, public_key)), private_key)
    refused(tmp_path / "pack", public_key, words)


def test_the_loss_of_a_victim_follows_from_the_facts(made, private_key, public_key, tmp_path):
    true = evidence_about(VICTIM, made, public_key)
    assert true.assessment.is_probable_victim
    assert true.assessment.loss.amount_minor == 900_000
    write_pack(tmp_path / "pack", true, private_key)
    assert sum(each.is_checked for each in verify(tmp_path / "pack", public_key)) > len(CHECKS)


@pytest.mark.parametrize("account", [PERSON, FOUND])
def test_a_role_is_told_neither_in_the_lowest_band_nor_of_a_known_mule(
    made, private_key, public_key, tmp_path, account
):
    silent = evidence_about(account, made, public_key)
    assert silent.assessment.band == "low" or silent.assessment.known_mule
    write_pack(tmp_path / "silent", silent, private_key)
    assert "no role is told" in [each.words for each in verify(tmp_path / "silent", public_key)]
    write_pack(tmp_path / "told", told(silent, role_if_mule={"relay": 1.0}), private_key)
    refused(tmp_path / "told", public_key, "a role where none is told")


@pytest.mark.parametrize("name", ["assessment_id", "bundle", "code", "libraries"])
def test_a_manifest_says_nothing_else_than_the_record(
    evidence, private_key, public_key, tmp_path, monkeypatch, name
):
    true = PackManifest.of
    monkeypatch.setattr(PackManifest, "of", lambda *of: replace(true(*of), **{name: "0" * 32}))
    write_pack(tmp_path / "pack", evidence, private_key)
    monkeypatch.setattr(PackManifest, "of", true)
    refused(tmp_path / "pack", public_key, "a manifest of another assessment")
