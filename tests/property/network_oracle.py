"""Network features in words of plain Python, straight from their definitions.

A ledger is a dict of tables, each a list of rows; times are microseconds. `features` answers for
one account at one instant.
"""

from collections import defaultdict
from fractions import Fraction

import networkx as nx
import numpy as np

from features.network.identifiers import USUAL
from features.network.payees import POPULAR
from features.network.walk import DAMPING, ROUNDS

DAY = 24 * 60 * 60 * 10**6
MISSING = float("nan")
MULE = ("complicit_mule", "unwitting_mule")
DEVICES = {"device_id": "device", "ip": "ip", "phone": "phone"}
FAR = 2**62


class Seen:
    """What is visible at an instant."""

    def __init__(self, ledger, now):
        self.now = now
        self.accounts = ledger["accounts"]
        for name in ("transactions", "labels", "complaints", "recalls", "list_entries"):
            rows = [r for r in ledger[name] if r["happened_at"] < now and r["known_at"] < now]
            setattr(self, name, rows)
        self.transactions.sort(key=order)
        self.identifiers = [
            r for r in ledger["identifiers"] if r["seen_from"] < now and r["known_at"] < now
        ]
        self.mules = {r["account_id"] for r in self.labels if r["outcome"] in MULE}

    def since(self, days):
        return [t for t in self.transactions if t["happened_at"] >= self.now - days * DAY]

    def between(self, days):
        return [t for t in self.since(days) if None not in parties(t)]

    def standing(self):
        """Give the standing complaints as (transaction, made_at, source)."""
        events = defaultdict(list)
        for row in sorted(self.complaints, key=lambda r: (r["known_at"], r["happened_at"])):
            events[row["complaint_id"]].append(row)
        by_id = {t["transaction_id"]: t for t in self.transactions}
        return [
            (by_id[of[-1]["transaction_id"]], min(e["happened_at"] for e in of), of[-1]["source"])
            for of in events.values()
            if of[-1]["status"] != "withdrawn" and of[-1]["transaction_id"] in by_id
        ]


def order(t):
    sequence = FAR if t["source_sequence"] is None else t["source_sequence"]
    return t["happened_at"], sequence, t["transaction_id"]


def parties(t):
    return t["payer_account"], t["payee_account"]


def features(ledger, account, now):
    """Compute every network feature but the patterns, which have an oracle of their own."""
    seen = Seen(ledger, now)
    return {
        **hops(seen, account),
        **walk(seen, account),
        **complaints(seen, account),
        **said(seen, account),
        **taint(seen, account),
        **payees(seen, account),
        **identifiers(seen, account),
        **openings(seen, account),
    }


def hops(seen, account):
    payments = seen.between(90)

    def lengths(at, time, length, goal):
        """Give the lengths of all ways on from an account, each payment later."""
        if length and at in goal:
            yield length
        if length < 5:
            for t in payments:
                if t["payer_account"] == at and t["happened_at"] > time:
                    yield from lengths(t["payee_account"], t["happened_at"], length + 1, goal)

    starts = set() if account in seen.mules else seen.mules
    came = [n for mule in starts for n in lengths(mule, -FAR, 0, {account})]
    return {
        "hops_from_mule_90d": fewest(came),
        "hops_to_mule_90d": fewest(lengths(account, -FAR, 0, starts)),
    }


def fewest(numbers):
    return min(numbers, default=MISSING)


def walk(seen, account):
    graph = nx.MultiGraph()
    for t in seen.between(30):
        graph.add_edge(*parties(t))
    starts = sorted(seen.mules & set(graph))
    if account not in graph or not starts:
        return {"mule_rank_30d": MISSING}
    start = {n: 1 / len(starts) if n in starts else 0.0 for n in graph}
    rank = start
    for _ in range(ROUNDS):
        rank = {
            n: (1 - DAMPING) * start[n]
            + DAMPING * sum(rank[o] / graph.degree(o) for _, o in graph.edges(n))
            for n in graph
        }
    return {"mule_rank_30d": rank[account] * len(graph)}


def complaints(seen, account):
    names = (
        "complaint_count_7d", "complaint_count_30d", "complaint_sum_7d", "complaint_sum_30d",
        "complaint_sources_30d", "complained_counterparty_share_90d", "complained_payer_share_30d",
    )  # fmt: skip
    if not seen.complaints:
        return dict.fromkeys(names, MISSING)
    standing = seen.standing()
    result = {}
    for days in (7, 30):
        own = [
            (t, source)
            for t, made_at, source in standing
            if t["payee_account"] == account and made_at >= seen.now - days * DAY
        ]
        amounts = {t["transaction_id"]: t["reference_minor"] for t, _ in own}
        result[f"complaint_count_{days}d"] = len(own)
        result[f"complaint_sum_{days}d"] = sum(amounts.values())
    result["complaint_sources_30d"] = len({source for _, source in own})

    def is_complained_of(other):
        return any(
            t["payee_account"] == other and t["payer_account"] != account for t, _, _ in standing
        )

    dealt = {p for t in seen.between(90) if account in parties(t) for p in parties(t)} - {account}
    came = [t for t in seen.since(30) if t["payee_account"] == account]
    tainted = [t for t in came if t["payer_account"] and is_complained_of(t["payer_account"])]
    result["complained_counterparty_share_90d"] = share(
        sum(map(is_complained_of, dealt)), len(dealt)
    )
    result["complained_payer_share_30d"] = share(total(tainted), total(came))
    return result


