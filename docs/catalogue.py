"""The pages about features: all of them in tables, and each family on a small ledger.

What a page shows of a ledger is what the engine answers about it, never typed by hand.
"""

import importlib
from collections.abc import Iterator

from docs.examples.answers import ASKED, Answer, Example, answers, example
from docs.examples.drawing import drawing, marked
from docs.examples.drawn import AS_OF
from features.catalogue import ACCOUNT_FAMILIES, CATALOGUE, FAMILIES
from features.feature import SOURCES, Feature
from features.red_flags import RED_FLAGS, RedFlag
from models.sentences import fact

ABOUT = (
    f"The {len(CATALOGUE)} columns of the feature table, in their order. A window such as 7d"
    " is the 7 days before the instant asked about, without that instant. Amounts are minor"
    " units of the ledger's reference currency. A missing value is missing and never 0. A"
    " payment that was wholly taken back does not count, nor does its reversal, once both are"
    " known. Where the risk is said to be raised or lowered only, our models are held to it:"
    " all else equal, a higher value never moves a score the other way. From `hops` on they are"
    " of the network and come from snapshots ([network.md](network.md)).\n\n"
    "Each name leads to its feature on a small ledger that can be checked with a pencil: the"
    " value it has there, how a person counts it, the sentence it is told in, and the payments that"
    " make it."
)

_EXPLAINED = (
    f"Asked about is the account `{ASKED}` at {AS_OF:%H:%M} UTC on {AS_OF:%A}"
    f" {AS_OF.day} {AS_OF:%B %Y}. A line tells how long before that something happened, when that"
    " was (UTC), who paid whom, how many baht and through which channel; the sign tells what"
    f" `{ASKED}` received (+) or paid (-). A window holds all lines below the rule with its name;"
    " a window that no rule names holds none. What stands in brackets is no account of the ledger."
    " An account of which nothing else is said is held by `bank_a` in Thailand.\n\n"
    "On paper, money is in baht, of 100 minor units each; `#3` is payment 3; what is listed is"
    f" counted. Of the payments of `{ASKED}` those are marked that make the value."
)


def sections() -> Iterator[str]:
    """Write the tables of all features section by section."""
    yield from (_family(name) for name in FAMILIES)
    yield _red_flags()
    sources = "\n".join(f"- **{name}**: {text}." for name, text in SOURCES.items())
    yield f"## Sources\n\n{sources}"


def worked_through(family: str) -> Iterator[str]:
    """Write a family's features on its ledger section by section."""
    shown = example(family)
    yield f"{_question(family)}\n\n{_neighbours(family)}"
    yield f"## The ledger\n\n{shown.story}\n\n```text\n{drawing(shown.drawn, ASKED)}\n```"
    yield _EXPLAINED
    answered = answers(shown.drawn, [feature.name for feature in FAMILIES[family]])
    for feature in FAMILIES[family]:
        yield _answered(feature, answered[feature.name], shown)


def _answered(feature: Feature, answer: Answer, shown: Example) -> str:
    value = f"{answer.value:,.4f}".rstrip("0").rstrip(".")
    calculation, _, why = shown.on_paper[feature.name].partition("; ")
    behind = f"`{marked(answer.payments, shown.drawn)}`" if answer.payments else "none"
    risk = _risk(feature).replace("either", "raises or lowers")
    rows = {
        "value": value,
        "unit": feature.unit,
        "on paper": f"`{calculation}`" + f": {why}" * bool(why),
        "its payments": behind,
        "typology": f"{feature.typology}; a higher value {risk} the risk",
        "source": f"{feature.source}: {SOURCES[feature.source]}",
    }
    (name, first), *others = rows.items()
    table = [f"| {name} | {first} |", "|---|---|", *(f"| {n} | {told} |" for n, told in others)]
    words = fact(feature, answer.value, "THB")
    return "\n".join([f"## `{feature.name}`\n\n{feature.about}\n\n> {words}.\n", *table])


def _neighbours(family: str) -> str:
    names = list(FAMILIES)
    place = names.index(family)
    before = [f"previous: [{name}]({name}.md)" for name in names[:place][-1:]]
    after = [f"next: [{name}]({name}.md)" for name in names[place + 1 :][:1]]
    return ", ".join(["[All features](../features.md)", *before, *after])


def _red_flags() -> str:
    rows = [
        f"| {number} | {flag.about} | {_measured(flag)} |"
        for number, flag in enumerate(RED_FLAGS, start=1)
    ]
    measured = sum(bool(flag.features) for flag in RED_FLAGS)
    told = sum(bool(flag.told) for flag in RED_FLAGS)
    about = (
        f"Of {len(RED_FLAGS)} red flags {measured} are measured and {told} is told beside the"
        " score; the others need further facts."
    )
    header = ["| | red flag | measured by |", "|---|---|---|"]
    return "\n".join([f"## Red flags\n\n{about}\n", *header, *rows])


def _measured(flag: RedFlag) -> str:
    if flag.told:
        return f"told by an assessment's `{flag.told}`"
    if flag.needs:
        return f"needs {flag.needs}"
    return ", ".join(f"`{name}`" for name in flag.features)


def _family(family: str) -> str:
    rows = [
        f"| [`{feature.name}`](features/{family}.md#{feature.name}) | {feature.about} |"
        f" {feature.unit} | {feature.typology} | {_risk(feature)} | {feature.source} |"
        for feature in FAMILIES[family]
    ]
    about = f"{_question(family)} [On a small ledger](features/{family}.md)."
    return "\n".join(
        [
            f"## {family}\n\n{about}\n",
            "| feature | definition | unit | typology | risk | source |",
            "|---|---|---|---|---|---|",
            *rows,
        ]
    )


def _question(family: str) -> str:
    room = "families" if family in ACCOUNT_FAMILIES else "network"
    return (importlib.import_module(f"features.{room}.{family}").__doc__ or "").strip()


def _risk(feature: Feature) -> str:
    return f"{'only ' * feature.one_way}{feature.direction}"
