import ast
import json
import os
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import models.bundle
import models.manifest
from ledger.schema import ROLES
from models.bundle import FORM, BundleRefused, load_bundle, read_card, read_learnt, write_bundle
from models.manifest import PURPOSES
from models.roles import LearntRoles, RoleModel
from models.signed_folder import MANIFEST, SIGNATURE
from models.treeshap.shap_values import TreeShap
from tests.property.drawn_models import (
    LINEAGE,
    SMALL,
    bundle_of,
    learnt_roles,
    model_text,
    rows,
    scorer_of,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key()


@pytest.fixture
def folder(tmp_path):
    write_bundle(tmp_path / "champion", bundle_of(), KEY)
    return tmp_path / "champion"


@pytest.fixture
def unparsed(monkeypatch):
    """Fail the test if anything hands text to LightGBM."""

    _refuse_to_parse(monkeypatch)


@pytest.fixture
def unparsed_after(monkeypatch):
    """From when it is called, fail the test if anything hands text to LightGBM."""

    return lambda: _refuse_to_parse(monkeypatch)


def _refuse_to_parse(monkeypatch):
    def parse(*args, **kwargs):
        raise AssertionError("LightGBM was given unchecked text")

    monkeypatch.setattr(models.bundle.lightgbm, "Booster", parse)


def load(folder, public_key=PUBLIC, names=SMALL, catalogue_hash="small"):
    return load_bundle(folder, public_key, feature_names=names, catalogue_hash=catalogue_hash)


def test_a_bundle_loads_to_the_scorer_that_was_written(folder):
    loaded, original = load(folder), scorer_of()
    values = rows(9, 50, 4)
    raw = original.raw(values)
    assert np.array_equal(loaded.raw(values), raw)
    assert np.array_equal(loaded.shap(values, raw), original.shap(values, raw))
    assert (loaded.calibration, loaded.thresholds) == (original.calibration, original.thresholds)
    assert loaded.versions.model == "7"
    assert loaded.versions.catalogue == "small"


def test_the_hash_returned_is_the_identity_that_the_scorer_reports(tmp_path):
    identity = write_bundle(tmp_path / "a", bundle_of(), KEY)
    assert load(tmp_path / "a").versions.bundle == identity
    assert len(identity) == 64


CARD = {"card.html": b"<p>What it is for</p>", "card.json": b"{}"}


def test_a_model_card_travels_signed_and_is_known_by_its_hash(tmp_path):
    folder = tmp_path / "a"
    write_bundle(folder, bundle_of(card=CARD), KEY)
    assert load(folder).versions.card == sha256(CARD["card.html"]).hexdigest()
    assert read_card(folder, PUBLIC) == CARD
    (folder / "card.html").write_bytes(b"<p>For anything</p>")
    for read in (lambda: load(folder), lambda: read_card(folder, PUBLIC)):
        with pytest.raises(BundleRefused, match=r"card\.html changed"):
            read()


def test_a_signed_card_cannot_be_taken_away_and_none_can_be_put_in(tmp_path, folder):
    write_bundle(tmp_path / "a", bundle_of(card=CARD), KEY)
    (tmp_path / "a" / "card.json").unlink()
    (folder / "card.html").write_bytes(CARD["card.html"])
    for changed, name in ((tmp_path / "a", "card.json"), (folder, "card.html")):
        with pytest.raises(BundleRefused, match=f"{name} changed"):
            load(changed)


def test_what_was_learnt_from_travels_signed_and_is_no_part_of_the_card(tmp_path):
    folder = tmp_path / "a"
    write_bundle(folder, bundle_of(card=CARD, learnt=b"{}"), KEY)
    load(folder)
    assert read_learnt(folder, PUBLIC) == b"{}"
    assert read_card(folder, PUBLIC) == CARD
    (folder / "learnt.json").write_bytes(b"[]")
    for read in (lambda: load(folder), lambda: read_learnt(folder, PUBLIC)):
        with pytest.raises(BundleRefused, match=r"learnt\.json changed"):
            read()


def test_a_bundle_that_does_not_tell_what_it_learnt_from_loads_and_says_so(folder):
    load(folder)
    with pytest.raises(BundleRefused, match="no record of what its model learnt from"):
        read_learnt(folder, PUBLIC)


def test_a_bundle_without_a_card_loads_and_says_that_it_has_none(folder):
    assert load(folder).versions.card == ""
    with pytest.raises(BundleRefused, match="no model card"):
        read_card(folder, PUBLIC)


def with_roles():
    return bundle_of(roles=learnt_roles())


def test_a_role_model_travels_signed_and_answers_as_it_was_learnt(tmp_path):
    folder, values = tmp_path / "a", rows(9, 50, 4)
    write_bundle(folder, with_roles(), KEY)
    original = RoleModel.read(learnt_roles(), SMALL)
    loaded = load(folder)
    assert loaded.roles.roles == ROLES
    told = loaded.roles.probabilities(values)
    assert np.array_equal(told, original.probabilities(values))
    assert told.sum(axis=1) == pytest.approx(np.ones(50))
    raw = loaded.raw(values)
    assert np.array_equal(raw, scorer_of().raw(values))
    assert json.loads((folder / MANIFEST).read_text())["mules"] == dict(learnt_roles().mules)


def test_a_bundle_of_too_few_mules_has_no_role_model(tmp_path):
    write_bundle(tmp_path / "a", bundle_of(roles=LearntRoles("", {"relay": 3})), KEY)
    assert load(tmp_path / "a").roles is None
    assert json.loads((tmp_path / "a" / MANIFEST).read_text())["mules"] == {}
    assert not (tmp_path / "a" / "roles.txt").exists()


def test_a_role_model_that_was_damaged_taken_away_or_put_in_is_never_parsed(
    tmp_path, folder, unparsed_after
):
    write_bundle(tmp_path / "a", with_roles(), KEY)
    write_bundle(tmp_path / "b", with_roles(), KEY)
    text = (tmp_path / "a" / "roles.txt").read_text()
    (tmp_path / "a" / "roles.txt").write_text(text.replace("num_leaves=4", "num_leaves=9"))
    (tmp_path / "b" / "roles.txt").unlink()
    (folder / "roles.txt").write_text(text)
    unparsed_after()
    for changed in (tmp_path / "a", tmp_path / "b", folder):
        with pytest.raises(BundleRefused, match=r"roles\.txt changed"):
            load(changed)


@pytest.mark.parametrize(
    ("roles", "words"),
    [
        (learnt_roles(names=("alpha", "beta", "gamma", "epsilon")), "4 features of the catalogue"),
        (
            replace(learnt_roles(), mules={"relay": 9, "cash_out": 9}),
            "with 4 features and 4 classes",
        ),
        (replace(learnt_roles(), mules={}), "learnt from 0 roles"),
        (replace(learnt_roles(), model_text="tree"), "roles.txt cannot be read"),
    ],
    ids=["other features", "fewer roles", "no roles", "no model"],
)
def test_a_role_model_of_other_features_or_roles_is_not_signed(tmp_path, roles, words):
    with pytest.raises(BundleRefused, match=words):
        write_bundle(tmp_path / "a", bundle_of(roles=roles), KEY)
    assert not (tmp_path / "a").exists()


def test_golden_roles_must_come_out_again(tmp_path, monkeypatch):
    write_bundle(tmp_path / "a", with_roles(), KEY)
    right = RoleModel.probabilities
    monkeypatch.setattr(RoleModel, "probabilities", lambda *asked: right(*asked) + 1e-6)
    with pytest.raises(BundleRefused, match="17 of 17 golden rows score differently"):
        load(tmp_path / "a")


def test_golden_rows_hold_one_with_everything_missing(folder):
    golden = json.loads((folder / "golden.json").read_text())
    assert golden["inputs"][-1] == [None] * 4
    assert len(golden["raw"]) == len(golden["inputs"]) == 17


def test_equal_bundles_have_equal_bytes_and_may_be_written_again(folder):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    write_bundle(folder, bundle_of(), KEY)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize(
    ("bundle", "key"),
    [(bundle_of(catalogue_hash="other"), KEY), (bundle_of(), Ed25519PrivateKey.generate())],
    ids=["other content", "other signature"],
)
def test_another_bundle_is_never_overwritten_and_nothing_is_left_behind(folder, bundle, key):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(BundleRefused, match="holds something else"):
        write_bundle(folder, bundle, key)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in folder.parent.iterdir()] == ["champion"]


