"""Sentences: the catalogue's words with numbers in them. Nothing else can get into one."""

from math import isnan

from features.catalogue import NETWORK_NAMES
from features.feature import Feature
from features.typologies import Typology
from models.language import ENGLISH, Language
from models.peers import Place
from models.wording import worded

_GAP = "\N{HORIZONTAL ELLIPSIS}"
"""Stands in a sentence where the value would."""
_MOST = 0.6
"""From this share of the peers on, a value is told by the side it stands on."""


def sentence(
    feature: Feature, value: float, typical: float, currency: str, language: Language = ENGLISH
) -> str:
    """Say what an account shows of a feature, and what is typical where that is known."""
    if not isnan(value):
        return _compared(fact(feature, value, currency, language), feature, typical, currency,
                         language)  # fmt: skip
    words = language.text(feature.words, value=_GAP)
    told = _compared(words[0].lower() + words[1:], feature, typical, currency, language)
    if why := _why_missing(feature, language):
        return language.text(
            "This account has no value here ({why}): {sentence}", why=why, sentence=told
        )
    return language.text("This account has no value here: {sentence}", sentence=told)


def _why_missing(feature: Feature, language: Language) -> str:
    """Say when there is no value; empty where there always is one."""
    why = language.text(feature.why_missing) if feature.why_missing else ""
    if feature.name not in NETWORK_NAMES:
        return why
    unseen = language.text("no snapshot shows the account")
    return language.text("{why}, or {unseen}", why=why, unseen=unseen) if why else unseen


def fact(feature: Feature, value: float, currency: str, language: Language = ENGLISH) -> str:
    """Say what an account shows of a feature, compared with nothing; no full stop ends it."""
    return language.text(feature.words, value=worded(value, feature.unit, currency, language))


def changed(
    feature: Feature, value: float, target: float, currency: str, language: Language = ENGLISH
) -> str:
    """Say what an account would show of a feature, and what it shows now."""
    now = worded(value, feature.unit, currency, language)
    return language.text(
        "{fact}; now it is {now}.", fact=fact(feature, target, currency, language), now=now
    )


def _compared(
    words: str, feature: Feature, typical: float, currency: str, language: Language
) -> str:
    if isnan(typical):
        return language.text("{fact}.", fact=words)
    shown = worded(typical, feature.unit, currency, language)
    return language.text("{fact}; typical is {typical}.", fact=words, typical=shown)


def title(
    typology: Typology,
    feature: Feature,
    value: float,
    typical: float,
    language: Language = ENGLISH,
) -> str:
    """Name a behaviour by the side of its peers' typical value that an account is on.

    It follows from the numbers alone, so it is true whatever a model makes of them. Without a side,
    where one of both is missing or they are equal, it names what is looked at.
    """
    side = _side(feature, value, typical)
    if not side:
        about = language.text(typology.about)
        return about[0].upper() + about[1:]
    return language.text(typology.riskier if side > 0 else typology.safer)


def is_unusual(feature: Feature, value: float, typical: float, contribution: float) -> bool:
    """Tell whether a model counts a value for a mule that published red flags count against one.

    Or the other way round. A feature without a riskier side is never unusual.
    """
    return feature.direction != "either" and contribution * _side(feature, value, typical) < 0


def _side(feature: Feature, value: float, typical: float) -> int:
    """Return 1 on the riskier side of what is typical, -1 on the safer one, 0 if neither."""
    above = int(value > typical) - int(value < typical)
    return -above if feature.direction == "lowers" else above


def standing(place: Place, *, missing: bool, language: Language = ENGLISH) -> str:
    """Say where a value stands among its peers, or how usual it is that there is none."""
    if missing:
        return _standing_of_missing(place, language)
    if not place.compared:
        return ""
    if 100 in (place.below, place.above):
        return _beyond_all(place, language)
    peers, out_of = place.peers.words(language), min(100, place.compared)
    lower, higher = (int(share * out_of / 100) for share in (place.below, place.above))
    values = {"out_of": out_of, "peers": peers}
    if lower > _MOST * out_of:
        return language.text("Higher than {n} of {out_of} {peers}.", n=lower, **values)
    if higher > _MOST * out_of:
        return language.text("Lower than {n} of {out_of} {peers}.", n=higher, **values)
    return language.text(
        "Of {out_of} {peers}, {lower} show less and {higher} show more.",
        lower=lower, higher=higher, **values,
    )  # fmt: skip


def _beyond_all(place: Place, language: Language) -> str:
    values = {"n": language.number(place.compared), "peers": place.peers.words(language)}
    if place.below:
        return language.text("Higher than all {n} {peers}.", **values)
    return language.text("Lower than all {n} {peers}.", **values)


def _standing_of_missing(place: Place, language: Language) -> str:
    out_of = min(100, place.accounts)
    return language.text(
        "It is missing for {n} of {out_of} {peers} too.",
        n=round(out_of * (1 - place.compared / place.accounts)),
        out_of=out_of,
        peers=place.peers.words(language),
    )
