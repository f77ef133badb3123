"""A report or a notice for machines: its facts, each beside its words in one language."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import datetime
from math import isnan
from typing import Any

from models.counterfactual import Change, Counterfactual
from models.language import Language
from models.loss import Loss
from models.suggestion import Suggestion
from serving.cautions import Caution
from serving.reports.document import ReportDocument, RoleIfMule, ShownDetail, ShownReason, Step
from serving.reports.notice import Considered, Fact, Notice
from serving.reports.words import Words

SCHEMA = {ReportDocument: "mulerisk.report.1", Notice: "mulerisk.notice.1"}
"""What a record says it is; the number changes when a reader would have to."""


def record(document: ReportDocument | Notice, language: Language) -> dict[str, Any]:
    """Return a JSON-ready form: times in ISO 8601, null for missing, money in minor units."""
    words = _words(document, language)

    def plain(value: Any) -> Any:
        if is_dataclass(value):
            facts = {field.name: plain(getattr(value, field.name)) for field in fields(value)}
            return facts | words.get(type(value), _nothing)(value)
        if isinstance(value, tuple):
            return [plain(inner) for inner in value]
        if isinstance(value, datetime):
            return value.isoformat()
        return None if isinstance(value, float) and isnan(value) else value

    return {"schema": SCHEMA[type(document)], "language": language.code, **plain(document)}


def _words(
    document: ReportDocument | Notice, language: Language
) -> dict[type, Callable[[Any], dict[str, str]]]:
    """Tell for each kind of record what is said of it; in place of English, where it has some."""
    if isinstance(document, Notice):
        words = Words(language, document.reference_currency)
        return {
            Considered: lambda each: {"about": words.about(each)},
            Fact: lambda each: {"sentence": words.fact(each)},
        }
    words = Words(language, document.flow.currency)
    return {
        Caution: lambda each: {"sentence": each.words(language)},
        Change: lambda each: {"sentence": words.change(each)},
        Counterfactual: lambda _: {"sentence": words.would_change(document)},
        Loss: lambda _: {"sentence": words.loss(document)},
        RoleIfMule: lambda each: {"sentence": words.role(each)},
        ShownDetail: lambda each: {
            "sentence": words.sentence(each), "standing": words.standing(each),
        },
        ShownReason: lambda each: {"title": words.title(each)},
        Step: lambda each: {"label": words.label(each)},
        Suggestion: lambda each: {
            "headline": words.headline(document),
            "why": each.because.words(language),
            "release_test": words.release_test(each.action),
            "legal_basis": words.basis(each.legal_basis),
        },
    }  # fmt: skip


def _nothing(_: Any) -> dict[str, str]:
    return {}
