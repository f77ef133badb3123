"""What an analyst types, from the ledger to the page."""

import csv
import json
import shutil
import sys
from html.parser import HTMLParser
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from cli.main import main, mulerisk
from ledger.errors import MuleriskError
from ledger.store import migrate, open_store
from tests.bank import CLEARED, FOUND, MULE, SHOP, make_bank, make_champion

REPOSITORY = Path(__file__).parents[2]
AT = "2025-06-01T00:00:00Z"
HOSTILE = '<script>alert(1)</script>"=cmd\u202e'


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bank")
    lake = make_bank(folder / "ledger", {"mule-1": HOSTILE})
    make_champion(folder, lake)
    url = f"sqlite:///{folder}/store.db"
    migrate(url)
    open_store(url).load(lake)
    return folder


@pytest.fixture
def run(folder):
    """Run a command on the bank's ledger, or on its store; return what it printed."""

    def run(*arguments, facts="ledger", at=AT, **changed):
        options = {
            "--ledger": folder / "ledger",
            "--assessments": folder / "assessments",
            "--bundle": folder / "champion",
            "--public-key": folder / "keys" / "release.pub",
            "--as-of": at,
        }
        if facts == "store":
            options.pop("--ledger")
            options.pop("--assessments")
            options["--store"] = f"sqlite:///{folder}/store.db"
        options |= changed
        given = [str(part) for option in options.items() for part in option]
        return CliRunner().invoke(mulerisk, [*arguments, *given])

    return run


def _fault(result) -> str:
    assert result.exit_code != 0
    assert result.exception is None or isinstance(result.exception, SystemExit | MuleriskError)
    return result.output + str(result.exception or "")


