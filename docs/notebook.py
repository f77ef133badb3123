"""Run the notebooks and keep what they show: `python -m docs.notebook`.

A notebook is written as plain Python, `docs/notebooks/NAME.py` in the percent format of jupytext,
which can be read in a diff. `NAME.ipynb` beside it holds the same cells with what they showed when
they were last run. A test runs them again and fails where they show something else.
"""

import os
import re
from pathlib import Path
from tempfile import TemporaryDirectory

import jupytext
import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

FOLDER = Path(__file__).parent / "notebooks"
LEARNT = "learnt"
"""Tag of cells whose figures come from learning: another processor may round them otherwise."""

_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
_NUMBER = re.compile(r"[-+\u2212]?\d[\d,]*(\.\d+)?(e[-+]?\d+)?%?")


def sources() -> list[Path]:
    """List the notebooks as they are written."""
    return sorted(FOLDER.glob("*.py"))


def read(source: Path) -> NotebookNode:
    """Read the cells of a notebook, without anything shown; the same file makes the same cells."""
    notebook = jupytext.read(source)
    notebook.metadata = NotebookNode(_METADATA)
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id = f"cell-{number:02}"
    return notebook


def run(notebook: NotebookNode, folder: Path) -> NotebookNode:
    """Run every cell in `folder`, and keep what was shown but for standard error.

    Progress goes there, with times; what a reader shall see of a command goes to standard output.
    Temporary folders of the notebook are gone afterwards.

    Raises
    ------
    CellExecutionError
        If a cell fails.
    """
    with TemporaryDirectory(prefix="kernel-") as place:
        environment = os.environ | {"IPYTHONDIR": place, "TMPDIR": place}
        client = NotebookClient(
            notebook,
            timeout=None,
            kernel_name="python3",
            record_timing=False,
            coalesce_streams=True,
        )
        kernel = client.create_kernel_manager()
        kernel.transport, kernel.ip = "ipc", f"{place}/kernel"
        client.execute(cwd=str(folder), env=environment)
    notebook.metadata = NotebookNode(_METADATA)
    for cell in _code(notebook):
        cell.outputs = [each for each in cell.outputs if each.get("name") != "stderr"]
    return notebook


def shown(notebook: NotebookNode) -> list[tuple[str, str]]:
    """Tell each code cell with the text that it showed; learnt figures are left open."""
    return [(cell.source, _text(cell)) for cell in _code(notebook)]


def write(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook with what it shows."""
    nbformat.write(notebook, path)


def _code(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _text(cell: NotebookNode) -> str:
    text = "".join(map(_words, cell.outputs))
    if LEARNT not in cell.metadata.get("tags", ()):
        return text
    # Figures of another length move the columns of a table.
    return re.sub(r"[\s-]+", " ", _NUMBER.sub("#", text))


def _words(output: NotebookNode) -> str:
    if output.output_type == "stream":
        return str(output.text)
    return str(output.data.get("text/markdown") or output.data["text/plain"])


def main() -> None:
    """Run every notebook in an empty folder, and write it beside its source."""
    for source in sources():
        with TemporaryDirectory(prefix="notebook-") as folder:
            write(run(read(source), Path(folder)), source.with_suffix(".ipynb"))


if __name__ == "__main__":
    main()