def test_a_failed_write_leaves_no_folder(tmp_path, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_bundle(tmp_path / "a", bundle_of(), KEY)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", [*FORM.largest, MANIFEST, SIGNATURE])
def test_every_file_is_needed(folder, name, unparsed):
    (folder / name).unlink()
    with pytest.raises(BundleRefused, match=f"lacks {name}"):
        load(folder)


@pytest.mark.parametrize("name", [*FORM.largest, MANIFEST, SIGNATURE])
def test_a_file_cut_short_anywhere_is_refused(folder, name, unparsed):
    whole = (folder / name).read_bytes()
    for length in np.linspace(0, len(whole) - 1, 20).astype(int):
        (folder / name).write_bytes(whole[:length])
        with pytest.raises(BundleRefused):
            load(folder)


@pytest.mark.parametrize("name", [*FORM.largest, MANIFEST, SIGNATURE])
def test_a_flipped_bit_anywhere_is_refused(folder, name, unparsed):
    whole = (folder / name).read_bytes()
    random = np.random.default_rng(5)
    for position in random.integers(0, len(whole), 30):
        damaged = bytearray(whole)
        damaged[position] ^= 1 << random.integers(8)
        (folder / name).write_bytes(damaged)
        with pytest.raises(BundleRefused):
            load(folder)


def test_all_changed_files_are_named_together(folder, unparsed):
    for name in ("model.txt", "golden.json"):
        (folder / name).write_bytes(b"")
    with pytest.raises(BundleRefused, match=r"golden\.json, model\.txt changed"):
        load(folder)


def test_another_release_key_is_refused(folder, unparsed):
    with pytest.raises(BundleRefused, match="release key"):
        load(folder, Ed25519PrivateKey.generate().public_key())


def test_the_signature_of_another_bundle_is_refused(folder, tmp_path, unparsed, monkeypatch):
    monkeypatch.undo()
    write_bundle(tmp_path / "b", bundle_of(catalogue_hash="other"), KEY)
    (folder / SIGNATURE).write_bytes((tmp_path / "b" / SIGNATURE).read_bytes())
    with pytest.raises(BundleRefused, match="release key"):
        load(folder)


def test_an_unlisted_file_is_refused(folder, unparsed):
    (folder / "model.pkl").write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    with pytest.raises(BundleRefused, match=r"holds model\.pkl"):
        load(folder)


def test_a_link_out_of_the_folder_is_refused_even_to_the_same_bytes(folder, tmp_path, unparsed):
    (tmp_path / "elsewhere").write_bytes((folder / "model.txt").read_bytes())
    (folder / "model.txt").unlink()
    (folder / "model.txt").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BundleRefused, match="no link"):
        load(folder)


