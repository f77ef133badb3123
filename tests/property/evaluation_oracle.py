"""The figures of an evaluation as their definitions read aloud: slow, plain Python, row by row."""

from math import inf, isnan, log


def recall_at_fpr(rows, fpr):
    """Try every threshold; `rows` are pairs of label and score."""
    positives = sum(label for label, _ in rows)
    negatives = len(rows) - positives
    best = 0.0
    for threshold in {score for _, score in rows}:
        flagged = [label for label, score in rows if score >= threshold]
        if flagged.count(0) <= fpr * negatives:
            best = max(best, sum(flagged) / positives)
    return best


def reviews(rows, count):
    """Review the first accounts of each instant; `rows` are (instant, label, score, tie)."""
    chosen = []
    for instant in {row[0] for row in rows}:
        ranked = sorted((r for r in rows if r[0] == instant), key=lambda r: (-r[2], r[3]))
        chosen += ranked[:count]
    found = sum(row[1] for row in chosen)
    positives = sum(row[1] for row in rows)
    return {
        "precision": found / len(chosen),
        "recall": found / positives,
        "innocents_per_10k": 10_000 * (len(chosen) - found) / (len(rows) - positives),
    }


def hops(transfers):
    """Follow every path back through a pattern; `transfers` are (pattern, payer, payee)."""

    def longest(end):
        pattern, payer, _ = transfers[end]
        before = [
            longest(start)
            for start in range(end)
            if transfers[start][0] == pattern and transfers[start][2] == payer
        ]
        return 1 + max(before, default=0)

    return [longest(end) for end in range(len(transfers))]


def psi(expected, seen, edges):
    """Count group by group; `edges` are the upper ends of all groups but the last."""

    def shares(values):
        groups = [[] for _ in range(len(edges) + 2)]
        for value in values:
            place = len(edges) + 1 if isnan(value) else sum(value > edge for edge in edges)
            groups[place].append(value)
        return [(len(g) + 0.5) / (len(values) + 0.5 * len(groups)) for g in groups]

    pairs = zip(shares(expected), shares(seen), strict=True)
    return sum((now - before) * log(now / before) for before, now in pairs)


def saved(tainted):
    """Add up pattern by pattern; `tainted` are (pattern, amount, hop, stopped)."""
    total = 0
    for pattern in {credit[0] for credit in tainted}:
        mine = [credit for credit in tainted if credit[0] == pattern]
        entered = sum(amount for _, amount, hop, _ in mine if hop == 1)
        total += min(entered, sum(amount for _, amount, _, stopped in mine if stopped))
    return total


def fpr_ratio(rows, group):
    """Compare one group with all others; `rows` are pairs of group and flagged."""
    inside = [flagged for name, flagged in rows if name == group]
    outside = [flagged for name, flagged in rows if name not in (group, None)]
    if not outside or not any(outside):
        return inf if outside and any(inside) else None
    return (sum(inside) / len(inside)) / (sum(outside) / len(outside))
