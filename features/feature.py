"""What a feature is before it is code."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from features.history import History

Evidence = Callable[[History, int], NDArray[np.bool_]]
"""Tells which events of a history make the value at `as_of` (microseconds)."""


Direction = Literal["raises", "lowers", "either"]

_SIGN: dict[Direction, int] = {"raises": 1, "lowers": -1, "either": 0}


@dataclass(frozen=True)
class Feature:
    """One column of the feature table.

    Attributes
    ----------
    name : str
        Ends with its window, if it has one.
    about : str
        The definition, one sentence.
    unit : str
        One of `UNITS`.
    typology : str
        The laundering scheme, or the sign of honest life, that it measures.
    source : str
        Where the definition or the red flag was published; a key of `SOURCES`.
    direction : str
        Whether a higher value raises or lowers the risk by itself, or either.
    words : str
        The reason as a plain fact with `{value}` in it, since whether it speaks for or against is
        the model's to say. A message of the catalogues in `models/languages`.
    evidence : callable
        The transactions that make the value: computed from those alone it is the same.
    one_way : bool
        Whether a model is held to the direction: all else equal, a value further in it never
        lowers the score. For what honest accounts may show as well, but what clears nobody.
        Without that, a model learns from a few rows that more cash withdrawn is a good sign.
    """

    name: str
    about: str
    unit: str
    typology: str
    source: str
    direction: Direction
    words: str
    evidence: Evidence
    one_way: bool = False

    @property
    def constraint(self) -> int:
        """What a model must keep to: 1 or -1 where a higher value only raises or lowers, else 0."""
        return _SIGN[self.direction] if self.one_way else 0

    @property
    def window(self) -> str:
        """Length of the window, such as 30d; empty where there is none."""
        last = self.name.rsplit("_", 1)[-1]
        return last if last[:-1].isdigit() else ""

    @property
    def why_missing(self) -> str:
        """When there is no value, as the definition says; empty where there always is one."""
        _, _, condition = self.about.partition("; missing ")
        return condition.removeprefix("if ").removeprefix("with ").rstrip(".")


IN_WORDS = {"1d": "one day", "7d": "7 days", "30d": "30 days", "90d": "90 days"}
"""Windows as a sentence names them."""

UNITS = ("transactions", "accounts", "institutions", "countries", "devices", "minor units", "share",
         "minutes", "days", "ratio", "payments", "times")  # fmt: skip

SOURCES = {
    "BOT": "Bank of Thailand, figures on mule accounts closed March 2023 to April 2024, as quoted"
    " by The Nation (articles 40038787 and 40045741)",
    "FATF": "FATF, Egmont Group and INTERPOL, Illicit Financial Flows from Cyber-Enabled Fraud,"
    " November 2023",
    "AUSTRAC": "AUSTRAC, warnings on money mules, as quoted by flexi-news and vixio",
    "FinCEN": "FinCEN advisory FIN-2020-A003, imposter scams and money mule schemes",
    "Goh": "Goh and Barabasi, Burstiness and memory in complex systems, EPL 81 (2008) 48002",
    "Herfindahl": "Herfindahl index: the sum of squared shares",
    "AMLworld": "Altman et al., Realistic Synthetic Financial Transactions for Anti-Money"
    " Laundering Models, NeurIPS 2023: patterns fan-in, fan-out, gather-scatter, cycle",
    "Holme": "Holme and Saramaki, Temporal networks, Physics Reports 519 (2012): time-respecting"
    " paths",
    "PageRank": "Haveliwala, Topic-sensitive PageRank, WWW 2002: PageRank with a chosen start",
    "Clayton": "Devaynes v Noble, Clayton's case, 1 Mer 572 (1816): what was paid in first is paid"
    " out first",
    "Jaccard": "Jaccard, The distribution of the flora in the alpine zone, New Phytologist 11"
    " (1912): what two sets have in common, by what either has",
    "ISO 20022": "ISO 20022, message camt.056, with the reason FRAD: a bank asks a payment back",
    "Bangkok Post": "Bangkok Post, article 2980261, on companies behind mule accounts",
    "practice": "Practice of fraud desks: what victims, banks and authorities said of accounts",
    "peer": "Comparison with honest accounts: a sign of ordinary life",
}
"""Published places that definitions and red flags come from."""
