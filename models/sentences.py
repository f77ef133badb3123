"""Sentences: the catalogue's words with numbers in them. Nothing else can get into one."""

from math import isnan

from features.feature import Feature
from features.typologies import Typology
from models.wording import worded

_GAP = "\N{HORIZONTAL ELLIPSIS}"
"""Stands in a sentence where the value would."""
_COMPARISON = "; typical is {typical}"
_MOST = 0.6
"""From this share of the peers on, a value is told by the side it stands on."""


def sentence(feature: Feature, value: float, typical: float, currency: str) -> str:
    """Say what an account shows of a feature, and what is typical where that is known."""
    words = _words_of_missing(feature) if isnan(value) else feature.words
    if isnan(typical):
        words = words.replace(_COMPARISON, "")
    return words.format(
        value=worded(value, feature.unit, currency), typical=worded(typical, feature.unit, currency)
    )


def changed(feature: Feature, value: float, target: float, currency: str) -> str:
    """Say what an account would show of a feature, and what it shows now."""
    return feature.words.replace(_COMPARISON, "; now it is {typical}").format(
        value=worded(target, feature.unit, currency), typical=worded(value, feature.unit, currency)
    )


def title(typology: Typology, feature: Feature, value: float, typical: float) -> str:
    """Name a behaviour by the side of its peers' typical value that an account is on.

    It follows from the numbers alone, so it is true whatever a model makes of them. Without a side,
    where one of both is missing or they are equal, it names what is looked at.
    """
    side = _side(feature, value, typical)
    if not side:
        return typology.about[0].upper() + typology.about[1:]
    return typology.riskier if side > 0 else typology.safer


def is_unusual(feature: Feature, value: float, typical: float, contribution: float) -> bool:
    """Tell whether a model counts a value for a mule that published red flags count against one.

    Or the other way round. A feature without a riskier side is never unusual.
    """
    return feature.direction != "either" and contribution * _side(feature, value, typical) < 0


def _side(feature: Feature, value: float, typical: float) -> int:
    """Return 1 on the riskier side of what is typical, -1 on the safer one, 0 if neither."""
    above = int(value > typical) - int(value < typical)
    return -above if feature.direction == "lowers" else above


def _words_of_missing(feature: Feature) -> str:
    _, _, condition = feature.about.partition("; missing ")
    why = condition.removeprefix("if ").removeprefix("with ").rstrip(".")
    words = feature.words[0].lower() + feature.words[1:].replace("{value}", _GAP)
    return f"This account has no value here{f' ({why})' if why else ''}: {words}"


def standing(below: float, above: float, compared: int, peers: str) -> str:
    """Say where a value stands among its peers.

    Parameters
    ----------
    below, above : float
        Percentages of the peers below and above it.
    compared : int
        How many peers have a value.
    peers : str
        Who they are.
    """
    if 100 in (below, above):
        return f"{'Higher' if below else 'Lower'} than all {compared:,} {peers}."
    out_of = min(100, compared)
    lower, higher = (int(share * out_of / 100) for share in (below, above))
    if lower > _MOST * out_of:
        return f"Higher than {lower} of {out_of} {peers}."
    if higher > _MOST * out_of:
        return f"Lower than {higher} of {out_of} {peers}."
    return f"Of {out_of} {peers}, {lower} show less and {higher} show more."


def standing_of_missing(compared: int, accounts: int, peers: str) -> str:
    """Say how usual it is among the peers that a value is missing: `compared` of them have one."""
    out_of = min(100, accounts)
    return f"It is missing for {round(out_of * (1 - compared / accounts))} of {out_of} {peers} too."
