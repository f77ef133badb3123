"""What `mulerisk import` refuses: exit code, exact count, rows, cure, and nothing stored."""

import gzip
import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cli.main import main
from tests import small_ledger


@pytest.fixture
def refuse(tmp_path, monkeypatch, capsys):
    """Import a path that must be refused, and return what was said."""

    def run(path: Path, *options: str, form: str = "canonical") -> str:
        ledger = tmp_path / "ledgers" / "new"
        arguments = ["mulerisk", "import", form, str(path), "--ledger", str(ledger), *options]
        monkeypatch.setattr(sys, "argv", arguments)
        with pytest.raises(SystemExit) as stopped:
            main()
        said = capsys.readouterr()
        assert stopped.value.code == 1, said
        assert "Cure: " in said.err
        assert "Traceback" not in said.err
        assert not ledger.exists()
        assert not list(tmp_path.glob("ledgers/.*")), "a part was left behind"
        return said.err

    return run


def broken(folder: Path, table: str, row: int, **values: str) -> Path:
    content = small_ledger.tables()
    content[table][row].update(values)
    return small_ledger.write(folder, content)


def said_of(text: str, rule: str) -> str:
    """Cut the part of a refusal about one rule."""
    parts = [part for part in text.split("\n\n") if rule in part.partition("\n")[0]]
    assert parts, f"{rule!r} is not in\n{text}"
    return parts[0]


ROWS = [
    ("payer_currency", "THX", "payer_currency is one of the values allowed"),
    ("payer_amount_minor", "-5", "payer_amount_minor is at least 1"),
    ("payer_amount_minor", "0", "payer_amount_minor is at least 1"),
    ("payer_amount_minor", "NaN", "payer_amount_minor is an amount"),
    ("payer_amount_minor", "1e3", "payer_amount_minor is an amount"),
    ("payer_amount_minor", "12,5", "payer_amount_minor is an amount"),
    ("payer_amount_minor", "12.5", "payer_amount_minor is an amount"),
    ("payer_amount_minor", "\N{THAI DIGIT ONE}0", "payer_amount_minor is an amount"),
    ("payer_amount_minor", "9" * 30, "payer_amount_minor is an amount"),
    ("payer_amount_minor", "9" * 16, "payer_amount_minor is at most"),
    ("happened_at", "2024-02-30T10:00:00Z", "happened_at is a time with its zone"),
    ("happened_at", "2024-02-28T25:00:00Z", "happened_at is a time with its zone"),
    ("happened_at", "2024-03-02T10:00:00", "happened_at is a time with its zone"),
    ("happened_at", "1970-01-01T00:00:00Z", "happened_at lies between 1990 and 2100"),
    ("known_at", "9999-12-31T00:00:00Z", "known_at lies between 1990 and 2100"),
    ("known_at", "2099-01-01T00:00:00Z", "known_at is not in the future"),
    ("known_at", "2020-01-01T00:00:00Z", "known_at is not before happened_at"),
    ("payee_account", "b", "payer and payee differ"),
    ("payee_account", "nobody", "payee_account stands in accounts"),
    ("channel", "", "channel is given"),
    ("channel", "x" * 300, "channel is one of the values allowed"),
    ("transaction_id", "x" * 300, "transaction_id has at most 256 characters"),
]


@pytest.mark.parametrize(("column", "value", "rule"), ROWS)
def test_a_value_that_breaks_a_rule(tmp_path, refuse, column, value, rule):
    said = said_of(refuse(broken(tmp_path / "in", "transactions", 1, **{column: value})), rule)
    assert "1 row breaks this rule" in said
    assert re.search(rf"^ +2 +{column}\b", said, re.MULTILINE), said
    assert value[:10] in said


@pytest.mark.parametrize("value", ["0", "-0.02", "1.5"])
def test_a_probability_that_is_none(tmp_path, refuse, value):
    source = broken(tmp_path / "in", "labels", 0, inclusion_probability=value)
    said = said_of(refuse(source), "inclusion_probability is above 0 and at most 1")
    assert "1 row breaks this rule" in said
    assert value in said


def test_an_account_whose_total_is_too_large_to_count(tmp_path, refuse):
    content = small_ledger.tables()
    large = content["transactions"][0] | dict.fromkeys(
        ("payer_amount_minor", "payee_amount_minor"), str(10**15)
    )
    content["transactions"] += [large | {"transaction_id": f"x{n}"} for n in range(9_500)]
    said = refuse(small_ledger.write(tmp_path / "in", content))
    assert "554 rows break this rule" in said_of(said, "what an account paid and was paid adds up")


