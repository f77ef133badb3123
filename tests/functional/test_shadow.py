"""A challenger beside the champion on what a real service answers, and in nobody's way."""

import csv
import hashlib
import json
import re
import shutil
import signal
import subprocess
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import lightgbm
import mlflow
import numpy as np
import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from cli import model
from cli.main import mulerisk
from ledger.lake import open_lake
from ledger.schema import LABELS
from ledger.store import open_store
from models.assess import assess
from models.assessment import Assessment, Terms
from models.bands import BANDS
from models.bundle import BundleRefused, load_bundle, write_bundle
from models.manifest import PURPOSES
from models.signature import make_keys, read_private_key, read_public_key
from models.signed_folder import MANIFEST, SIGNATURE
from tests.bank import table
from tests.running_service import MULERISK, serving
from tests.service import KEY
from tests.tiny_pipeline import run_command
from training.bands import thresholds
from training.promotion import decisions
from training.promotion.candidate import read_candidate
from training.promotion.registered import bundle_of

BEFORE = datetime(2020, 1, 1, tzinfo=UTC)
WHY = "do not come out again as they were served"


@pytest.fixture(scope="module")
def key(pipeline, champion):
    return pipeline.root / "keys" / "release.key"


@pytest.fixture(scope="module")
def candidate(pipeline, champion):
    return read_candidate(pipeline)


@pytest.fixture(scope="module")
def other(candidate, key, tmp_path_factory):
    """Another model than the champion, signed for the shadow."""
    rows, folder = candidate.tested.rows, tmp_path_factory.mktemp("other") / "challenger"
    booster = lightgbm.train(
        {"objective": "binary", "num_leaves": 4, "verbosity": -1, "num_threads": 1, "seed": 9,
         "feature_fraction": 0.2, "min_data_in_leaf": 5, "deterministic": True},
        lightgbm.Dataset(rows.values, rows.label, feature_name=list(candidate.scorer.names)),
        num_boost_round=15,
    )  # fmt: skip
    raw = booster.predict(candidate.latest.values, raw_score=True, num_threads=1)
    made = replace(
        bundle_of(candidate, "7"),
        purpose="shadow",
        model_text=booster.model_to_string(),
        thresholds=thresholds(raw, candidate.tested.parameters.bands),
    )
    write_bundle(folder, made, read_private_key(key))
    return folder


@pytest.fixture(scope="module")
def same(pipeline, key):
    """The champion's own model, put into the shadow by a decision."""
    run_command(model.command, "challenge", "--ledger", "demo", "--author", "A. Scientist",
                "--reason", "to see", "--key", key, "--root", pipeline.root)  # fmt: skip
    return pipeline.challenger


@pytest.fixture(scope="module")
def accounts(candidate):
    """Those that the champion puts first, and some of all others."""
    order = np.argsort(-candidate.scorer.raw(candidate.latest.values))
    chosen = [*order[:25], *order[25::40]]
    known = open_lake(candidate.tested.inputs.lake.folder).read("labels", ["account_id"])
    return [*candidate.latest.account_id[chosen], *known["account_id"].to_pylist()[:5]]


def ask(service, accounts, as_of, **options):
    """Ask the service, and return the bytes of its answer."""
    body = {"accounts": accounts, "as_of": as_of.isoformat(), **options}
    answer = service.post("/v1/score", body)
    assert answer.status_code == 200, answer.text
    return answer.content


class Shadow:
    """`mulerisk shadow --follow` as a process."""

    def __init__(self, words, where, folder):
        self.err, self.out = folder / "shadow.err", folder / "shadow.out"
        with self.err.open("w") as err, self.out.open("w") as out:
            self.process = subprocess.Popen(
                [MULERISK, "shadow", "--follow", *map(str, words)],
                stdout=out,
                stderr=err,
                cwd=where,
            )

    def awaited(self, words):
        for _ in range(600):
            assert self.process.poll() is None, self.err.read_text()
            if words in self.err.read_text():
                return
            time.sleep(0.1)
        pytest.fail(self.err.read_text())

    def ended(self):
        """Tell it to end; return what it found."""
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(60) == 0, self.err.read_text()
        assert "Traceback" not in self.err.read_text()
        return json.loads(self.out.read_text().splitlines()[-1])


