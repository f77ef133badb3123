"""An assessment is made again from its record, bit by bit, or it is said what differs."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from cli.main import mulerisk
from ledger.assessments_folder import AssessmentsFolder
from ledger.errors import MuleriskError
from ledger.lake import append, open_lake
from ledger.schema import TRANSACTIONS
from ledger.store import migrate, open_store
from models.reasons import Explainer
from models.roles import RoleModel
from models.scorer import Scorer
from serving.api.app import build
from serving.records import digest_of
from serving.reports import pdf
from serving.settings import read
from serving.sources import Loader
from tests.bank import AS_OF, MULE, PERSON, START, make_bank, make_champion, table
from tests.service import Client

AT = "2025-06-01T00:00:00Z"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A bank with a champion."""
    folder = tmp_path_factory.mktemp("bank")
    make_champion(folder, make_bank(folder / "ledger"))
    return folder


@pytest.fixture
def folder(made, tmp_path):
    """A copy of it with a store, to be changed."""
    folder = tmp_path / "bank"
    shutil.copytree(made, folder)
    url = f"sqlite:///{folder}/store.db"
    migrate(url)
    store = open_store(url)
    store.load(open_lake(folder / "ledger"))
    store.close()
    return folder


@pytest.fixture
def run(folder):
    """Run a command on the bank's ledger, or on its store."""

    def run(*words, facts="ledger", bundle="champion"):
        places = {
            "ledger": ["--ledger", folder / "ledger", "--assessments", folder / "assessments"],
            "store": ["--store", f"sqlite:///{folder}/store.db"],
        }
        models = ["--bundle", folder / bundle, "--public-key", folder / "keys" / "release.pub"]
        return CliRunner().invoke(mulerisk, [*map(str, [*words, *places[facts], *models])])

    return run


def assess(run, account=MULE, facts="ledger"):
    result = run("assess", account, "--json", "--as-of", AT, facts=facts)
    return json.loads(result.stdout)["assessment_id"]


def report(run, out, facts="ledger"):
    result = run("report", MULE, "--as-of", AT, "--out", out, facts=facts)
    assert result.exit_code == 0, result.output
    (line,) = [line for line in result.stdout.splitlines() if line.startswith("assessment ")]
    return line.split()[1]


def fault(result) -> str:
    assert result.exit_code != 0
    assert isinstance(result.exception, SystemExit | MuleriskError)
    return result.output + str(result.exception)


def settings_of(folder, home):
    return {
        "MULERISK_STORE": f"sqlite:///{folder}/store.db",
        "MULERISK_BUNDLE": str(home / "champion"),
        "MULERISK_PUBLIC_KEY": str(home / "keys" / "release.pub"),
        "MULERISK_LOCAL_DEMO": "1",
    }


@pytest.fixture
def client(folder):
    """A service on that bank."""
    settings = read(settings_of(folder, folder))
    loader = Loader(settings)
    loader.load()
    return Client(build(settings, loader.sources, lambda: AS_OF))


def backfill(folder):
    """Learn of transactions that were known before the instant, only later."""
    rows = {
        "transaction_id": "late", "tenant": "local", "happened_at": START, "known_at": START,
        "payer_account": PERSON, "payee_account": MULE, "payer_amount_minor": 900,
        "payer_currency": "THB", "payee_amount_minor": 900, "payee_currency": "THB",
        "reference_minor": 900, "channel": "instant",
    }  # fmt: skip
    late = {"transactions": table(TRANSACTIONS, [rows])}
    append(open_lake(folder / "ledger"), late)
    store = open_store(f"sqlite:///{folder}/store.db")
    store.append_all(late)
    store.close()


@pytest.mark.parametrize("facts", ["ledger", "store"])
def test_a_report_comes_out_again_byte_for_byte(run, folder, facts):
    identity = report(run, folder / "r.html", facts)
    assert identity in (folder / "r.html").read_text()
    backfill(folder)
    result = run("replay", identity, "--out", folder / "again.html", facts=facts)
    assert result.exit_code == 0, fault(result)
    assert "Reproduced" in result.output
    assert "same     report.html" in result.output
    assert (folder / "again.html").read_bytes() == (folder / "r.html").read_bytes()