def test_the_count_is_exact_and_a_hundred_rows_are_shown(tmp_path, refuse):
    content = small_ledger.tables()
    first = content["transactions"][0]
    content["transactions"] += [first | {"transaction_id": f"x{n}"} for n in range(250)]
    for row in content["transactions"][5:]:
        row["payer_amount_minor"] = row["payee_amount_minor"] = "-1"
    said = said_of(
        refuse(small_ledger.write(tmp_path / "in", content)), "payer_amount_minor is at least"
    )
    assert "250 rows break this rule" in said
    assert len(re.findall(r"^ +\d+ +payer_amount_minor +-1$", said, re.MULTILINE)) == 100
    assert "and 150 more" in said


def test_all_faults_are_told_together(tmp_path, refuse):
    content = small_ledger.tables()
    content["transactions"][1]["payer_currency"] = "THX"
    content["transactions"][2]["happened_at"] = "yesterday"
    content["labels"][0]["outcome"] = "guilty"
    said = refuse(small_ledger.write(tmp_path / "in", content))
    for rule in ("payer_currency is one", "happened_at is a time", "outcome is one"):
        said_of(said, rule)


def test_duplicate_ids_by_their_content(tmp_path, refuse):
    content = small_ledger.tables()
    first = content["transactions"][0]
    content["transactions"] += [first, first | {"channel": "wire"}]
    said = refuse(small_ledger.write(tmp_path / "in", content))
    assert "6  " in said_of(said, "repeats an earlier row:")
    assert "7  " in said_of(said, "repeats an earlier row with other content")


def test_columns(tmp_path, refuse):
    content = small_ledger.tables()
    for row in content["transactions"]:
        del row["channel"]
        row["colour"] = "blue"
    said = refuse(small_ledger.write(tmp_path / "in", content))
    said_of(said, "column channel is missing")
    said_of(said, "column 'colour' is unknown")


def test_amounts_without_a_known_rate(tmp_path, refuse):
    folder = broken(tmp_path / "in", "transactions", 1, payer_currency="EUR", payee_currency="EUR")
    said = said_of(refuse(folder, "--reference-currency", "THB"), "a rate to the reference")
    assert "EUR" in said


def test_a_personal_terminal_is_not_steered(tmp_path, refuse):
    said = refuse(broken(tmp_path / "in", "transactions", 0, channel="\x1b[2Jwire"))
    assert "\x1b" not in said


def rewritten(tmp_path: Path, content: bytes, name: str = "transactions.csv") -> Path:
    folder = small_ledger.write(tmp_path / "in", small_ledger.tables())
    (folder / "transactions.csv").unlink()
    (folder / name).write_bytes(content)
    return folder


def sound(tmp_path: Path) -> bytes:
    folder = small_ledger.write(tmp_path / "sound", small_ledger.tables())
    return (folder / "transactions.csv").read_bytes()


