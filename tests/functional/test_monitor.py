"""Drift of what is served, as a data scientist looks for it and a schedule asks for it."""

import json
import re
import shutil
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import mlflow
import pyarrow.compute as pc
import pytest
import yaml
from click.testing import CliRunner

from cli.main import mulerisk
from features.catalogue import CATALOGUE
from ledger.lake import Lake, append, open_lake
from ledger.store.tables import STORED
from models.bundle import LEARNT, lineage_of, load_bundle
from models.signature import make_keys
from tests.bank import make_bank, make_champion
from training import simulate
from training.folders import Folders
from training.grid import span
from training.parameters import read_parameters

BEFORE = datetime(2020, 1, 1, tzinfo=UTC)
MONEY = {feature.name for feature in CATALOGUE if feature.unit == "minor units"}


@pytest.fixture(scope="module")
def store(filled_store, tmp_path_factory):
    """URL of a store that holds the ledger and a snapshot of its network."""
    return f"sqlite:///{shutil.copy(filled_store, tmp_path_factory.mktemp('store'))}"


@pytest.fixture
def run(pipeline, champion, monkeypatch, tmp_path):
    """Run a command where the pipeline stands."""
    monkeypatch.chdir(pipeline.root)
    monkeypatch.delenv("MULERISK_STORE", raising=False)

    def run(command, *words, **options):
        given = {"--public-key": champion.public_key} | options
        if command == "monitor":
            given = {"--out": tmp_path / "monitor.html"} | given
        flat = [str(part) for option in given.items() for part in option]
        return CliRunner().invoke(mulerisk, [command, *map(str, words), *flat])

    return run


def told(result):
    """Read the JSON object that stands last on standard output."""
    assert result.exit_code in (0, 1), result.output
    return json.loads(result.stdout.splitlines()[-1])


def test_all_accounts_of_a_store_are_compared(run, store, ends, pipeline, tmp_path):
    result = run("monitor", "--store", store, "--as-of", ends.isoformat())
    found = told(result)
    assert result.exit_code == bool(found["triggers"])
    assert found["accounts"] > 600
    assert found["left_out"]["known mules"] > 0
    # The same accounts on which the bands were placed, so nothing of them moved.
    assert found["score"]["index"] == pytest.approx(0, abs=1e-9)
    assert found["bands"]["elevated"]["held"] == pytest.approx(0.05, abs=0.005)
    assert found["reasons"]["distance"] == pytest.approx(0, abs=1e-9)
    assert not {"score", "bands", "reasons", "missing"} & set(found["triggers"])
    page = (tmp_path / "monitor.html").read_text()
    assert f"<h1>{found['verdict']}</h1>" in page
    for name in found["triggers"]:
        assert f"<strong>{name}</strong>" in page


def test_what_was_assessed_is_compared_as_it_was_then(run, store, ends):
    ranked = run("rank", "--store", store, "--as-of", ends.isoformat(), "--top", 800,
                 "--out", "worklist.csv")  # fmt: skip
    assert ranked.exit_code == 0, ranked.output
    served = told(run("monitor", "--store", store, "--since", BEFORE.isoformat()))
    whole = told(run("monitor", "--store", store, "--as-of", ends.isoformat()))
    # Every account that is no known mule was ranked, so that both ways see the same.
    same = ("accounts", "score", "features", "bands", "triggers")
    assert {name: served[name] for name in same} == {name: whole[name] for name in same}
    assert served["differing"] == 0


def test_of_many_assessments_some_are_drawn_and_of_an_account_the_last_one_counts(
    run, store, ends, pipeline
):
    for at, top in ((ends, 800), (ends + timedelta(days=1), 300)):
        ranked = run("rank", "--store", store, "--as-of", at.isoformat(), "--top", top,
                     "--out", "worklist.csv")  # fmt: skip
        assert ranked.exit_code == 0, ranked.output
    parameters = pipeline.root / "params.yaml"
    as_it_was = parameters.read_text()
    changed = yaml.safe_load(as_it_was)
    changed["monitor"]["accounts_at_most"] = 150
    try:
        parameters.write_text(yaml.safe_dump(changed))
        found = told(run("monitor", "--store", store, "--since", BEFORE.isoformat()))
    finally:
        parameters.write_text(as_it_was)
    assert found["accounts"] == 150
    assert found["left_out"]["assessed again later"] == 300
    assert found["left_out"]["not drawn"] > 400