def test_what_was_written_in_another_language_and_form_comes_out_again(run, folder):
    outs = [folder / "r.html", "--out", folder / "r.json"]
    result = run("report", MULE, "--as-of", AT, "--language", "th", "--out", *outs)
    assert result.exit_code == 0, result.output
    identity = result.stdout.split("assessment ")[1].split()[0]
    backfill(folder)
    again = run("replay", identity)
    assert again.exit_code == 0, fault(again)
    for name in ("report.th.html", "report.th.json"):
        assert f"same     {name} SHA-256" in again.output
    assert "report.ja" not in again.output
    assert "report.html: none was written then" in again.output


@pytest.mark.parametrize("facts", ["ledger", "store"])
def test_a_backfill_makes_another_assessment_and_leaves_the_one_before(run, folder, facts):
    before = assess(run, facts=facts)
    assert assess(run, facts=facts) == before
    backfill(folder)
    assert assess(run, facts=facts) != before
    assert run("replay", before, facts=facts).exit_code == 0


def test_what_a_service_answers_is_on_record(run, folder, client):
    body = {"as_of": AT, "accounts": [MULE, "nobody", PERSON], "reasons": True}
    mule, nobody, person = client.post("/v1/score", body).json()["accounts"]
    assert "assessment_id" not in nobody
    (bare,) = client.post("/v1/score", {**body, "accounts": [MULE], "reasons": False}).json()[
        "accounts"
    ]
    for account in (mule, person, bare):
        result = run("replay", account["assessment_id"], facts="store")
        assert result.exit_code == 0, fault(result)
        assert f"score {account['score']['raw']!r}" in result.output
        assert ("SHAP values" in result.output) == (account is not bare)
    assert "no report" in fault(
        run("replay", bare["assessment_id"], "--out", folder / "n.html", facts="store")
    )


def test_the_rank_of_an_account_is_on_record(run, folder):
    assert run("rank", "--top", "3", "--as-of", AT, "--out", folder / "w.csv").exit_code == 0
    for line in (folder / "w.csv").read_text().splitlines()[1:]:
        assert run("replay", line.rsplit(",", 1)[1]).exit_code == 0


def supplied(folder):
    rows = open_lake(folder / "ledger").read("transactions").to_pylist()
    sent = [
        {
            name: value.isoformat() if name in ("happened_at", "known_at") else value
            for name, value in row.items()
            if value is not None and name not in ("tenant", "recorded_seq")
        }
        for row in rows
        if MULE in (row["payer_account"], row["payee_account"])
    ]
    account = {"account_id": MULE, "institution": "Bank 1", "kind": "bank"}
    return {"as_of": AT, "accounts": [account], "transactions": sent}


def test_facts_of_a_request_are_not_stored_and_are_asked_for(run, folder, client):
    body = supplied(folder)
    (account,) = client.post("/v1/score", body).json()["accounts"]
    identity = account["assessment_id"]
    assert "not stored" in fault(run("replay", identity, facts="store"))
    (folder / "sent.json").write_text(json.dumps(body))
    result = run("replay", identity, "--request", folder / "sent.json", facts="store")
    assert result.exit_code == 0, fault(result)
    body["transactions"][3]["reference_minor"] += 1
    (folder / "sent.json").write_text(json.dumps(body))
    changed = fault(run("replay", identity, "--request", folder / "sent.json", facts="store"))
    assert "facts changed" in changed
    del body["transactions"][3]
    (folder / "sent.json").write_text(json.dumps(body))
    missing = fault(run("replay", identity, "--request", folder / "sent.json", facts="store"))
    assert "facts missing: 24 transactions then, 23 now" in missing
    for content in ("{}", "no", "[]"):
        (folder / "sent.json").write_text(content)
        told = fault(run("replay", identity, "--request", folder / "sent.json", facts="store"))
        assert "no body of /v1/score" in told


