"""Documentation that the code knows is on disk as the code says it."""

import re
import subprocess
import sys

import nbformat
import pytest

from docs import notebook
from docs.generate import PAGES, ROOT


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    # A process of its own: click remembers the help of a command from its first caller.
    folder = tmp_path_factory.mktemp("docs")
    subprocess.run([sys.executable, "-m", "docs.generate", folder], cwd=ROOT, check=True)
    return folder


@pytest.mark.parametrize("page", PAGES)
def test_the_page_is_what_the_code_says(page, written):
    on_disk = (ROOT / "docs" / page).read_text()
    assert on_disk == (written / page).read_text(), f"docs/{page} is out of date; run `make docs`"


PROSE = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "GLOSSARY.md")]
PROSE += sorted((ROOT / "docs").rglob("*.md"))


@pytest.mark.parametrize("file", PROSE, ids=lambda file: str(file.relative_to(ROOT)))
def test_links_lead_somewhere(file):
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", file.read_text()):
        path, _, heading = target.partition("#")
        other = file.parent / path if path else file
        assert other.exists(), target
        assert not heading or heading in _headings(other), target


def _headings(file):
    """Name the headings of a page as links do: small letters, no signs, dashes for spaces."""
    lines = re.sub(r"^```.*?^```", "", file.read_text(), flags=re.M | re.S).splitlines()
    titles = [line.lstrip("#").strip().lower() for line in lines if line.startswith("#")]
    return {re.sub(r"[^\w -]", "", title).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("source", notebook.sources(), ids=lambda path: path.stem)
def test_a_notebook_holds_the_cells_of_its_source(source):
    file = source.with_suffix(".ipynb")
    cells = [(cell.id, cell.source) for cell in notebook.read(source).cells]
    standing = nbformat.read(file, as_version=4)
    assert [(cell.id, cell.source) for cell in standing.cells] == cells, "Run `make notebook`."
    nbformat.validate(standing)
    text = file.read_text()
    assert len(text) < 1_000_000
    assert not re.search(r"https?://|<script|(?<![\w.+/])/(work|root|home|tmp)/", text)


def test_what_a_notebook_shows_is_held_but_for_learnt_figures():
    def cell(text, *tags):
        output = nbformat.v4.new_output("stream", name="stdout", text=text)
        made = nbformat.v4.new_code_cell("", outputs=[output], metadata={"tags": list(tags)})
        return nbformat.v4.new_notebook(cells=[made])

    def shown(*words):
        return notebook.shown(cell(*words))

    assert shown("27,563 rows") != shown("27,564 rows")
    assert shown("a  -0.2500 [1, 2]", notebook.LEARNT) == shown("a 0.5 [-3, 14]", notebook.LEARNT)
    assert shown("0.5 proven", notebook.LEARNT) != shown("0.5 refused", notebook.LEARNT)
