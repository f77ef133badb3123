"""Patterns by brute force, straight from their definitions, with networkx.

A transfer is a dict with happened_at, known_at, sequence (or None), payer and payee; a ledger is a
list of them in time order. `completed` returns what one of them completes, as sets of accounts.
"""

from dataclasses import dataclass, field
from itertools import combinations, pairwise, permutations, product

import networkx as nx

HOPS = (2, 3, 4, 5, 6)


@dataclass
class Completed:
    fan_in: int = 0
    fan_out: int = 0
    fan_in_burst: bool = False
    fan_out_burst: bool = False
    cycles: list = field(default_factory=list)
    scatter_gathers: list = field(default_factory=list)
    gather_scatter: int = 0
    stacks: list = field(default_factory=list)
    chain: int = 0
    chains: list = field(default_factory=list)


def is_edge(transfer):
    return None not in (transfer["payer"], transfer["payee"]) and (
        transfer["payer"] != transfer["payee"]
    )


def precedes(first, second):
    """Tell whether one transfer comes before the other; a missing sequence comes last."""
    return _moment(first) < _moment(second)


def _moment(transfer):
    last = transfer["sequence"] is None
    return transfer["happened_at"], last, transfer["sequence"] or 0


def completed(ledger, number, settings):
    """Find the patterns that the transfer at a place of the ledger completes."""
    last = ledger[number]
    if not is_edge(last):
        return None
    graph = nx.MultiDiGraph()
    for key, transfer in enumerate(ledger[: number + 1]):
        in_window = transfer["happened_at"] > last["happened_at"] - settings.window
        if is_edge(transfer) and in_window and transfer["known_at"] <= last["known_at"]:
            graph.add_edge(transfer["payer"], transfer["payee"], key, transfer=transfer)
    found = Completed()
    _fans(graph, last, number, settings, found)
    _cycles(graph, last, found)
    _scatter_gathers(graph, last, settings, found)
    _gather_scatter(graph, last, found)
    _stacks(graph, last, found)
    found.chains = list(_chains(ledger, number, settings))
    longest = max(len(chain) for chain in found.chains)
    found.chain = longest if longest >= 2 else 0
    return found


def _between(graph, payer, payee):
    return [data["transfer"] for data in (graph.get_edge_data(payer, payee) or {}).values()]


def _fans(graph, last, number, settings, found):
    payer, payee = last["payer"], last["payee"]
    found.fan_in = len(set(graph.predecessors(payee)))
    found.fan_out = len(set(graph.successors(payer)))
    first_of_pair = len(_between(graph, payer, payee)) == 1
    found.fan_in_burst = first_of_pair and found.fan_in == settings.burst
    found.fan_out_burst = first_of_pair and found.fan_out == settings.burst


def _cycles(graph, last, found):
    for accounts in nx.simple_cycles(nx.DiGraph(graph), length_bound=HOPS[-1]):
        if last["payee"] not in accounts:
            continue
        start = accounts.index(last["payee"])
        path = accounts[start:] + accounts[:start]
        if path[-1] == last["payer"]:
            legs = [_between(graph, a, b) for a, b in pairwise(path)]
            if any(_rises((*way, last)) for way in product(*legs)):
                found.cycles.append(path)


def _rises(transfers):
    return all(precedes(a, b) for a, b in pairwise(transfers))


def _scatter_gathers(graph, last, settings, found):
    for source, sink in permutations(graph, 2):
        middlemen = {
            middle
            for middle in set(graph) - {source, sink}
            if any(
                precedes(paid, pays) or not settings.in_order
                for paid in _between(graph, source, middle)
                for pays in _between(graph, middle, sink)
            )
        }
        gathers = last["payee"] == sink and _is_paid_first(graph, source, last, settings)
        scatters = not settings.in_order and last["payer"] == source
        last_middleman = last["payer"] if gathers else last["payee"]
        if (gathers or scatters) and last_middleman in middlemen and len(middlemen) >= 2:
            found.scatter_gathers.append((source, sink, middlemen))


def _is_paid_first(graph, source, last, settings):
    return any(
        precedes(paid, last) or not settings.in_order
        for paid in _between(graph, source, last["payer"])
    )


def _gather_scatter(graph, last, found):
    account = last["payer"]
    receipts = [t for payer in graph.predecessors(account) for t in _between(graph, payer, account)]
    others = set(graph.successors(account)) - {last["payee"]}
    for size in range(2, len(others) + 2):
        for payees in combinations(others, size - 1):
            for payments in product(*(_between(graph, account, payee) for payee in payees)):
                payers = {
                    receipt["payer"]
                    for receipt in receipts
                    if all(precedes(receipt, payment) for payment in (*payments, last))
                }
                if len(payers) >= size:
                    found.gather_scatter = size


def _stacks(graph, last, found):
    middleman, sink = last["payer"], last["payee"]
    for fellow in set(graph.predecessors(sink)) - {middleman}:
        for other_sink in set(graph) - {middleman, fellow, sink}:
            sources = set(graph) - {middleman, fellow, sink, other_sink}
            if any(
                _relays(graph, middleman, pair, [[last], _between(graph, middleman, other_sink)])
                and _relays(
                    graph,
                    fellow,
                    pair,
                    [_between(graph, fellow, sink), _between(graph, fellow, other_sink)],
                )
                for pair in combinations(sources, 2)
            ):
                found.stacks.append((middleman, fellow))
                break


def _relays(graph, middle, sources, payments):
    receipts = [_between(graph, source, middle) for source in sources]
    return any(
        all(precedes(receipt, payment) for receipt in way[:2] for payment in way[2:])
        for way in product(*receipts, *payments)
    )


def _chains(ledger, number, settings):
    """List every layered chain that ends with a transfer."""
    last = ledger[number]
    yield [number]
    for before, transfer in enumerate(ledger[:number]):
        if (
            is_edge(transfer)
            and transfer["payee"] == last["payer"]
            and transfer["payer"] != last["payee"]
            and transfer["known_at"] <= last["known_at"]
            and precedes(transfer, last)
            and last["happened_at"] - transfer["happened_at"] <= settings.dwell
        ):
            for chain in _chains(ledger, before, settings):
                yield [*chain, number]