def share(part, whole):
    return float(Fraction(part, whole)) if whole else MISSING


def total(transactions):
    return sum(t["reference_minor"] for t in transactions)


def said(seen, account):
    own = {t["transaction_id"] for t in seen.transactions if t["payee_account"] == account}
    recent = [
        r
        for r in seen.recalls
        if r["transaction_id"] in own and r["happened_at"] >= seen.now - 30 * DAY
    ]
    latest = {}
    for row in sorted(seen.list_entries, key=lambda r: (r["known_at"], r["happened_at"])):
        latest[row["account_id"], row["list_name"]] = row["expires_at"]
    in_force = [
        a for (a, _), end in latest.items() if a == account and (end is None or end > seen.now)
    ]
    return {
        "recall_count_30d": len(recent) if seen.recalls else MISSING,
        "list_entries": len(in_force) if seen.list_entries else MISSING,
    }


def taint(seen, account):
    if not seen.complaints:
        return {"tainted_share_30d": MISSING}
    about = {t["transaction_id"] for t, _, _ in seen.standing()}
    # Every unit of money by itself would be too many: parts of equal history do.
    purse = defaultdict(list)
    tainted = received = 0
    for t in seen.since(30):
        left, parts = t["reference_minor"], []
        queue = purse[t["payer_account"]] if t["payer_account"] else []
        while left and queue:
            amount, distance = queue.pop(0)
            if amount > left:
                queue.insert(0, (amount - left, distance))
                amount = left
            left -= amount
            parts.append((amount, distance + 1 if distance and distance < 3 else 0))
        parts.append((left, 0))
        if t["transaction_id"] in about:
            parts = [(t["reference_minor"], 1)]
        if t["payee_account"]:
            purse[t["payee_account"]] += [part for part in parts if part[0]]
        if t["payee_account"] == account:
            received += t["reference_minor"]
            tainted += sum(amount for amount, distance in parts if distance)
    return {"tainted_share_30d": share(tainted, received)}


def payees(seen, account):
    paid = defaultdict(set)
    for t in seen.between(90):
        paid[t["payer_account"]].add(t["payee_account"])
    popular = {
        p for of in paid.values() for p in of if sum(p in o for o in paid.values()) > POPULAR
    }
    own = paid[account] - popular
    if not own or not seen.mules:
        return {"mule_payees_90d": MISSING}
    others = [paid[m] - popular for m in seen.mules if m != account]
    return {"mule_payees_90d": max((share(len(own & o), len(own | o)) for o in others), default=0)}


def identifiers(seen, account):
    start, users = seen.now - 30 * DAY, defaultdict(set)
    for row in seen.identifiers:
        if row["seen_until"] is None or row["seen_until"] >= start:
            users[row["kind"], row["value"]].add(row["account_id"])
    for t in seen.since(30):
        for column, kind in DEVICES.items():
            if t["payer_account"] and t[column]:
                users[kind, t[column]].add(t["payer_account"])
    users = {key: who for key, who in users.items() if len(who) <= USUAL}
    own = {key: who for key, who in users.items() if account in who}
    graph = nx.Graph()
    for key, who in users.items():
        graph.add_edges_from((one, key) for one in who)
    linked = nx.node_connected_component(graph, account) if account in graph else set()
    sharers = {a for who in own.values() for a in who} - {account}
    community = {a for a in linked if isinstance(a, str)} - {account}
    return {
        "device_accounts_30d": most(len(who) for (kind, _), who in own.items() if kind == "device"),
        "identifier_accounts_30d": most(
            len(who) for (kind, _), who in own.items() if kind != "device"
        ),
        "sharer_mule_share_30d": mule_share(sharers, seen.mules),
        "community_mule_share_30d": mule_share(community, seen.mules),
    }


def most(numbers):
    return max(numbers, default=MISSING)


def mule_share(accounts, mules):
    return share(len(accounts & mules), len(accounts)) if mules else MISSING


def openings(seen, account):
    holder = next((a["holder_id"] for a in seen.accounts if a["account_id"] == account), None)
    opened = [
        a
        for a in seen.accounts
        if a["holder_id"] == holder
        and a["opened_at"] is not None
        and seen.now - 90 * DAY <= a["opened_at"] < seen.now
    ]
    return {"holder_openings_90d": MISSING if holder is None else len(opened)}


def is_equal(value, oracle):
    """Compare; ranks are sums in another order, so their last digits may differ."""
    return bool(np.isclose(value, float(oracle), rtol=1e-9, atol=0, equal_nan=True))