@pytest.fixture(scope="module")
def served(pipeline, champion, other, accounts, filled_store, ends, tmp_path_factory):
    """A service that answered while a challenger followed, and everything that was seen of it."""
    folder = tmp_path_factory.mktemp("served")
    url = f"sqlite:///{shutil.copy(filled_store, folder)}"
    link = folder / "champion"
    link.symlink_to(champion.bundle.resolve())
    settings = {
        "MULERISK_STORE": url, "MULERISK_BUNDLE": str(link),
        "MULERISK_PUBLIC_KEY": str(champion.public_key),
        "MULERISK_API_KEYS": hashlib.sha256(KEY.encode()).hexdigest(),
    }  # fmt: skip
    asked = [(accounts, ends, {}), (accounts[:10], ends, {"reasons": False}),
             (accounts[5:30], ends - timedelta(days=2), {})]  # fmt: skip
    late = [([name], ends - timedelta(hours=hour), {}) for hour, name in enumerate(accounts[:8], 1)]
    words = ("--store", url, "--bundle", champion.bundle, "--challenger", other, "--public-key",
             champion.public_key, "--since", BEFORE.isoformat(), "--out", folder / "shadow.html",
             "--list", folder / "changed.csv")  # fmt: skip
    with serving(folder, settings) as service:
        alone = [ask(service, names, at, **options) for names, at, options in asked]
        shadow = Shadow(words, pipeline.root, folder)
        shadow.awaited("assessments read")
        beside = [ask(service, names, at, **options) for names, at, options in (*asked, *late)]
        shadow.awaited(f"{sum(len(names) for names, *_ in (*asked, *late))} assessments read")
        found = shadow.ended()
        after = [ask(service, names, at, **options) for names, at, options in (*asked, *late)]
        link.unlink()
        link.symlink_to(other)
        time.sleep(2.5)
        turned = ask(service, accounts[:3], ends), service.log.read_text()
    return {"url": url, "folder": folder, "found": found, "alone": alone, "beside": beside,
            "after": after, "turned": turned}  # fmt: skip


@pytest.fixture
def run(pipeline, champion, monkeypatch, tmp_path):
    """Run `mulerisk shadow` where the pipeline stands."""
    monkeypatch.chdir(pipeline.root)
    for name in ("MULERISK_STORE", "MULERISK_BUNDLE"):
        monkeypatch.delenv(name, raising=False)

    def run(*words, **options):
        given = {
            "--public-key": champion.public_key,
            "--out": tmp_path / "shadow.html",
            "--list": tmp_path / "changed.csv",
            "--since": BEFORE.isoformat(),
        } | options
        flat = [part for option in given.items() if option[1] is not None for part in option]
        return CliRunner().invoke(mulerisk, ["shadow", *map(str, (*words, *flat))])  # fmt: skip

    return run


def told(result):
    """Read the JSON object that stands last on standard output."""
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout.splitlines()[-1])


def test_answers_are_the_same_bytes_with_and_without_a_challenger_in_shadow(served):
    assert served["beside"][: len(served["alone"])] == served["alone"]
    assert served["after"] == served["beside"]


def test_a_service_whose_link_leads_to_the_challenger_keeps_its_champion(served, champion):
    answer, log = served["turned"]
    serving = load_bundle(champion.bundle, read_public_key(champion.public_key)).versions.bundle
    assert json.loads(answer)["versions"]["bundle"] == serving
    assert f"bundle {serving} goes on serving: Bundle refused: signed for shadow" in log


@pytest.fixture(scope="module")
def pairs(served, champion, other):
    """Every assessment on record, asked about alone, as a service would, by both models."""
    return list(slowly(served, champion, other))


