"""A model goes into service through the gate and comes out again, in the real registry."""

import json
import re
import shutil
from dataclasses import replace
from hashlib import sha256

import mlflow
import pyarrow.parquet as pq
import pytest

from cli import model
from ledger.view import instant
from models.bundle import CARD, CARD_FACTS, BundleRefused, load_bundle
from models.signature import read_public_key
from tests.tiny_pipeline import promote, run_command
from training.data_sheet import FACTS, PAGE
from training.promotion import decisions
from training.promotion.candidate import NotEvaluated, read_candidate
from training.promotion.compared import is_same_protocol, with_baseline, with_champion
from training.promotion.decisions import Unanswered
from training.promotion.evidence import Comparison, NotComparable
from training.promotion.gate import PromotionRefused
from training.promotion.golden import golden_sides
from training.promotion.rollback import RollbackRefused
from training.promotion.rules import RULES
from training.promotion.standing import read_standing


@pytest.fixture(scope="module")
def keys(pipeline, champion):
    return pipeline.root / "keys" / "release.key", champion.public_key


@pytest.fixture(scope="module")
def again(pipeline, keys):
    """Promote the model of the champion again, which is no better than itself."""
    return lambda reason, *words: promote(pipeline, keys[0], *words, reason=reason)


@pytest.fixture(scope="module")
def rollback(pipeline, keys):
    said = ("--ledger", "demo", "--author", "B. Analyst", "--root", pipeline.root)
    signed = ("--public-key", keys[1])
    return lambda reason: run_command(model.command, "rollback", *said, *signed, "--reason", reason)


@pytest.fixture(scope="module")
def said(keys):
    return ("promote", "--ledger", "demo", "--author", "B. Analyst", "--reason", "just because",
            "--key", keys[0])  # fmt: skip


@pytest.fixture(scope="module")
def candidate(pipeline):
    return read_candidate(pipeline)


@pytest.fixture
def standing(pipeline, champion):
    return read_standing(pipeline, read_public_key(champion.public_key))


@pytest.fixture(scope="module")
def registry(pipeline):
    mlflow.set_tracking_uri(f"sqlite:///{pipeline.tracking / 'mlflow.db'}")
    return mlflow.MlflowClient()


def last(pipeline):
    return decisions.history(pipeline.decisions)[-1]


def first(pipeline):
    made = decisions.history(pipeline.decisions)
    return next(each for each in made if each.outcome == "in service")


def test_the_first_champion_was_held_against_the_best_baseline(pipeline, champion):
    found = first(pipeline)
    assert (found.action, found.author, found.champion_before) == ("promote", "A. Analyst", None)
    assert found.figures["gate"]["comparison"]["rival"].startswith("the baseline ")
    assert found.figures["evaluation"]["run_id"] == found.run_id
    assert [each.rule for each in found.findings] == list(RULES)


def test_the_best_baseline_is_the_one_that_finds_most(candidate):
    figures = candidate.metrics["at_capacity"]["figures"]
    compared = with_baseline(candidate)
    name = compared.rival.removeprefix("the baseline ")
    assert figures[name]["precision"] == max(figures[n]["precision"] for n in candidate.baselines)
    difference = figures["mulerisk"]["precision"] - figures[name]["precision"]
    assert compared.above["precision"]["value"] == pytest.approx(difference)


def test_a_model_no_better_than_the_champion_is_refused_and_the_champion_stays(
    pipeline, champion, said, registry
):
    before = champion.bundle.resolve()
    with pytest.raises(PromotionRefused, match=r"(?s)- precision: .*- value: .*--override"):
        run_command(model.command, *said, "--root", pipeline.root)
    assert champion.bundle.resolve() == before
    refused = last(pipeline)
    assert (refused.outcome, refused.author, refused.reason) == (
        "refused", "B. Analyst", "just because",
    )  # fmt: skip
    assert refused.champion_after == before.name
    assert {"precision", "value"} <= set(refused.refused)
    assert list(pipeline.bundles.iterdir()) == [before]
    tags = registry.get_model_version("demo", refused.version).tags
    assert tags["decision.outcome"] == "refused"
    assert tags["gate.precision"].startswith("refused: precision at the daily capacity")
    assert list(registry.get_registered_model("demo").aliases) == ["champion"]