def test_neither_page_nor_figures_name_an_account(run, store, ends, pipeline, tmp_path):
    result = run("monitor", "--store", store, "--as-of", ends.isoformat())
    accounts = open_lake(pipeline.ledger).read("accounts", ["account_id"])["account_id"].to_pylist()
    words = set(re.findall(r"\w+", result.output + (tmp_path / "monitor.html").read_text()))
    learnt = (pipeline.champion / LEARNT).read_text()
    assert not words & set(accounts)
    assert not set(re.findall(r"\w+", learnt)) & set(accounts)


def test_it_asks_nobody_on_the_network(run, store, ends, monkeypatch):
    def asked(*address, **_):
        raise AssertionError(f"asked {address}")

    for name in ("getaddrinfo", "create_connection"):
        monkeypatch.setattr(socket, name, asked)
    monkeypatch.setattr(socket.socket, "connect", asked)
    assert told(run("monitor", "--store", store, "--as-of", ends.isoformat()))["accounts"] > 600


def test_figures_stand_over_time_in_the_run_of_the_champion(run, store, ends, pipeline):
    for days in (1, 0):
        at = ends - timedelta(days=days)
        told(run("monitor", "--store", store, "--as-of", at.isoformat()))
    mlflow.set_tracking_uri(f"sqlite:///{pipeline.tracking / 'mlflow.db'}")
    run_id = lineage_of(pipeline.champion).run_id
    history = mlflow.MlflowClient().get_metric_history(run_id, "monitor.score.index")
    steps = [each.step for each in history]
    assert {int((ends - timedelta(days=days)).timestamp()) for days in (1, 0)} <= set(steps)
    assert history[-1].timestamp == history[-1].step * 1000


def test_a_network_that_is_no_longer_looked_at_goes_missing(run, pipeline, ends, tmp_path):
    # The lake itself keeps no snapshot; a service on it would know nothing of the network.
    result = run("monitor", "--ledger", pipeline.ledger, "--as-of", ends.isoformat())
    assert result.exit_code == 1
    assert {"missing", "features"} <= set(told(result)["triggers"])
    assert "missing: " in result.stdout
    assert "mend that" in (tmp_path / "monitor.html").read_text()


def hundredfold(tables):
    """Take satang for baht: every amount is a hundred times too large."""
    rows = tables["transactions"]
    for name in ("payer_amount_minor", "payee_amount_minor", "reference_minor"):
        place = rows.schema.get_field_index(name)
        rows = rows.set_column(place, rows.schema.field(name), pc.multiply(rows[name], 100))
    return {**tables, "transactions": rows}


def uncomplained(tables):
    """Lose the feed of complaints."""
    return {name: rows for name, rows in tables.items() if name != "complaints"}


def without_a_fault(tables):
    return tables


@pytest.mark.parametrize("fault", [without_a_fault, hundredfold, uncomplained])
def test_a_fault_in_a_feed_is_drift(run, pipeline, ends, tmp_path, fault):
    lake = open_lake(pipeline.ledger)
    tables = {name: lake.read(name, table.arrow.names) for name, table in STORED.items()}
    other = tmp_path / "ledgers" / "demo"
    append(Lake(other, "demo", lake.reference_currency), fault(tables))
    found = monitored_alone(run, pipeline, other, ends)
    far = {name for name, each in found["features"].items() if each["index"] > 1}
    assert (len(far & MONEY) >= 5) is (fault is hundredfold)
    assert ("missing" in found["triggers"]) is (fault is uncomplained)
    if fault is not without_a_fault:
        assert "features" in found["triggers"]


def test_other_customs_are_drift(run, pipeline, tmp_path):
    settings = read_parameters(pipeline.root / "params.yaml").simulate
    other = tmp_path / "ledgers" / "demo"
    simulate.run(replace(settings, seed=2, days=30), other, lambda _: None)
    found = monitored_alone(run, pipeline, other, span(open_lake(other)).last)
    assert "features" in found["triggers"]