def test_a_pipe_is_refused_and_not_waited_for(folder, unparsed):
    (folder / "model.txt").unlink()
    os.mkfifo(folder / "model.txt")
    with pytest.raises(BundleRefused, match="no plain file"):
        load(folder)


def test_a_file_too_large_is_refused_before_it_is_read_whole(folder, unparsed):
    os.truncate(folder / "calibration.json", 2**40)
    with pytest.raises(BundleRefused, match="too large"):
        load(folder)


def test_a_folder_that_is_missing_is_refused(tmp_path, unparsed):
    with pytest.raises(BundleRefused, match="lacks"):
        load(tmp_path / "none")


def test_another_catalogue_is_refused(folder, unparsed):
    with pytest.raises(BundleRefused, match="catalogue small with 4 features"):
        load(folder, catalogue_hash="newer")


def test_features_in_another_order_are_refused(folder, unparsed):
    with pytest.raises(BundleRefused, match="catalogue"):
        load(folder, names=SMALL[::-1])


def test_a_model_of_other_features_is_not_written(tmp_path):
    text = model_text(names=("alpha", "beta", "gamma"))
    with pytest.raises(BundleRefused, match="3 features"):
        write_bundle(tmp_path / "a", bundle_of(model_text=text), KEY)
    assert list(tmp_path.iterdir()) == []


def test_a_model_whose_scores_are_no_numbers_is_not_written(tmp_path, monkeypatch):
    monkeypatch.setattr(
        models.bundle.lightgbm.Booster, "predict", lambda self, rows, **how: rows[:, 0] * np.nan
    )
    with pytest.raises(BundleRefused, match="finite"):
        write_bundle(tmp_path / "a", bundle_of(), KEY)
    assert list(tmp_path.iterdir()) == []


def test_a_metric_that_is_no_number_is_not_written(tmp_path):
    lineage = replace(LINEAGE, metrics={"pr_auc": float("nan")})
    with pytest.raises(BundleRefused, match="finite"):
        write_bundle(tmp_path / "a", bundle_of(lineage=lineage), KEY)
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_scores_golden_rows_differently_is_refused(tmp_path, monkeypatch):
    true_files = models.bundle._files_of

    def drifted(bundle):
        files = true_files(bundle)
        golden = json.loads(files["golden.json"])
        golden["raw"][4] += 1e-6
        return {**files, "golden.json": json.dumps(golden).encode()}

    monkeypatch.setattr(models.bundle, "_files_of", drifted)
    write_bundle(tmp_path / "a", bundle_of(), KEY)
    with pytest.raises(BundleRefused, match="1 of 17 golden rows"):
        load(tmp_path / "a")


