"""Every file that is written of one document, by name: in each form and each language.

The same document and version of this software give the same bytes; of a PDF, with the same fonts.
"""

import json
from collections.abc import Callable, Mapping
from functools import partial

from models.language import LANGUAGES, Language, language
from serving.reports.document import ReportDocument
from serving.reports.notice import Notice
from serving.reports.page import page
from serving.reports.pdf import pdf
from serving.reports.record import record


def _html(document: ReportDocument | Notice, language: Language) -> bytes:
    return page(document, language).encode()


def _pdf(document: ReportDocument | Notice, language: Language) -> bytes:
    return pdf(page(document, language, "paper"), language)


def _json(document: ReportDocument | Notice, language: Language) -> bytes:
    told = record(document, language)
    return f"{json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False)}\n".encode()


FORMS: Mapping[str, Callable[[ReportDocument | Notice, Language], bytes]] = {
    ".html": _html,
    ".pdf": _pdf,
    ".json": _json,
}
"""End of a file's name -> what writes it."""


def output_name(form: str, code: str) -> str:
    """Name the output of a form in a language: `report.html`, `report.th.pdf`."""
    return f"report{form}" if code == LANGUAGES[0] else f"report.{code}{form}"


def notice_name(form: str, code: str, digest: str) -> str:
    """Name a notice on record, each by its hash too: they differ in where to object."""
    return f"{_NOTICE}{digest[:12]}.{code}{form}"


def is_notice(name: str) -> bool:
    """Tell whether an output on record is a notice to the holder."""
    return name.startswith(_NOTICE)


_NOTICE = "notice-"


def _written(form: str, code: str, document: ReportDocument) -> bytes:
    return FORMS[form](document, language(code))


OUTPUTS: Mapping[str, Callable[[ReportDocument], bytes]] = {
    output_name(form, code): partial(_written, form, code) for code in LANGUAGES for form in FORMS
}
"""What a report, an evidence pack and a replay may hold."""

PAGE = output_name(".html", LANGUAGES[0])
"""The output that a replay makes whatever was written then."""