def slowly(served, champion, other):
    public, store = read_public_key(champion.public_key), open_store(served["url"])
    scorers = [load_bundle(folder, public, purposes=PURPOSES)
               for folder in (champion.bundle, other)]  # fmt: skip
    records = store.assessments.made(
        scorers[0].versions.bundle, BEFORE, datetime.now(UTC) + timedelta(days=1)
    )
    for record in records:
        view = store.view(record.as_of, record.recorded_seq)
        pair = [assess(view, scorer, [record.account_id], Terms("THB"))[0] for scorer in scorers]
        assert all(isinstance(each, Assessment) for each in pair)
        assert pair[0].raw_score == record.raw_score
        if not pair[0].known_mule:
            yield record.account_id, *pair
    store.close()


def test_it_finds_what_a_slow_recomputation_finds(served, pairs):
    found = served["found"]
    bands = Counter((one.band, two.band) for _, one, two in pairs)
    assert found["assessments"] == len(pairs)
    assert {(a, b): found["bands"][a][b] for a in BANDS for b in BANDS if found["bands"][a][b]} == (
        bands
    )
    assert sum(count for (a, b), count in bands.items() if a != b) > 3
    for name in ("raw_score", "probability"):
        apart = np.array([getattr(two, name) - getattr(one, name) for _, one, two in pairs])
        told = found[name.removesuffix("_score")]
        assert told["mean"] == pytest.approx(apart.mean(), abs=1e-12)
        assert told["mean_size"] == pytest.approx(np.abs(apart).mean(), abs=1e-12)
        assert told["largest"] == pytest.approx(np.abs(apart).max(), abs=1e-12)
    high = [{account for account, *both in pairs if both[n].band in ("high", "critical")}
            for n in (0, 1)]  # fmt: skip
    assert found["by_thresholds"] == {
        "champion": len(high[0]), "challenger": len(high[1]), "newly": len(high[1] - high[0]),
        "no_longer": len(high[0] - high[1]),
    }  # fmt: skip
    assert high[0] != high[1]


def test_the_list_names_the_accounts_whose_band_differs_with_what_moved_them(served, pairs):
    last = {}
    for account, one, two in sorted(pairs, key=lambda pair: pair[1].as_of):
        if one.band != two.band:
            last[account] = one, two
    with (served["folder"] / "changed.csv").open() as file:
        rows = {row["account_id"]: row for row in csv.DictReader(file)}
    assert rows.keys() == last.keys()
    for account, (one, two) in last.items():
        row = rows[account]
        assert (row["champion_band"], row["challenger_band"]) == (one.band, two.band)
        assert datetime.fromisoformat(row["as_of"]) == one.as_of
        assert float(row["challenger_probability"]) == pytest.approx(two.probability, abs=1e-6)


def test_every_assessment_is_compared_or_told_why_not(served, pairs, run, other):
    store, found = open_store(served["url"]), served["found"]
    bundle = found["champion"]["bundle"]
    made = store.assessments.count(BEFORE, datetime.now(UTC))[bundle]
    assert found["assessments"] + sum(found["left_out"].values()) == made
    assert found["left_out"]["known mules"] > 0
    records = store.assessments.made(bundle, BEFORE, datetime.now(UTC))
    compared = {account for account, *_ in pairs}
    # A known mule is left out as such, whatever its score.
    one = next(record for record in records if record.account_id in compared)
    odd = (
        replace(one, source="supplied"),
        replace(one, bundle="b" * 64),
        replace(one, raw_score=one.raw_score + 1e-9),
    )
    store.close()
    url = f"sqlite:///{shutil.copy(served['folder'] / 'store.db', served['folder'] / 'odd.db')}"
    with_odd = open_store(url)
    with_odd.assessments.keep(odd, datetime.now(UTC))
    with_odd.close()
    again = told(run("--store", url, "--challenger", other))
    assert again["left_out"] == found["left_out"] | {
        "facts came with the request and were not kept": 1, "made with another bundle": 1, WHY: 1,
    }  # fmt: skip
    same = ("assessments", "bands", "raw", "by_thresholds", "as_many", "higher", "lower", "mules")
    assert {name: again[name] for name in same} == {name: found[name] for name in same}


