"""The notebooks run from beginning to end, and show what stands in them."""

import nbformat
import pytest

from docs import notebook


@pytest.mark.parametrize("source", notebook.sources(), ids=lambda path: path.stem)
def test_a_notebook_shows_what_stands_in_it(source, tmp_path):
    done = notebook.run(notebook.read(source), tmp_path)
    standing = nbformat.read(source.with_suffix(".ipynb"), as_version=4)
    now = notebook.shown(done)
    for (cell, before), (_, after) in zip(notebook.shown(standing), now, strict=True):
        assert after == before, f"Run `make notebook`; this cell shows something else:\n{cell}"
    assert list(tmp_path.iterdir()) == []
