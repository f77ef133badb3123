"""An evidence pack is checked offline, and any change of it is refused before it is read."""

import json
import shutil

import pytest
from click.testing import CliRunner

from cli.main import mulerisk
from features.catalogue import NAMES
from ledger.errors import MuleriskError
from ledger.lake import append, open_lake
from ledger.schema import ACCOUNTS, TRANSACTIONS
from ledger.view import LakeView
from models.assess import assess
from models.assessment import Terms
from models.bundle import load_bundle
from models.signature import KeyRefused, make_keys, read_private_key, read_public_key
from models.signed_folder import FolderRefused
from serving import verify as verifying
from serving.pack import ASSESSMENT, FACTS, RECORD, Evidence, PackRefused, evidence_of, write_pack
from serving.records import Asked, digest_of, record_of
from serving.verify import verify
from tests.bank import AS_OF, MULE, PERSON, make_bank, make_champion, table

AT = "2025-06-01T00:00:00Z"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bank")
    make_champion(folder, make_bank(folder / "ledger"))
    return folder


@pytest.fixture(scope="module")
def public_key(folder):
    return read_public_key(folder / "keys" / "release.pub")


@pytest.fixture(scope="module")
def private_key(folder):
    return read_private_key(folder / "keys" / "release.key")


def run(folder, *words, ledger="ledger"):
    options = [
        "--ledger", folder / ledger, "--assessments", folder / "assessments", "--bundle",
        folder / "champion", "--public-key", folder / "keys" / "release.pub", "--as-of", AT,
    ]  # fmt: skip
    return CliRunner().invoke(mulerisk, [*map(str, [*words, *options])])


@pytest.fixture(scope="module")
def packs(folder):
    """The packs of a mule and of an ordinary person, as the command writes them."""
    for account in (MULE, PERSON):
        result = run(
            folder, "report", account, "--out", folder / "r.html",
            "--pack", folder / account, "--key", folder / "keys" / "release.key",
        )  # fmt: skip
        assert result.exit_code == 0, result.output
    return {account: folder / account for account in (MULE, PERSON)}


@pytest.fixture
def pack(packs, tmp_path):
    """A copy to be tampered with."""
    return shutil.copytree(packs[MULE], tmp_path / "pack")


@pytest.fixture
def unread(monkeypatch):
    """Make every attempt to parse a pack fail."""

    def parsed(*_):
        pytest.fail("a pack was parsed before it was found right")

    monkeypatch.setattr(verifying, "opened", parsed)


def refused(pack, public_key, words=""):
    with pytest.raises(PackRefused, match=words or None) as refusal:
        list(verify(pack, public_key))
    return refusal.value


@pytest.mark.parametrize("account", [MULE, PERSON])
def test_a_pack_is_verified_by_the_public_key_alone(folder, packs, tmp_path, account):
    moved = shutil.copytree(packs[account], tmp_path / "elsewhere")
    key = shutil.copy(folder / "keys" / "release.pub", tmp_path)
    result = CliRunner().invoke(mulerisk, ["verify", str(moved), "--public-key", str(key)])
    assert result.exit_code == 0, result.exception
    assert "Verified." in result.output
    for found in ("4 files as signed", "add up to the score", f"{len(NAMES)} feature values follow",
                  "of reasons follow from the transactions listed"):  # fmt: skip
        assert found in result.output


def test_an_account_with_one_transaction_has_a_pack_and_one_with_none_has_not(folder, tmp_path):
    accounts = [
        {"account_id": name, "institution": "Bank 1", "kind": "bank"} for name in ("once", "never")
    ]
    paid = (
        open_lake(folder / "ledger").read("transactions").slice(0, 1).drop_columns("recorded_seq")
    )
    paid = paid.to_pylist()[0] | {"transaction_id": "once", "payee_account": "once"}
    ledger = shutil.copytree(folder / "ledger", tmp_path / "ledger")
    append(
        open_lake(ledger),
        {"accounts": table(ACCOUNTS, accounts), "transactions": table(TRANSACTIONS, [paid])},
    )
    told = {}
    for name in ("once", "never"):
        words = ("report", name, "--out", tmp_path / f"{name}.html", "--pack", tmp_path / name)
        key = folder / "keys" / "release.key"
        told[name] = run(folder, *words, "--key", key, ledger=ledger)
    assert told["once"].exit_code == 0, told["once"].output
    public_key = read_public_key(folder / "keys" / "release.pub")
    found = [each.words for each in verify(tmp_path / "once", public_key)]
    assert f"{len(NAMES)} feature values follow from 1 transaction" in found
    assert "no transaction of it is known" in str(told["never"].exception)
    assert not (tmp_path / "never").exists()


