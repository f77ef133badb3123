"""The model card as one page of HTML that needs nothing else."""

import json
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from models.bundle import CARD, CARD_FACTS
from training.pages.frame import templates

_PICTURES = {
    "reliability.png": "How often a mule outcome followed each forecast",
    "precision_recall.png": "Precision over recall of the model and of each baseline",
    "shap.png": "SHAP values of the strongest features over a sample of test rows",
}


def card(facts: Mapping[str, Any], evaluated: Path) -> dict[str, bytes]:
    """Write a card's facts for machines and as a page.

    Parameters
    ----------
    facts : mapping
        Of `card_facts`.
    evaluated : Path
        The folder with the pictures of the evaluation.
    """
    told = json.dumps(facts, indent=2, sort_keys=True, allow_nan=False, ensure_ascii=False) + "\n"
    return {CARD: page(facts, evaluated).encode(), CARD_FACTS: told.encode()}


def page(facts: Mapping[str, Any], evaluated: Path) -> str:
    """Fill the page: no script, no network request, the same bytes always."""
    pictures = [
        (about, b64encode((evaluated / name).read_bytes()).decode())
        for name, about in _PICTURES.items()
    ]
    template = templates("training.card", words=_words, moment=_moment).get_template("card.html")
    return template.render(facts, pictures=pictures)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _moment(written: str) -> str:
    return f"{datetime.fromisoformat(written):%Y-%m-%d %H:%M} UTC"
