"""Laundering typologies: named schemes, each with the source that describes it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from training.simulator.scheme import Scheme
from training.simulator.typologies import exits, gathering, layering


@dataclass(frozen=True)
class Typology:
    """A scheme and whom it needs.

    Attributes
    ----------
    play : callable
        Writes the transfers of one instance: `play(scheme, mules, victims)`.
    mules, victims : tuple of int
        Fewest and most of them.
    source : str
        Who describes it.
    needs : str
        What the first mule's account must be: e_wallet, dormant, or nothing.
    """

    play: Callable[[Scheme, Sequence[int], Sequence[int]], None]
    mules: tuple[int, int]
    victims: tuple[int, int]
    source: str
    needs: str = ""


TYPOLOGIES: dict[str, Typology] = {
    "fan_in": Typology(gathering.fan_in, (1, 1), (4, 12), "AMLSim fan_in; FATF 2023"),
    "fan_out": Typology(gathering.fan_out, (3, 6), (1, 2), "AMLSim fan_out; FATF 2023"),
    "gather_scatter": Typology(gathering.gather_scatter, (3, 6), (3, 9), "AMLworld"),
    "scatter_gather": Typology(gathering.scatter_gather, (4, 7), (1, 3), "AMLworld"),
    "chain": Typology(layering.chain, (3, 6), (1, 2), "AMLworld random; FATF 2023 layering"),
    "cycle": Typology(layering.cycle, (3, 5), (1, 3), "AMLSim cycle; AMLworld"),
    "stack": Typology(layering.stack, (5, 8), (2, 6), "AMLworld stack, bipartite"),
    "pass_through": Typology(layering.pass_through, (1, 2), (2, 5), "AUSTRAC: commission kept"),
    "test_payment": Typology(layering.test_payment, (1, 2), (1, 2), "AUSTRAC, FATF 2023"),
    "cash_out": Typology(exits.cash_out, (1, 2), (1, 4), "AUSTRAC: ATM on the same day"),
    "crypto_exit": Typology(exits.crypto_exit, (1, 2), (1, 4), "Bank of Thailand 2024"),
    "cross_border": Typology(exits.cross_border, (1, 3), (1, 4), "FATF 2023"),
    "merchant_exit": Typology(exits.merchant_exit, (1, 2), (1, 4), "Thai police: shops, gold"),
    "wallet_hop": Typology(exits.wallet_hop, (2, 3), (1, 3), "Bank of Thailand 2024", "e_wallet"),
    "dormant_reactivated": Typology(
        exits.dormant_reactivated, (1, 2), (1, 5), "FATF 2023", "dormant"
    ),
}
"""Every typology by its name."""