def test_its_report_and_record_are_those_of_the_command(folder, packs):
    record = json.loads((packs[PERSON] / RECORD).read_text())
    assert (folder / "assessments" / f"{record['assessment_id']}.json").exists()
    assert (packs[PERSON] / "report.html").read_bytes() == (folder / "r.html").read_bytes()
    assert digest_of((packs[PERSON] / FACTS).read_bytes()) == record["inputs"]
    assert digest_of((packs[PERSON] / ASSESSMENT).read_bytes()) == record["answer"]


def test_nobody_else_may_read_it(packs):
    assert packs[PERSON].stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in packs[PERSON].iterdir()} == {0o600}


def test_any_changed_byte_of_any_file_is_refused_unread(pack, public_key, unread):
    for file in sorted(pack.iterdir()):
        content = file.read_bytes()
        for place in {0, len(content) // 3, len(content) // 2, len(content) - 1}:
            changed = bytearray(content)
            changed[place] ^= 1
            file.write_bytes(changed)
            refused(pack, public_key)
        for other in (content[:-1], content + b" ", b""):
            file.write_bytes(other)
            refused(pack, public_key)
        file.write_bytes(content)
    with pytest.raises(pytest.fail.Exception):
        list(verify(pack, public_key))


def test_a_file_added_or_removed_is_refused_unread(pack, public_key, unread):
    (pack / "more.html").write_text("x")
    refused(pack, public_key, r"holds more\.html besides")
    (pack / "more.html").unlink()
    for file in sorted(pack.iterdir()):
        content = file.read_bytes()
        file.unlink()
        refused(pack, public_key, f"lacks {file.name}|{file.name} changed since signed")
        file.write_bytes(content)


def test_parts_of_another_pack_are_refused_unread(pack, packs, public_key, unread):
    for names in (["manifest.json"], ["manifest.json", "manifest.sig"], [RECORD], ["report.html"]):
        mixed = shutil.copytree(pack, pack.parent / "-".join(names))
        for name in names:
            shutil.copy(packs[PERSON] / name, mixed)
        refused(mixed, public_key)


def test_another_key_is_refused_unread(pack, tmp_path, unread):
    other = make_keys(tmp_path / "keys")
    told = str(refused(pack, read_public_key(other.public)))
    assert "sender's key" in told
    with pytest.raises(KeyRefused):
        read_public_key(other.private)


def test_a_link_and_a_bundle_are_no_pack(pack, folder, public_key, unread):
    (pack / FACTS).rename(pack.parent / FACTS)
    (pack / FACTS).symlink_to(pack.parent / FACTS)
    refused(pack, public_key, "no link")
    refused(folder / "champion", public_key, "lacks")
    refused(folder / "nowhere", public_key, "lacks")


@pytest.fixture(scope="module")
def evidence(folder, public_key):
    view = LakeView(open_lake(folder / "ledger"), AS_OF)
    scorer = load_bundle(folder / "champion", public_key)
    (assessment,) = assess(view, scorer, [MULE], Terms("THB"))
    record = record_of(assessment, Asked("lake", "bank", "", Terms("THB")))
    return evidence_of(assessment, record, view, {"report.html": b"<p>"})


def test_a_true_one_is_not(evidence, private_key, public_key, tmp_path):
    write_pack(tmp_path / "pack", evidence, private_key)
    found = list(verify(tmp_path / "pack", public_key))
    assert [each.is_checked for each in found] == [True] * 8 + [False]
    assert "the text of report.html: the signature alone speaks" in found[-1].words
    # What stands is never overwritten; the same content may be written again.
    write_pack(tmp_path / "pack", evidence, private_key)
    with pytest.raises(FolderRefused, match="holds something else"):
        write_pack(tmp_path / "pack", Evidence(*_changed(evidence)), private_key)


def _changed(evidence):
    return evidence.record, evidence.assessment, evidence.facts, {"report.html": b"<b>"}


def test_a_pack_needs_its_key(folder, tmp_path):
    result = run(folder, "report", MULE, "--out", tmp_path / "r.html", "--pack", tmp_path / "p")
    assert result.exit_code == 2
    assert "--key FILE" in result.output
    nowhere = tmp_path / "no.key"
    result = run(folder, "report", MULE, "--out", tmp_path / "r.html", "--pack", tmp_path / "p",
                 "--key", nowhere)  # fmt: skip
    assert isinstance(result.exception, MuleriskError)
    assert str(nowhere) in str(result.exception)
    assert not (tmp_path / "r.html").exists()


def test_what_the_assessment_says_stands_in_it(packs):
    told = json.loads((packs[MULE] / ASSESSMENT).read_text())
    assert told["account_id"] == MULE
    assert told["reasons"]