def test_facts_that_were_changed_behind_the_ledgers_back_are_told(run, folder):
    identity = report(run, folder / "r.html", "store")
    store = open_store(f"sqlite:///{folder}/store.db")
    with store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER transactions_no_update")
        connection.exec_driver_sql(
            "UPDATE transactions SET reference_minor = reference_minor + 100000000"
            " WHERE payee_account = 'mule-0'"
        )
    store.close()
    told = fault(run("replay", identity, facts="store"))
    for words in ("facts changed", "numbers changed: feature values", "report.html changed"):
        assert words in told


def test_facts_that_are_missing_are_told(run, folder):
    identity = assess(run)
    shutil.rmtree(folder / "ledger")
    make_bank(folder / "ledger", {MULE: "another"})
    assert "facts missing: the assessment saw 24 transactions" in fault(run("replay", identity))
    (folder / "ledger" / "ledger.json").unlink()
    assert "holds no ledger" in fault(run("replay", identity))


def test_a_pin_that_the_ledger_has_not_reached_is_told(run, folder):
    backfill(folder)
    identity = assess(run)
    shutil.rmtree(folder / "ledger")
    make_bank(folder / "ledger")
    assert "and no 3365" in fault(run("replay", identity))


def test_a_bundle_that_is_gone_is_told(run, folder):
    identity = assess(run)
    (folder / "bundles").mkdir()
    told = fault(run("replay", identity, bundle="bundles/champion"))
    assert "bundle missing" in told
    assert "holds none" in told


def test_a_service_tells_of_bundles_that_are_gone(run, folder, caplog):
    identity = assess(run, facts="store")
    for name, gone in (("", False), ("other", True)):
        home = folder / name
        if gone:
            home.mkdir()
            make_champion(home, make_bank(home / "ledger", {PERSON: "another"}))
        Loader(read(settings_of(folder, home))).load()
        assert ("cannot be replayed" in caplog.text) is gone
    record = open_store(f"sqlite:///{folder}/store.db").assessments.find(identity)
    assert record.bundle in caplog.text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"catalogue": "0" * 64}, "other feature catalogue: it was made with 000000000000"),
        ({"bundle": "0" * 64}, "bundle missing: it was made with bundle 0000"),
        ({"raw_score": 9.5}, "numbers changed: score 9.5 then"),
        ({"contributions": "0"}, "numbers changed: SHAP values"),
        ({"features": "0"}, "numbers changed: feature values"),
        ({"band": "low"}, "judgement changed: band low then, band critical now"),
        ({"action": "none"}, "judgement changed: suggestion none"),
        ({"answer": "0"}, "answer changed: SHA-256 0 then"),
        ({"visible_transactions": 23, "inputs": "0"}, "facts added below the pin"),
    ],
)
def test_each_difference_has_its_own_words(run, folder, changed, words):
    kept = AssessmentsFolder(folder / "assessments")
    other = replace(kept.find(assess(run)), **changed)
    kept.keep([other], AS_OF)
    told = fault(run("replay", other.assessment_id))
    assert words in told


def otherwise(monkeypatch):
    """Make assessments as a release might that tells probabilities, reasons or roles otherwise."""
    half = lambda _, raw: np.full(len(raw), 0.5)  # noqa: E731
    first = lambda reasons: lambda *of: reasons(*of)[:1]  # noqa: E731
    yield lambda: monkeypatch.setattr(Scorer, "probability", half)
    yield lambda: monkeypatch.setattr(Explainer, "reasons", first(Explainer.reasons))
    even = lambda model, _: dict.fromkeys(model.roles, 1 / len(model.roles))  # noqa: E731
    yield lambda: monkeypatch.setattr(RoleModel, "if_mule", even)


@pytest.mark.parametrize("release", [0, 1, 2])
def test_an_answer_that_differs_only_in_what_no_other_field_holds_is_not_the_same(
    run, monkeypatch, release
):
    identity = assess(run)
    list(otherwise(monkeypatch))[release]()
    told = fault(run("replay", identity))
    assert "same     SHAP values" in told
    assert "DIFFERS  answer changed" in told


def test_what_was_not_recorded_then_is_not_called_the_same(run, folder):
    kept = AssessmentsFolder(folder / "assessments")
    earlier = replace(kept.find(assess(run)), answer="")
    kept.keep([earlier], AS_OF)
    result = run("replay", earlier.assessment_id)
    assert result.exit_code == 0, fault(result)
    assert "unknown  whole answer: its hash was not recorded then" in result.output
    assert "Reproduced in part" in result.output
    assert "everything" not in result.output


