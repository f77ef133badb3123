"""From the document to one page of HTML that needs nothing else."""

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from models.suggestion import Action
from models.wording import money
from serving.reports.document import ReportDocument
from serving.reports.pictures import WIDTH, timeline, waterfall
from serving.wording import UNUSUAL, counted, frequency, moment, others, percent, signed, visible

_HEADLINES: dict[Action, str] = {
    "none": "No action",
    "monitor": "Watch the account",
    "hold_amount": "Hold {amount}",
    "freeze_account": "Freeze the account",
}


def page(document: ReportDocument) -> str:
    """Write the report as HTML: no script, no network request, the same bytes each time."""
    return (
        _environment()
        .get_template("report.html")
        .render(
            document=document,
            width=WIDTH,
            waterfall=waterfall(document.judgement.base, document.steps),
            timeline=timeline(document.flow.days, document.flow.currency),
        )
    )


def headline(document: ReportDocument) -> str:
    """Say in a few words what is suggested."""
    suggestion = document.suggestion
    if document.known_mule and suggestion.action == "none":
        return "Left to its case"
    amount = suggestion.currency and money(suggestion.amount_minor, suggestion.currency)
    return _HEADLINES[suggestion.action].format(amount=amount)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("serving.reports", "template"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
    )
    environment.filters |= {
        "counted": counted,
        "frequency": frequency,
        "headline": headline,
        "moment": moment,
        "others": others,
        "money": money,
        "percent": percent,
        "signed": signed,
        "spoken": lambda word: word.replace("_", " "),
    }
    environment.globals["UNUSUAL"] = UNUSUAL
    return environment


def _harmless(value: Any) -> Any:
    """Show hidden characters of every text on the page; markup of our own templates stays."""
    return visible(value) if type(value) is str else value
