"""From a page to a PDF of A4 that looks the same wherever it is opened: it carries its fonts."""

import subprocess
from functools import cache

from ledger.errors import MuleriskError
from models.language import Language

PACKAGES = {"en": "fonts-dejavu-core", "th": "fonts-thai-tlwg", "ja": "fonts-noto-cjk"}
"""Language -> the Debian package with a font that has its letters."""


class FontMissing(MuleriskError):
    """A font for a language is missing here, or the library that sets text."""


def pdf(page: str, language: Language) -> bytes:
    """Write a page as PDF; the same page gives the same bytes on the same fonts.

    Raises
    ------
    FontMissing
        If its letters would be empty boxes.
    """
    if not has_font(language.code):
        raise FontMissing(
            f"No font of this machine has the letters of the language {language.code!r}."
            f" `make system` installs one; on Debian or Ubuntu it is the package"
            f" {PACKAGES[language.code]}. HTML needs none here: the reader's browser has its own."
        )
    try:
        from weasyprint import HTML  # noqa: PLC0415 - takes half a second, and Pango
    except OSError as error:
        raise FontMissing(
            f"The library that sets text is missing ({error}). `make system` installs it; on Debian"
            " or Ubuntu it is the package libpangoft2-1.0-0."
        ) from error
    document: bytes = HTML(string=page, url_fetcher=_nothing).write_pdf()
    return document


@cache
def has_font(code: str) -> bool:
    """Tell whether a font has the letters of a language; where nothing can tell, assume it."""
    asked = ["fc-list", f":lang={code}", "family"]
    try:
        found = subprocess.run(asked, capture_output=True, check=True)  # noqa: S603 - one of three
    except (OSError, subprocess.CalledProcessError):
        return True
    return bool(found.stdout.strip())


def _nothing(url: str, *_: object, **__: object) -> dict[str, object]:
    raise ValueError(f"a report asks for nothing from outside, and this page asks for {url[:80]}")
