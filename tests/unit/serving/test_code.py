"""The hash of the code changes with any file that takes part, and with nothing else."""

from pathlib import Path

import pytest

from serving import code


@pytest.fixture
def rooms(tmp_path, monkeypatch):
    for room in ("ledger", "features", "models", "serving/template", "serving/__pycache__"):
        (tmp_path / room).mkdir(parents=True)
        (tmp_path / room / "file.txt").write_text(room)
    monkeypatch.setattr(code, "_ROOT", tmp_path)
    return tmp_path


def version():
    return code.code_version.__wrapped__()


def test_any_file_counts_by_name_and_content(rooms: Path):
    seen = [version()]
    (rooms / "serving" / "template" / "file.txt").write_text("x")
    seen.append(version())
    (rooms / "models" / "file.txt").rename(rooms / "models" / "other.txt")
    seen.append(version())
    (rooms / "ledger" / "file.txt").unlink()
    seen.append(version())
    assert len(set(seen)) == 4


def test_what_python_leaves_behind_does_not_count(rooms: Path):
    before = version()
    (rooms / "serving" / "__pycache__" / "file.txt").write_text("x")
    assert version() == before


def test_the_libraries_whose_numbers_matter_are_named():
    for name in ("Python 3.", "lightgbm ", "numba ", "numpy "):
        assert name in code.libraries()