def test_an_output_that_this_release_does_not_write_is_a_difference(run, folder):
    identity = report(run, folder / "r.html")
    AssessmentsFolder(folder / "assessments").keep_outputs(identity, {"report.fr.html": "0" * 64})
    assert "DIFFERS  report.fr.html: written then" in fault(run("replay", identity))


def test_a_pdf_comes_out_again_and_without_its_font_the_rest_does(run, folder, monkeypatch):
    if not pdf.has_font("en"):
        pytest.skip("no font for English here: `make system` installs one")
    identity = report(run, folder / "r.pdf")
    again = run("replay", identity)
    assert again.exit_code == 0, fault(again)
    assert "same     report.pdf SHA-256" in again.output
    monkeypatch.setattr(pdf, "has_font", lambda _: False)
    bare = run("replay", identity)
    assert bare.exit_code == 0, fault(bare)
    assert "unknown  report.pdf, SHA-256" in bare.output
    assert "cannot be made here: No font of this machine" in bare.output
    assert "same     answer" in bare.output
    assert "Reproduced in part" in bare.output


def test_each_notice_is_on_record_and_named_as_what_cannot_be_made_again(run, folder):
    for number, office in enumerate(("Office 1", "Office 2")):
        words = ("--out", folder / f"n{number}.html", "--notice", office)
        result = run("report", MULE, "--as-of", AT, *words)
        assert result.exit_code == 0, fault(result)
    identity = result.stdout.split("assessment ")[1].split()[0]
    kept = AssessmentsFolder(folder / "assessments").outputs(identity)
    written = {digest_of((folder / f"n{number}.html").read_bytes()) for number in range(2)}
    assert set(kept.values()) == written
    again = run("replay", identity)
    assert again.exit_code == 0, fault(again)
    for name in kept:
        assert f"unknown  {name}" in again.output


def test_a_report_that_comes_out_otherwise_than_before_is_told(run, folder):
    identity = assess(run)
    AssessmentsFolder(folder / "assessments").keep_outputs(identity, {"report.html": "0" * 64})
    result = run("report", MULE, "--as-of", AT, "--out", folder / "r.html")
    assert result.exit_code == 0, fault(result)
    assert "was written before with other bytes" in result.stderr


def test_facts_come_from_one_place(run, folder):
    for words in (("assess", MULE, "--as-of", AT), ("replay", "0" * 32)):
        both = run(*words, "--store", f"sqlite:///{folder}/store.db")
        assert both.exit_code == 2
        assert "--ledger DIR or --store URL, not both" in both.output


def test_other_code_is_told_and_what_it_reproduces_is_reproduced(run, folder):
    kept = AssessmentsFolder(folder / "assessments")
    other = replace(kept.find(assess(run)), code="0" * 64, libraries="numpy 1")
    kept.keep([other], AS_OF)
    result = run("replay", other.assessment_id)
    assert result.exit_code == 0, fault(result)
    assert "other code version: made by 000000000000" in result.output
    assert "other libraries: numpy 1; now Python" in result.output


def test_what_cannot_be_recorded_is_not_told(run, folder):
    store = open_store(f"sqlite:///{folder}/store.db")
    with store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE assessments")
    store.close()
    result = run("assess", MULE, "--as-of", AT, facts="store")
    assert "does not take the record of the assessment" in fault(result)
    assert result.stdout == ""
    (folder / "assessments").write_text("a file where the folder should be")
    result = run("report", MULE, "--as-of", AT, "--out", folder / "r.html")
    assert result.exit_code == 2
    assert not (folder / "r.html").exists()


def test_an_unknown_assessment_is_told(run):
    assert "keeps no assessment" in fault(run("replay", "0" * 32))
    assert "no id of an assessment" in fault(run("replay", "../x"))
    assert "keeps no assessment" in fault(run("replay", "0" * 32, facts="store"))


def test_a_log_names_no_account(run, folder, client, caplog):
    client.post("/v1/score", {"as_of": AT, "accounts": [MULE]})
    assert MULE not in caplog.text