def test_outcomes_that_became_known_since_are_counted(served, pairs, run, other):
    high = [{account for account, *both in pairs if both[n].band in ("high", "critical")}
            for n in (0, 1)]  # fmt: skip
    names = sorted({account for account, *_ in pairs})
    found_out = {*sorted(high[0] ^ high[1])[:2], *names[:4]}
    at = datetime.now(UTC)
    rows = [{"account_id": name, "outcome": "unwitting_mule", "happened_at": at, "known_at": at,
             "source": "police"} for name in found_out]  # fmt: skip
    url = f"sqlite:///{shutil.copy(served['folder'] / 'store.db', served['folder'] / 'late.db')}"
    store = open_store(url)
    store.append("labels", table(LABELS, rows))
    store.close()
    words = ("--store", url, "--challenger", other)
    mules = told(run(*words))["mules"]
    assert mules["accounts"] == len(found_out)
    assert (mules["champion"], mules["by_thresholds"]) == (
        len(found_out & high[0]), len(found_out & high[1]),
    )  # fmt: skip
    before = told(run(*words, **{"--as-of": at.isoformat()}))
    assert (before["assessments"], before["mules"]["accounts"]) == (len(pairs), 0)


def test_neither_page_nor_figures_name_an_account(served, pipeline):
    every = open_lake(pipeline.ledger).read("accounts", ["account_id"])["account_id"].to_pylist()
    folder = served["folder"]
    page = (folder / "shadow.html").read_text()
    words = page + (folder / "shadow.out").read_text() + (folder / "shadow.err").read_text()
    assert not set(re.findall(r"\w+", words)) & set(every)
    assert f"<h1>{served['found']['verdict']}</h1>" in page


def test_the_store_is_only_read(served, run, other):
    asked = []
    hear = lambda *seen: asked.append(seen[2])  # noqa: E731
    sa.event.listen(sa.Engine, "before_cursor_execute", hear)
    try:
        told(run("--store", served["url"], "--challenger", other))
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", hear)
    ours = [statement for statement in asked if "FROM assessments" in statement]
    assert len(ours) > 2
    # MLflow keeps figures in a database of its own.
    assert not [each for each in asked if not each.lstrip().startswith(("SELECT", "PRAGMA", "WITH"))
                and re.search(r"assessment|ledger_state|transactions", each)]  # fmt: skip


def test_a_challenger_that_is_the_champion_answers_alike(served, run, same, pipeline, tmp_path):
    found = told(run("--store", served["url"]))
    assert found["verdict"] == "No difference at all"
    assert found["challenger"]["bundle"] != found["champion"]["bundle"]
    assert found["raw"] == found["probability"] == {"mean": 0, "mean_size": 0, "largest": 0}
    assert found["rank_correlation"] == pytest.approx(1)
    for alerts in (found["by_thresholds"], found["as_many"]):
        assert alerts["champion"] == alerts["challenger"] > 3
        assert (alerts["newly"], alerts["no_longer"]) == (0, 0)
    assert (tmp_path / "changed.csv").read_text().count("\n") == 1
    mlflow.set_tracking_uri(f"sqlite:///{pipeline.tracking / 'mlflow.db'}")
    run_id = decisions.history(pipeline.decisions)[-1].run_id
    figures = mlflow.MlflowClient().get_run(run_id).data.metrics
    assert figures["shadow.assessments"] == found["assessments"]
    assert figures["shadow.bands.low.low"] == found["bands"]["low"]["low"]


def test_a_challenge_is_a_decision_that_changes_nothing_in_service(pipeline, champion, same, key):
    decision = next(
        each for each in decisions.history(pipeline.decisions) if each.action == "challenge"
    )
    assert (decision.outcome, decision.author, decision.reason) == (
        "in shadow", "A. Scientist", "to see",
    )  # fmt: skip
    assert decision.champion_before == decision.champion_after == champion.bundle.resolve().name
    assert same.resolve() == pipeline.challengers / decision.folder
    public = read_public_key(champion.public_key)
    with pytest.raises(BundleRefused, match="signed for shadow"):
        load_bundle(same, public)
    assert load_bundle(same, public, purposes=("shadow",)).versions.bundle == decision.bundle


