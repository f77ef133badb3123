"""Documentation that the code knows is on disk as the code says it."""

import subprocess
import sys

import pytest

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
