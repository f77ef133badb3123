"""Keep the translators' catalogues in step with the code: `python -m docs.messages [FOLDER]`.

Messages stand in the code where they are used: in calls, in declarations of features and
typologies, in templates. A catalogue keeps what it has of them and gains what is new, without
words; a test fails until each has its words in every language.
"""

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from features.catalogue import CATALOGUE
from features.typologies import TYPOLOGIES
from ledger.schema import ACCOUNT_KINDS, CHANNELS, OUTCOMES, ROLES
from models.bands import BANDS
from models.language import CATALOGUES, LANGUAGES

ROOT = Path(__file__).parents[1]
PLACES = re.compile(r"\{(\w+)\}")

_ASKED = {"text": None, "plural": (1, 2), "marked": None}
"""Functions whose first words are messages."""
_PLACES = (("models", "*.py", "python"), ("serving", "*.py", "python"),
           ("serving/reports/template", "*", "jinja2.ext.babel_extract"))  # fmt: skip
_TERMS = {
    "account kind": (*ACCOUNT_KINDS, "not known"),
    "band": BANDS,
    "channel": CHANNELS,
    "direction": ("in", "out"),
    "outcome": OUTCOMES,
    "role": ROLES,
}
"""Context -> the words that `Language.term` is asked for."""


def messages() -> Catalog:
    """Collect every message of the project, in the order of where it stands."""
    catalogue = Catalog(project="mulerisk", charset="utf-8")
    for place, message, context in _found():
        catalogue.add(message, context=context, locations=[(place, 0)])
    return catalogue


def _found() -> Iterator[tuple[str, str | tuple[str, ...], str | None]]:
    for feature in CATALOGUE:
        yield "features/families", feature.words, None
        if feature.why_missing:
            yield "features/families", feature.why_missing, None
    for typology in TYPOLOGIES.values():
        for words in (typology.about, typology.riskier, typology.safer):
            yield "features/typologies.py", words, None
    for context, words in _TERMS.items():
        for word in words:
            yield "ledger/schema.py", word.replace("_", " "), context
    for folder, pattern, method in _PLACES:
        for path in sorted((ROOT / folder).rglob(pattern)):
            for found in _in_file(path, method):
                yield str(path.relative_to(ROOT)), found, None


def _in_file(path: Path, method: str) -> Iterator[str | tuple[str, ...]]:
    if path.suffix not in (".py", ".html", ".svg"):
        return
    for _, message, *_ in extract_from_file(method, path, _ASKED, options={"trimmed": "false"}):
        yield message


def updated(code: str) -> Catalog:
    """Bring one language's catalogue in step: nothing is guessed, and nothing outdated stays."""
    path = CATALOGUES / f"{code}.po"
    known = read_po(path.open("rb"), locale=code) if path.stat().st_size else Catalog(locale=code)
    known.update(messages(), no_fuzzy_matching=True, update_creation_date=False)
    known.obsolete.clear()
    return known


def write(catalogue: Catalog, path: Path) -> None:
    """Write a catalogue; the same messages and words give the same bytes."""
    catalogue.fuzzy = False
    catalogue.header_comment = (
        f"# The words of mulerisk's reports: {catalogue.locale_identifier}.\n"
        "# docs/translating.md says which word stands for which."
    )
    buffer = BytesIO()
    write_po(buffer, catalogue, width=100, include_lineno=False)
    text = buffer.getvalue().decode()
    # What a clock or a version of Babel would write changes without a message having changed.
    path.write_text(
        re.sub(r'^"(?!Language:|Plural-Forms|Content-T|MIME).*\\n"\n', "", text, flags=re.M)
    )


def main(folder: Path) -> None:
    """Write every catalogue."""
    for code in LANGUAGES[1:]:
        write(updated(code), folder / f"{code}.po")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else CATALOGUES)
