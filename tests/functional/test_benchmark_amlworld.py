"""`mulerisk benchmark amlworld` as somebody runs it who has the file and nothing else."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import benchmark
from ledger.errors import InputRefused
from tests import drawn_amlworld
from tests.as_amlworld import HEADER
from training.amlworld.labelled import ProtocolRefused

BIN = Path(sys.executable).parent
SIZE = drawn_amlworld.Size(300, 4_000, 50)
CONTENDERS = {"raw columns", "with features"}


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return drawn_amlworld.write(tmp_path_factory.mktemp("drawn") / "HI-Small_Trans.csv", SIZE)


@pytest.fixture(scope="module")
def done(file):
    return subprocess.run(
        [BIN / "mulerisk", "benchmark", "amlworld", file, "--seeds", "2"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_last_line_tells_both_scopes_and_both_contenders(done):
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert set(found) == {"HI-Small"}
    assert set(found["HI-Small"]) == {"whole_file", "without_tail"}
    for scope in found["HI-Small"].values():
        assert set(scope) == CONTENDERS
        for figures in scope.values():
            assert set(figures) == {"f1", "f1_sd", "precision", "recall"}
            assert 0 < figures["f1"] < 1
        assert scope["with features"]["f1"] > scope["raw columns"]["f1"] + 0.05


def test_the_page_parts_by_time_states_the_class_rate_and_keeps_published_figures_apart(done):
    page, published = done.stdout.split("## Published by others, not measured here")
    parts = [line for line in page.splitlines() if line.startswith("| test |")]
    assert len(parts) == 2
    assert all(line.rstrip(" |").endswith("%") for line in parts)
    assert "tail: from 2022-09-1" in page
    assert "self-transfers left out: 500" in page
    assert "LightGBM + GFP | 62.86 ± 0.25" in published
    assert "68.16" not in page


def test_progress_goes_to_standard_error(done):
    for stage in ("import", "patterns", "past", "whole file: raw columns", "without the tail"):
        assert stage in done.stderr


def call(path):
    words = ["amlworld", str(path), "--seeds", "1"]
    return CliRunner().invoke(benchmark.command, words, catch_exceptions=True).exception


def test_a_file_without_a_tail_says_so(tmp_path):
    size = drawn_amlworld.Size(300, 4_000, 50, tail_days=0)
    path = drawn_amlworld.write(tmp_path / "LI-Own_Trans.csv", size)
    words = ["amlworld", str(tmp_path), "--seeds", "1"]
    done = CliRunner().invoke(benchmark.command, words, catch_exceptions=False)
    assert json.loads(done.output.splitlines()[-1])["LI-Own"]["without_tail"] is None
    assert "no tail" in done.output
    assert "Without the tail" not in done.output
    assert path.is_file()


def test_a_missing_file_is_refused(tmp_path):
    refusal = call(tmp_path / "HI-Small_Trans.csv")
    assert isinstance(refusal, InputRefused)
    assert "does not exist. Check the path" in str(refusal)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("Time,Date,Sender_account,Receiver_account\n", "column Timestamp is missing"),
        (HEADER.replace("To Bank,Account,", "To Bank,Account.1,"), ""),
    ],
)
def test_both_headers_are_read_and_no_other(header, said, tmp_path):
    refusal = call(drawn_amlworld.write(tmp_path / "Own_Trans.csv", SIZE, header))
    assert said in str(refusal) if said else refusal is None


@pytest.mark.parametrize(
    ("share", "refused", "said"),
    [
        (0.0, InputRefused, "none between two accounts launders. The labels follow from it"),
        (0.5, ProtocolRefused, "launders in validation and test (60, 20 and 20 %"),
    ],
)
def test_a_part_without_laundering_is_refused(share, refused, said, file, tmp_path):
    header, *rows = file.read_text().splitlines()
    innocent = [f"{row[:-1]}0" for row in rows[int(share * len(rows)) :]]
    path = tmp_path / "Own_Trans.csv"
    path.write_text("\n".join([header, *rows[: int(share * len(rows))], *innocent, ""]))
    refusal = call(path)
    assert isinstance(refusal, refused)
    assert said in str(refusal)
    assert "Is Laundering" in str(refusal)