def test_an_override_is_written_down_and_the_way_back_is_one_command(
    pipeline, champion, again, rollback, registry
):
    before = champion.bundle.resolve()
    again("signed anew")
    now, promoted = champion.bundle.resolve(), last(pipeline)
    assert (promoted.champion_before, promoted.champion_after) == (before.name, now.name)
    assert {"precision", "value"} <= set(promoted.overridden)
    tags = registry.get_model_version("demo", promoted.version).tags
    assert (tags["decision.overridden"], tags["decision.bundle"]) == (
        " ".join(promoted.overridden), promoted.bundle,
    )  # fmt: skip
    assert load_bundle(champion.bundle, read_public_key(champion.public_key)).versions.bundle == (
        promoted.bundle
    )
    card = (champion.bundle / CARD).read_text()
    assert "In service against the gate" in card
    assert "just because" in card, "earlier decisions"
    rollback("a bad day")
    assert champion.bundle.resolve() == before
    assert now.is_dir()
    back = last(pipeline)
    assert (back.action, back.reason, back.champion_before) == ("rollback", "a bad day", now.name)
    assert registry.get_model_version_by_alias("demo", "champion").version == int(back.version)
    tags = registry.get_model_version("demo", back.version).tags
    assert (tags["decision.action"], tags["decision.reason"]) == ("rollback", "a bad day")


def test_nothing_lies_before_the_first_champion(champion, rollback):
    before = champion.bundle.resolve()
    with pytest.raises(RollbackRefused, match="Nothing was in service before"):
        rollback("further back")
    assert champion.bundle.resolve() == before


def test_a_bundle_that_does_not_verify_is_never_rolled_back_to(champion, again, rollback):
    before = champion.bundle.resolve()
    again("once more")
    now, text = champion.bundle.resolve(), (before / "model.txt").read_bytes()
    (before / "model.txt").write_bytes(text[:-1])
    try:
        with pytest.raises(BundleRefused, match=r"model\.txt changed"):
            rollback("a bad day")
        assert champion.bundle.resolve() == now
    finally:
        (before / "model.txt").write_bytes(text)
    rollback("a bad day")
    assert champion.bundle.resolve() == before


def test_a_champion_that_does_not_verify_is_no_rival_and_can_go(champion, again, rollback):
    before = champion.bundle.resolve()
    again("to be damaged")
    (champion.bundle / "golden.json").write_bytes(b"{}")
    with pytest.raises(BundleRefused, match=r"golden\.json changed"):
        again("beside a damaged one")
    rollback("damaged")
    assert champion.bundle.resolve() == before


def test_a_run_promoted_again_keeps_its_version(pipeline, champion, registry):
    versions = registry.search_model_versions("name = 'demo'")
    run_id = first(pipeline).run_id
    assert [(str(found.version), found.run_id) for found in versions] == [("1", run_id)]


def test_golden_accounts_can_never_be_overridden(pipeline, champion, said):
    with pytest.raises(PromotionRefused, match="golden cannot be overridden"):
        run_command(model.command, *said, "--root", pipeline.root, "--override", "golden")


def test_nothing_is_promoted_without_an_author_or_an_evaluation(pipeline, said, tmp_path):
    with pytest.raises(Unanswered, match="author"):
        run_command(model.command, *said, "--root", tmp_path, "--author", " ")
    with pytest.raises(NotEvaluated, match="dvc repro evaluate"):
        run_command(model.command, *said, "--root", tmp_path)
    (tmp_path / "ledgers").symlink_to(pipeline.root / "ledgers")
    shutil.copytree(pipeline.artifacts, tmp_path / "artifacts" / "demo", symlinks=True)
    params = (pipeline.root / "params.yaml").read_text()
    (tmp_path / "params.yaml").write_text(params.replace("rounds: 40", "rounds: 41"))
    file = tmp_path / "artifacts" / "demo" / "fit" / "fitted.json"
    content = json.loads(file.read_text())
    content["origin"] |= {"run_id": "another", "data_hash": "other"}
    file.write_text(json.dumps(content | {"catalogue_hash": "older"}))
    with pytest.raises(NotEvaluated) as refused:
        run_command(model.command, *said, "--root", tmp_path)
    for words in ("evaluation is of run", "search changed", "another catalogue", "in fit"):
        assert words in str(refused.value)


def test_the_champion_is_compared_on_rows_that_neither_has_learnt_from(candidate, standing):
    compared = with_champion(candidate, standing)
    assert isinstance(compared, Comparison)
    assert "folds" in compared.basis
    assert [fold["precision"]["value"] for fold in compared.folds] == [0.0] * len(compared.folds)
    for each in compared.innocents.values():
        assert (each["value"], each["low"], each["high"]) == (0.0, 0.0, 0.0)


def with_lineage(standing, catalogue=None, **changes):
    manifest = standing.manifest
    lineage = replace(manifest.lineage, **changes)
    catalogue = catalogue or manifest.catalogue_hash
    return replace(standing, manifest=replace(manifest, lineage=lineage, catalogue_hash=catalogue))


