"""One page of HTML that needs nothing else: no script runs, nothing is asked of the network."""

from collections.abc import Callable
from functools import cache

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from ledger.view import instant
from models.language import ENGLISH
from training.evaluation.markdown import bounded, number, share


@cache
def templates(room: str, **filters: Callable[..., str]) -> Environment:
    """Find the templates of a room, such as `training.card`, and those that all pages share.

    Filters of its own come before those that all pages share.
    """
    places = [PackageLoader(each, "template") for each in (room, "training.pages")]
    environment = Environment(
        loader=ChoiceLoader(places),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": number, "share": share, "bounded": bounded, "moment": ENGLISH.moment,
        "instant": instant, "whole": "{:,}".format, **filters,
    }  # fmt: skip
    return environment
