"""From a report or a notice to one page of HTML that needs nothing else."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ledger.foreign_text import visible
from models.language import Language
from serving.reports.document import ReportDocument
from serving.reports.lettering import DARK, LIGHT, Lettering, Medium
from serving.reports.notice import Notice
from serving.reports.pictures.frame import WIDTH
from serving.reports.pictures.parties import parties_picture
from serving.reports.pictures.timeline import timeline
from serving.reports.pictures.waterfall import waterfall
from serving.reports.words import Words


def page(document: ReportDocument | Notice, language: Language, medium: Medium = "screen") -> str:
    """Write a report or a notice as HTML: no script, no network request, the same bytes always.

    Parameters
    ----------
    medium : {"screen", "paper"}
        A page for paper is for `serving.reports.pdf` alone.
    """
    if isinstance(document, Notice):
        template, values = _notice(document, language)
    else:
        template, values = _report(document, language)
    lettering = Lettering(medium)
    return environment(language).get_template(template).render(values, lettering=lettering)


def _report(document: ReportDocument, language: Language) -> tuple[str, dict[str, Any]]:
    words = Words(language, document.flow.currency)
    return "report.html", {
        "document": document,
        "words": words,
        "width": WIDTH,
        "waterfall": waterfall(document.judgement.base, document.steps, words.label),
        "picture": parties_picture(document.parties, words),
        "timeline": timeline(document.flow.days, document.flow.currency, language),
    }


def _notice(notice: Notice, language: Language) -> tuple[str, dict[str, Any]]:
    return "notice.html", {"notice": notice, "words": Words(language, notice.reference_currency)}


@cache
def environment(language: Language) -> Environment:
    """Make what fills templates in one language.

    Templates ask for messages with `text`, `plural` and `term`. A message may hold markup, which is
    ours; what is put into its places is text and stays text.
    """
    environment = Environment(
        loader=PackageLoader("serving.reports", "template"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
    )
    environment.globals |= {
        "DARK": DARK,
        "LIGHT": LIGHT,
        "language": language,
        "text": lambda message, **values: _filled(language.catalogue.gettext(message), values),
        "plural": lambda one, many, count, **values: _filled(
            language.catalogue.ngettext(one, many, count), {"n": language.number(count), **values}
        ),
        "term": language.term,
    }
    return environment


def _filled(message: str, values: Mapping[str, Any]) -> Markup:
    shown = {name: _harmless(value) for name, value in values.items()}
    return Markup(message).format(**shown)  # noqa: S704 - messages are ours, values are escaped


def _harmless(value: Any) -> Any:
    """Show hidden characters of every text on the page; markup of our own templates stays."""
    return visible(value) if type(value) is str else value