def refused(result, tmp_path, *words):
    assert result.exit_code == 2, result.output
    assert all(each in result.output for each in words), result.output
    assert not result.stdout.strip().endswith("}")
    assert list(tmp_path.glob("*.html")) == list(tmp_path.glob("*.csv")) == []


def _flipped(folder, _):
    content = bytearray((folder / "model.txt").read_bytes())
    content[len(content) // 2] ^= 1
    (folder / "model.txt").write_bytes(content)


def _unsigned(folder, _):
    (folder / SIGNATURE).unlink()


def _signed_by_another(folder, _):
    other = read_private_key(make_keys(folder.parent / "another").private)
    (folder / SIGNATURE).write_bytes(other.sign((folder / MANIFEST).read_bytes()))


def _resigned(folder, key, **changes):
    manifest = json.loads((folder / MANIFEST).read_bytes()) | changes
    content = json.dumps({name: each for name, each in manifest.items() if each}).encode()
    (folder / MANIFEST).write_bytes(content)
    (folder / SIGNATURE).write_bytes(read_private_key(key).sign(content))


def _without_a_purpose(folder, key):
    _resigned(folder, key, purpose=None)


def _of_another_catalogue(folder, key):
    _resigned(folder, key, catalogue_hash="0" * 64)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (_flipped, ("model.txt changed since signed", "Copy the folder again")),
        (_unsigned, ("lacks manifest.sig",)),
        (_signed_by_another, ("manifest.sig does not fit",)),
        (
            _without_a_purpose,
            ("manifest.json cannot be read", "purpose", "promote the model again"),
        ),
        (_of_another_catalogue, ("made for feature catalogue 000000", "train it again")),
    ],
)
def test_a_challenger_that_nobody_vouches_for_is_refused(
    served, run, other, key, tmp_path, damage, words
):
    folder = tmp_path / "challenger"
    shutil.copytree(other, folder)
    damage(folder, key)
    result = run("--store", served["url"], "--challenger", folder)
    refused(result, tmp_path, "Bundle refused", *words)


def test_who_is_compared_with_must_be_for_service(served, run, other, tmp_path):
    result = run("--store", served["url"], "--challenger", other, **{"--bundle": other})
    refused(result, tmp_path, "signed for shadow", "mulerisk model promote")


def test_a_time_without_anything_to_compare_is_refused(served, run, other, tmp_path):
    words = ("--store", served["url"], "--challenger", other)
    later = datetime.now(UTC) + timedelta(days=1)
    empty = run(*words, **{"--since": later.isoformat(),
                           "--as-of": (later + timedelta(1)).isoformat()})  # fmt: skip
    refused(empty, tmp_path, "none was made", "Name an earlier --since")
    for given, cure in (
        ({"--since": later.isoformat()}, "--since must lie before"),
        ({"--since": None}, "Name --since T, or --follow"),
    ):
        refused(run(*words, **given), tmp_path, cure)
    refused(run(*words, "--follow", **{"--as-of": later.isoformat()}), tmp_path, "name one of them")


def test_where_no_challenger_or_store_stands_it_says_so(run, pipeline, tmp_path, monkeypatch):
    shutil.copy("params.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    url = f"sqlite:///{tmp_path / 'none.db'}"
    refused(run("--store", url), tmp_path, "no model is in service", "mulerisk model promote")
    bundle = {"--bundle": pipeline.champion}
    refused(run("--store", url, **bundle), tmp_path, "no model is in shadow", "model challenge")
    both = bundle | {"--challenger": pipeline.champion}
    refused(run("--store", url, **both), tmp_path, "none.db does not exist", "mulerisk load")
