"""Documentation that the code knows is on disk as the code says it."""

import pytest

from docs.generate import PAGES, ROOT


@pytest.mark.parametrize("page", PAGES)
def test_the_page_is_what_the_code_says(page):
    on_disk = (ROOT / "docs" / page).read_text()
    assert on_disk == PAGES[page](), f"docs/{page} is out of date; run `make docs`"