def test_a_model_that_cannot_be_explained_is_not_written(tmp_path):
    averaged = model_text().replace("feature_names=", "average_output\nfeature_names=")
    with pytest.raises(BundleRefused, match="averages its trees"):
        write_bundle(tmp_path / "a", bundle_of(model_text=averaged), KEY)
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_is_explained_wrongly_is_refused(folder, monkeypatch):
    true_values = TreeShap.values
    monkeypatch.setattr(TreeShap, "values", lambda self, rows: true_values(self, rows) + 1e-6)
    with pytest.raises(BundleRefused, match="17 of 17 rows miss the raw score"):
        load(folder)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("calibration.json", b'{"slope": -1, "intercept": 0}'),
        ("calibration.json", b'{"slope": 1}'),
        ("thresholds.json", b'{"elevated": 3, "high": 2, "critical": 1}'),
        ("typical.json", b'{"groups": []}'),
        ("typical.json", b"[]"),
        ("golden.json", b'{"inputs": [[1]], "raw": [0]}'),
        ("golden.json", b'{"inputs": [], "raw": []}'),
    ],
)
def test_a_signed_file_in_another_format_is_refused(tmp_path, monkeypatch, name, content):
    true_files = models.bundle._files_of
    monkeypatch.setattr(
        models.bundle, "_files_of", lambda bundle: {**true_files(bundle), name: content}
    )
    write_bundle(tmp_path / "a", bundle_of(), KEY)
    with pytest.raises(BundleRefused, match=r"\.json cannot be read"):
        load(tmp_path / "a")


def test_a_bundle_of_an_older_release_is_refused_with_its_format(tmp_path, monkeypatch):
    monkeypatch.setattr(models.manifest, "FORMAT", 1)
    write_bundle(tmp_path / "a", bundle_of(), KEY)
    monkeypatch.undo()
    with pytest.raises(BundleRefused, match=r"format 1 and not 5.*promote the model again"):
        load(tmp_path / "a")


def test_each_purpose_is_loaded_by_who_asks_for_it(tmp_path, folder):
    shadow = tmp_path / "shadow"
    write_bundle(shadow, bundle_of(purpose="shadow"), KEY)
    with pytest.raises(BundleRefused, match=r"signed for shadow.*Compare it with `mulerisk shadow"):
        load(shadow)
    for purposes, loads in ((("shadow",), {shadow}), (PURPOSES, {shadow, folder})):
        for each in (shadow, folder):
            asked = partial(load_bundle, each, PUBLIC, purposes=purposes, feature_names=SMALL,
                            catalogue_hash="small")  # fmt: skip
            if each in loads:
                assert np.array_equal(asked().raw(rows(9, 5, 4)), scorer_of().raw(rows(9, 5, 4)))
            else:
                with pytest.raises(BundleRefused, match="signed for service"):
                    asked()


def test_a_bundle_of_another_purpose_is_refused_before_it_is_parsed(tmp_path, monkeypatch):
    write_bundle(tmp_path / "shadow", bundle_of(purpose="shadow"), KEY)
    monkeypatch.setattr(models.bundle.lightgbm, "Booster", None)
    with pytest.raises(BundleRefused, match="signed for shadow"):
        load(tmp_path / "shadow")


@pytest.mark.parametrize("purpose", ["service", "anything", None])
def test_a_purpose_is_signed_and_one_of_those_that_are_known(tmp_path, purpose):
    folder = tmp_path / "shadow"
    write_bundle(folder, bundle_of(purpose="shadow"), KEY)
    manifest = json.loads((folder / MANIFEST).read_bytes()) | {"purpose": purpose}
    if purpose is None:
        del manifest["purpose"]
    content = models.manifest.json_bytes(manifest)
    (folder / MANIFEST).write_bytes(content)
    with pytest.raises(BundleRefused, match="does not fit"):
        load(folder)
    (folder / SIGNATURE).write_bytes(KEY.sign(content))
    if purpose == "service":
        load(folder)
    else:
        with pytest.raises(BundleRefused, match=r"manifest\.json cannot be read.*purpose"):
            load(folder)


UNPICKLING = {"mlflow", "pickle", "joblib", "cloudpickle", "dill", "skops", "shelve", "marshal"}
HOUSE = Path(__file__).parents[3]


@pytest.mark.parametrize("room", ["serving", "models", "features", "tracing", "ledger"])
def test_no_room_below_the_service_can_unpickle(room):
    for path in (HOUSE / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            assert not UNPICKLING & {name.partition(".")[0] for name in names}, path
