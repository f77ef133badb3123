"""A file that a command writes stands whole under its name, or not at all."""

from pathlib import Path

import pytest

from cli._outputs import written_whole
from cli.main import main


def test_it_takes_its_name_at_the_end(tmp_path):
    out = tmp_path / "new" / "report.html"
    with written_whole(out) as file:
        file.write_text("whole")
        assert not out.exists()
    assert out.read_text() == "whole"
    assert list(out.parent.iterdir()) == [out]


def test_what_stood_there_stays_where_writing_fails(tmp_path):
    out = tmp_path / "report.html"
    out.write_text("before")

    def write():
        with written_whole(out) as file:
            file.write_text("half")
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        write()
    assert out.read_text() == "before"
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("place", ["/proc/nothing", "/dev/null/keys"])
def test_a_place_that_cannot_be_written_is_told_in_words(place, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["mulerisk", "keys", "--out", place])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert capsys.readouterr().err.startswith("mulerisk: /")


def test_an_empty_name_is_told_as_what_it_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OSError, match=r"\.'$"), written_whole(Path()) as file:
        file.write_text("whole")
    assert list(tmp_path.iterdir()) == []