def test_rank_writes_the_worklist(run, tmp_path):
    result = run("rank", "--top", "9", "--out", str(tmp_path / "w.csv"))
    assert result.exit_code == 0, result.output
    with (tmp_path / "w.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [line["rank"] for line in lines] == [str(n) for n in range(1, 10)]
    assert MULE in {line["account_id"] for line in lines}
    assert FOUND not in {line["account_id"] for line in lines}
    assert "Left out: 1 account with a mule outcome already known" in result.output


def test_an_outcome_already_known_is_told_in_words(run, tmp_path):
    for account, known in ((FOUND, "already known"), (CLEARED, "Investigated before")):
        out = tmp_path / f"{account}.html"
        assert run("report", account, "--out", str(out)).exit_code == 0
        assert known in out.read_text(encoding="utf-8")
    assert "The outcome is already known" in run("assess", FOUND).output
    assert "legitimate: found by police" in run("assess", CLEARED, facts="store").output
    assert json.loads(run("assess", FOUND, "--json", facts="store").output)["known_mule"] is True


def test_assess_prints_words_or_json(run):
    words = run("assess", MULE).output
    assert "critical" in words
    assert "A person decides" in words
    told = json.loads(run("assess", MULE, "--json").output)
    assert told["account_id"] == MULE
    assert told["band"] == "critical"
    total = told["base"] + sum(each["contribution"] for each in told["features"].values())
    assert total == pytest.approx(told["raw_score"])


def test_report_writes_the_same_page_each_time(run, tmp_path):
    pages = []
    for name in ("a.html", "new/b.html"):
        assert run("report", MULE, "--out", str(tmp_path / name)).exit_code == 0
        pages.append((tmp_path / name).read_bytes())
    assert pages[0] == pages[1]
    assert b"Mule account report" in pages[0]


def test_one_assessment_comes_in_every_form_and_language(run, tmp_path):
    outs = [str(tmp_path / f"r.{end}") for end in ("html", "pdf", "json")]
    asked = [part for out in outs for part in ("--out", out)]
    result = run("report", MULE, *asked, "--language", "th")
    if "No font" in str(result.exception):
        pytest.skip("no Thai font here; `make system` installs one")
    assert result.exit_code == 0, result.output
    page, paper, told = (Path(out).read_bytes() for out in outs)
    assert "รายงานบัญชีม้า".encode() in page
    assert paper.startswith(b"%PDF")
    assert json.loads(told)["language"] == "th"


def test_a_report_needs_a_form_that_is_known(run, tmp_path):
    assert "must end in .html, .pdf, .json" in _fault(
        run("report", MULE, "--out", str(tmp_path / "r.docx"))
    )
    assert "'en', 'th', 'ja'" in _fault(
        run("report", MULE, "--out", str(tmp_path / "r.html"), "--language", "xx")
    )
    assert list(tmp_path.iterdir()) == []


def test_a_notice_tells_where_to_object_and_is_refused_where_it_would_tip_off(run, tmp_path):
    out = tmp_path / "n.html"
    words = ("--out", str(out), "--notice")
    assert "where its reader can object" in _fault(run("report", MULE, *words, " "))
    told = _fault(run("report", MULE, *words, "Office 7", "--pack", "p", "--key", "k"))
    assert "Write the notice by itself" in told
    assert run("report", MULE, *words, "Office 7").exit_code == 0
    told = out.read_text(encoding="utf-8").partition("<body")[2]
    assert "Office 7" in told
    assert "victim-" not in told
    assert "critical" not in told
    out.unlink()
    assert "would itself tip off" in _fault(run("report", SHOP, *words, "Office 7"))
    assert not out.exists()


def test_a_history_of_one_transaction_and_of_many_have_a_report(run, tmp_path):
    out = tmp_path / "r.html"
    at = "2025-02-01T12:00:01Z"
    assert run("report", MULE, "--out", str(out), at=at).exit_code == 0
    assert "It rests on 1 transaction since" in out.read_text(encoding="utf-8")
    assert run("report", SHOP, "--out", str(out)).exit_code == 0
    assert out.stat().st_size < 1_000_000


def test_ledger_and_store_tell_the_same(run):
    told = [json.loads(run("assess", MULE, "--json", facts=facts).output)
            for facts in ("ledger", "store")]  # fmt: skip
    ids = [each.pop("assessment_id") for each in told]
    assert ids[0] != ids[1]
    assert told[0] == told[1]


def test_a_ledger_that_was_tampered_with_is_not_judged(run, folder, tmp_path):
    tampered = tmp_path / "ledger"
    shutil.copytree(folder / "ledger", tampered)
    part = next((tampered / "transactions").glob("*.parquet"))
    pq.write_table(pq.read_table(part).slice(9), part)
    for command in (("assess", MULE), ("rank", "--top", "9", "--out", str(tmp_path / "w.csv"))):
        fault = _fault(run(*command, **{"--ledger": tampered}))
        assert "missing or changed since written" in fault


def test_a_place_that_cannot_be_written_is_told(folder, tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("x")
    words = ["features", "--ledger", folder / "ledger", "--as-of", AT, "--out", tmp_path / "file/f"]
    monkeypatch.setattr(sys, "argv", ["mulerisk", *map(str, words)])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 1
    told = capsys.readouterr().err
    assert str(tmp_path / "file") in told
    assert "Check the path" in told


def test_a_hostile_account_id_stays_text(run, tmp_path):
    class Tags(HTMLParser):
        def handle_starttag(self, tag, attrs):
            assert tag != "script"

    assert run("report", HOSTILE, "--out", str(tmp_path / "a.html")).exit_code == 0
    text = (tmp_path / "a.html").read_text(encoding="utf-8")
    Tags().feed(text)
    assert "\u202e" not in text
    assert "\u202e" not in run("assess", HOSTILE).output


@pytest.mark.parametrize(
    ("at", "cure"),
    [
        ("2025-06-01", "has no zone; write it as 2025-06-01T00:00:00Z"),
        ("2025-06-01T00:00:00", "has no zone"),
        ("yesterday", "is no instant"),
        ("0001-01-01T00:00:00+14:00", "outside the years"),
    ],
)
def test_an_instant_needs_its_zone(run, at, cure):
    assert cure in _fault(run("assess", MULE, at=at))


@pytest.mark.parametrize("facts", ["ledger", "store"])
def test_an_instant_that_does_not_fit_ledger_or_model_is_told(run, tmp_path, facts):
    out = tmp_path / "r.html"
    for at, told in (("2025-07-01T00:00:00Z", "The ledger ends at 31 May 2025"),
                     ("2025-05-30T00:00:00Z", "with hindsight")):  # fmt: skip
        assert told in run("report", MULE, "--out", str(out), facts=facts, at=at).stderr
        assert told in out.read_text(encoding="utf-8")
    assert run("report", MULE, "--out", str(out), facts=facts).stderr == ""
    assert "caution" not in out.read_text(encoding="utf-8").partition("<body>")[2]


def test_an_unknown_account_is_told(run, tmp_path):
    assert "no such account" in _fault(run("assess", "nobody"))
    assert "no such account" in _fault(run("report", "nobody", "--out", str(tmp_path / "n.html")))
    assert not (tmp_path / "n.html").exists()


def test_before_any_history_nothing_is_judged(run, tmp_path):
    at = "2020-01-01T00:00:00Z"
    assert "no transaction of it is known" in _fault(run("assess", MULE, at=at))
    out = str(tmp_path / "w.csv")
    assert "No transaction of any account is known" in _fault(
        run("rank", "--top", "3", "--out", out, at=at)
    )
    assert not (tmp_path / "w.csv").exists()


def test_missing_places_are_told(run, folder, tmp_path):
    nowhere = tmp_path / "nowhere"
    assert "holds no ledger" in _fault(run("assess", MULE, **{"--ledger": nowhere}))
    assert str(nowhere) in _fault(run("assess", MULE, **{"--bundle": nowhere}))
    assert str(nowhere) in _fault(run("assess", MULE, **{"--public-key": nowhere}))
    store = {"--store": f"sqlite:///{nowhere}"}
    assert "does not exist" in _fault(run("assess", MULE, facts="store", **store))


def test_a_changed_model_is_refused(run, folder, tmp_path):
    changed = shutil.copytree(folder / "champion", tmp_path / "champion")
    with (changed / "model.txt").open("a") as file:
        file.write(" ")
    assert "model.txt" in _fault(run("assess", MULE, **{"--bundle": changed}))


def test_what_is_not_named_comes_from_the_pipeline(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    asked = ["assess", MULE, "--as-of", AT]
    assert "params.yaml" in _fault(CliRunner().invoke(mulerisk, asked))
    ledger = shutil.copytree(folder / "ledger", tmp_path / "ledgers" / "demo")
    shutil.copytree(folder / "champion", tmp_path / "artifacts" / "demo" / "champion")
    shutil.copytree(folder / "keys", tmp_path / "artifacts" / "keys")
    named = CliRunner().invoke(mulerisk, [*asked, "--ledger", str(ledger)])
    assert "critical" in named.output
    shutil.copy(REPOSITORY / "params.yaml", tmp_path)
    assert CliRunner().invoke(mulerisk, asked).output == named.output