def monitored_alone(run, pipeline, ledger, at):
    """Look at the network of a ledger at the last midnight, and compare its accounts."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    taken = ["snapshot", "--ledger", str(ledger), "--as-of", midnight.isoformat()]
    assert CliRunner().invoke(mulerisk, taken).exit_code == 0
    bundle = {"--bundle": pipeline.champion}
    result = run("monitor", "--ledger", ledger, "--as-of", at.isoformat(), **bundle)
    found = told(result)
    assert result.exit_code == bool(found["triggers"])
    return found


def refused(result, *words):
    assert result.exit_code == 2, result.output
    assert all(each in result.output for each in words), result.output
    assert not result.stdout.strip().endswith("}")


def test_where_nothing_is_in_service_it_says_so(run, store, tmp_path, monkeypatch):
    result = run("monitor", "--store", store, **{"--bundle": tmp_path / "none"})
    refused(result, "Bundle refused")
    shutil.copy("params.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    refused(run("monitor", "--store", store), "no model is in service", "mulerisk model promote")


@pytest.mark.parametrize("file", ["model.txt", LEARNT, "manifest.sig"])
def test_a_flipped_bit_is_refused(run, store, pipeline, tmp_path, file):
    copy = tmp_path / "champion"
    shutil.copytree(pipeline.champion, copy)
    content = bytearray((copy / file).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / file).write_bytes(content)
    refused(run("monitor", "--store", store, **{"--bundle": copy}), "Bundle refused", file)


def test_a_bundle_of_another_key_is_refused(run, store, tmp_path):
    other = make_keys(tmp_path / "keys").public
    refused(run("monitor", "--store", store, **{"--public-key": other}), "Bundle refused")


def test_a_bundle_that_does_not_tell_what_it_learnt_from_is_refused(run, store, tmp_path):
    bundle, key = make_champion(tmp_path, make_bank(tmp_path / "ledger"))
    options = {"--bundle": bundle, "--public-key": key}
    refused(run("monitor", "--store", store, **options), LEARNT, "Promote the model again")


def test_another_catalogue_is_refused(run, store, monkeypatch):
    otherwise = {**load_bundle.__kwdefaults__, "catalogue_hash": "0" * 64}
    monkeypatch.setattr(load_bundle, "__kwdefaults__", otherwise)
    refused(run("monitor", "--store", store), "catalogue", "train it again")


def test_a_time_without_anything_to_compare_is_refused(run, store, ends):
    early = run("monitor", "--store", store, "--as-of", BEFORE.isoformat())
    refused(early, "Ask about a later --as-of")
    since = datetime.now(UTC) + timedelta(days=1)
    until = since + timedelta(days=1)
    empty = run("monitor", "--store", store, "--since", since.isoformat(),
                "--as-of", until.isoformat())  # fmt: skip
    refused(empty, "No assessment by this champion", "Name an earlier --since")
    wrong = run("monitor", "--store", store, "--since", until.isoformat(),
                "--as-of", since.isoformat())  # fmt: skip
    refused(wrong, "--since must lie before")


def test_few_accounts_are_no_comfort(run, pipeline, ends):
    assessed = run("rank", "--ledger", pipeline.ledger, "--as-of", ends.isoformat(), "--top", 5,
                   "--out", "worklist.csv")  # fmt: skip
    assert assessed.exit_code == 0, assessed.output
    result = run("monitor", "--ledger", pipeline.ledger, "--since", BEFORE.isoformat())
    assert result.exit_code == 1
    assert told(result)["triggers"] == ["accounts"]
    assert result.stdout.startswith("Too few accounts to tell, of 5 accounts")


def test_where_no_registry_stands_the_figures_are_told_all_the_same(
    run, store, ends, pipeline, champion, tmp_path, monkeypatch
):
    shutil.copy(pipeline.root / "params.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    result = run("monitor", "--store", store, "--as-of", ends.isoformat(),
                 **{"--bundle": champion.bundle})  # fmt: skip
    assert told(result)["accounts"] > 600
    assert "no run keeps the figures" in result.stderr
    assert not Folders(tmp_path, "demo").tracking.exists()