NOISE = random.Random(3).randbytes(50_000)
DAMAGED = {
    "truncated gzip": lambda text: (gzip.compress(text)[:-20], "transactions.csv.gz"),
    "changed gzip": lambda text: (gzip.compress(text)[:-8] + b"\1" * 8, "transactions.csv.gz"),
    "empty gzip": lambda text: (b"", "transactions.csv.gz"),
    "noise as gzip": lambda text: (NOISE, "transactions.csv.gz"),
    "empty file": lambda text: (b"", "transactions.csv"),
    "noise": lambda text: (NOISE, "transactions.csv"),
    "noise after the header": lambda text: (text + NOISE, "transactions.csv"),
    "noise as Parquet": lambda text: (NOISE, "transactions.parquet"),
    "empty Parquet": lambda text: (b"", "transactions.parquet"),
    "header only": lambda text: (text.partition(b"\n")[0] + b"\n", "transactions.csv"),
    "header without line end": lambda text: (text.partition(b"\r")[0], "transactions.csv"),
    "UTF-16": lambda text: (text.decode().encode("utf-16"), "transactions.csv"),
    "Latin-1": lambda text: (text.replace(b"t2", b"\xe9"), "transactions.csv"),
    "lone surrogate": lambda text: (text.replace(b"t2", b"\xed\xa0\x80"), "transactions.csv"),
    "NUL": lambda text: (text.replace(b"t2", b"t\0"), "transactions.csv"),
    "short row": lambda text: (text + b"t9,x\r\n", "transactions.csv"),
    "long row": lambda text: (text + b"," * 40 + b"\r\n", "transactions.csv"),
    "open quote": lambda text: (text + b'"t9', "transactions.csv"),
    "header twice": lambda text: (text.replace(b"channel", b"known_at", 1), "transactions.csv"),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_file(tmp_path, refuse, damage):
    said = refuse(rewritten(tmp_path, *DAMAGED[damage](sound(tmp_path))))
    assert "transactions" in said


def test_a_folder_in_place_of_a_file(tmp_path, refuse):
    folder = small_ledger.write(tmp_path / "in", small_ledger.tables())
    (folder / "transactions.csv").unlink()
    (folder / "transactions.csv").mkdir()
    said_of(refuse(folder), "is no file")


@pytest.mark.parametrize("form", ["canonical", "amlsim", "amlgentex", "amlworld", "unheard-of"])
def test_a_missing_path(tmp_path, refuse, form):
    refuse(tmp_path / "nowhere", form=form)


@pytest.mark.parametrize("form", ["canonical", "amlsim", "amlgentex", "amlworld"])
def test_an_empty_folder(tmp_path, refuse, form):
    (tmp_path / "in").mkdir()
    refuse(tmp_path / "in", form=form)


def test_a_table_said_twice_and_a_file_of_no_table(tmp_path, refuse):
    folder = small_ledger.write(tmp_path / "in", small_ledger.tables())
    small_ledger.write(folder, small_ledger.tables(), packed=True)
    (folder / "payments.csv").write_text("a\n1\n")
    said = refuse(folder)
    said_of(said, "comes twice")
    said_of(said, "is no table of a ledger")


def test_a_ledger_is_never_overwritten(tmp_path, monkeypatch, capsys):
    folder, ledger = small_ledger.write(tmp_path / "in", small_ledger.tables()), tmp_path / "new"
    arguments = ["mulerisk", "import", "canonical", str(folder), "--ledger", str(ledger)]
    monkeypatch.setattr(sys, "argv", arguments)
    codes = []
    for _ in range(2):
        with pytest.raises(SystemExit) as stopped:
            main()
        codes.append(stopped.value.code)
    assert codes == [0, 1]
    assert "is there already" in capsys.readouterr().err


@pytest.mark.parametrize("place", ["link", "dangling", "file/below", "x" * 300])
def test_a_place_where_no_ledger_can_stand(tmp_path, refuse, place):
    folder = small_ledger.write(tmp_path / "in", small_ledger.tables())
    (tmp_path / "empty").mkdir()
    links = {tmp_path / "link": tmp_path / "empty", tmp_path / "dangling": tmp_path / "nowhere"}
    for link, target in links.items():
        link.symlink_to(target)
    (tmp_path / "file").write_text("x")
    said = refuse(folder, "--ledger", str(tmp_path / place))
    assert ("is there already" if tmp_path / place in links else "cannot be used") in said
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "dangling", "empty", "file", "in", "link",
    ]  # fmt: skip
    assert not list((tmp_path / "empty").iterdir())


@pytest.mark.parametrize("form", ["canonical", "amlsim", "amlgentex", "amlworld", "mapped"])
def test_a_path_that_no_file_system_has(tmp_path, refuse, form):
    mapping = ["--mapping", "x" * 300] if form == "mapped" else []
    refuse(tmp_path / ("x" * 300), *mapping, form=form)


def test_a_file_of_too_many_columns(tmp_path, refuse):
    text = ",".join(f"c{n}" for n in range(100_000))
    folder = rewritten(tmp_path, f"{text}\n{text}\n".encode())
    said_of(refuse(folder), "has 100,000 columns")


def test_a_parquet_file_of_too_many_columns(tmp_path, refuse):
    folder = rewritten(tmp_path, b"", "transactions.parquet")
    wide = pa.table({f"c{n}": pa.array([], pa.string()) for n in range(1001)})
    pq.write_table(wide, folder / "transactions.parquet")
    said_of(refuse(folder), "has 1,001 columns")


LINE_BYTES = 200_000_000
MEASURED = """
from cli.main import main
try:
    main()
finally:
    # Not getrusage: what it calls the peak of a process may be its parent's.
    with open("/proc/self/status") as status:
        peak = next(line for line in status if line.startswith("VmHWM"))
    print("peak", int(peak.split()[1]) // 1024)
"""


@pytest.mark.parametrize("where", ["header", "row"])
def test_one_line_of_200_megabytes_takes_no_memory(tmp_path, where):
    folder = small_ledger.write(tmp_path / "in", small_ledger.tables())
    with (folder / "transactions.csv").open("r+b") as file:
        file.seek(0, os.SEEK_SET if where == "header" else os.SEEK_END)
        file.seek(LINE_BYTES, os.SEEK_CUR)  # a hole: a line of zeros that takes no disk
        file.write(b"x\n")
    ledger = tmp_path / "new"
    command = [sys.executable, "-c", MEASURED, "import", "canonical", str(folder)]
    done = subprocess.run(
        [*command, "--ledger", str(ledger)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "longer than one megabyte" in done.stderr
    assert "Traceback" not in done.stderr
    assert not ledger.exists()
    assert int(re.search(r"peak (\d+)", done.stdout).group(1)) < 400