def test_a_champion_of_another_catalogue_is_compared_where_the_protocol_was_the_same(
    candidate, standing
):
    other = with_lineage(standing, catalogue="older")
    assert isinstance(with_champion(candidate, other), Comparison)
    kept = golden_sides(candidate, other)
    assert kept == golden_sides(candidate, standing)[:-1]
    assert all(each.champion == pytest.approx(each.candidate, abs=1e-9) for each in kept)


@pytest.mark.parametrize("section", ["labels", "splits"])
def test_another_protocol_is_not_the_same(candidate, standing, section):
    assert is_same_protocol(candidate, standing)
    parameters = {**standing.manifest.lineage.parameters, section: {}}
    assert not is_same_protocol(candidate, with_lineage(standing, parameters=parameters))


def test_other_test_rows_are_not_the_same_protocol(candidate, standing, tmp_path):
    kept = tmp_path / "kept"
    shutil.copytree(standing.kept, kept)
    scores = kept / "scores.parquet"
    pq.write_table(pq.read_table(scores).slice(1), scores)
    assert not is_same_protocol(candidate, replace(standing, kept=kept))


def test_a_champion_of_a_shorter_ledger_is_compared_on_what_came_after_it(candidate, standing):
    second = candidate.tested.folds[1].test[0]
    told = instant(second).isoformat()
    compared = with_champion(
        candidate, with_lineage(standing, ledger_digest="shorter", learnt_until=told)
    )
    assert isinstance(compared, Comparison)
    assert len(compared.folds) == len(candidate.tested.folds) - 1
    assert f"after {told}" in compared.basis


def test_a_champion_that_was_told_every_outcome_has_no_row_to_be_tested_on(candidate, standing):
    compared = with_champion(candidate, with_lineage(standing, ledger_digest="other"))
    assert isinstance(compared, NotComparable)
    assert compared.why.startswith("0 positive test rows")


def test_another_catalogue_on_another_ledger_cannot_be_compared(candidate, standing):
    other = with_lineage(standing, catalogue="older", ledger_digest="other")
    for compared in (with_champion(candidate, other), golden_sides(candidate, other)):
        assert isinstance(compared, NotComparable)
        assert "Run the pipeline on" in compared.do or "Promote a model of ledger" in compared.do


def test_the_card_says_what_was_measured(pipeline, champion, candidate, tmp_path, capsys):
    words = ("--bundle", champion.bundle, "--public-key", champion.public_key)
    run_command(model.command, "card", *words)
    facts = json.loads(capsys.readouterr().out)
    metrics = candidate.metrics
    assert facts["figures"]["mulerisk"]["pr_auc"] == metrics["model"]["pr_auc"]
    assert facts["differences"] == metrics["differences"]
    assert facts["data"]["digest"] == candidate.fitted.origin["ledger_digest"]
    assert facts["features"]["hash"] == candidate.fitted.catalogue_hash
    assert [each["rule"] for each in facts["gate"]][:2] == ["precision", "value"]
    out = tmp_path / "card.html"
    run_command(model.command, "card", *words, "--out", out)
    page = out.read_text()
    assert page == (champion.bundle / CARD).read_text()
    assert not re.search(r"""(?:href|src)=["'](?!data:|#)|url\(|<script""", page)
    mules = metrics["roles"]["learnt_from"]["service"]["collector"]
    learnt = f"Learnt from known mules: collector {mules}"
    for told in (f"{metrics['model']['pr_auc']:.4f}", "Harm to innocents", learnt, "A. Analyst"):
        assert told in page


def test_a_changed_card_is_refused(champion, tmp_path):
    changed = tmp_path / "champion"
    shutil.copytree(champion.bundle, changed)
    (changed / CARD).write_text("<p>The best model ever</p>")
    words = ("--bundle", changed, "--public-key", champion.public_key)
    with pytest.raises(BundleRefused, match=r"card\.html changed"):
        run_command(model.command, "card", *words)


def test_card_sheet_and_decision_are_logged_with_the_run(pipeline, champion, registry):
    stored = {item.path for item in registry.list_artifacts(first(pipeline).run_id)}
    assert {CARD, CARD_FACTS, FACTS, PAGE} <= stored
    assert any(path.endswith("-promote.json") for path in stored)


def test_a_report_names_the_card_of_its_bundle(champion):
    scorer = load_bundle(champion.bundle, read_public_key(champion.public_key))
    assert scorer.versions.card == sha256((champion.bundle / CARD).read_bytes()).hexdigest()
