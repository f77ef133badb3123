"""The past of a transaction by brute force: every earlier one looked at anew for each.

A transfer is a dict as in `pattern_oracle`, with an `amount`; a ledger is a list in time order.
"""

from datetime import timedelta

from tests.property.pattern_oracle import precedes


def past(ledger, transfer, windows):
    """Tell every value of one transfer of the ledger."""
    earlier = [t for t in ledger if precedes(t, transfer) and t["known_at"] <= transfer["known_at"]]
    longest = within(earlier, transfer, windows.lengths[-1])
    payer, payee = transfer["payer"], transfer["payee"]
    values = {}
    for party, account in (("payer", payer), ("payee", payee)):
        for did, side, other in (("paid", "payer", "payee"), ("received", "payee", "payer")):
            for name, length in zip(windows.names, windows.lengths, strict=True):
                own = [t for t in within(earlier, transfer, length) if t[side] == account]
                for value, figure in of_account(own, other).items():
                    values[f"{party}_{did}_{value}_{name}"] = None if account is None else figure
            own = [t["happened_at"] for t in longest if t[side] == account]
            since = (transfer["happened_at"] - max(own)) / timedelta(hours=1) if own else None
            values[f"{party}_{did}_ago"] = None if account is None else since
    for way, pays, paid in (("same_way", payer, payee), ("other_way", payee, payer)):
        for name, length in zip(windows.names, windows.lengths, strict=True):
            own = [
                t["amount"]
                for t in within(earlier, transfer, length)
                if (t["payer"], t["payee"]) == (pays, paid)
            ]
            whole = None not in (payer, payee)
            values[f"{way}_count_{name}"] = len(own) if whole else None
            values[f"{way}_sum_{name}"] = sum(own) if whole else None
    return values


def within(earlier, transfer, length):
    return [t for t in earlier if t["happened_at"] > transfer["happened_at"] - length]


def of_account(own, other):
    amounts = [t["amount"] for t in own]
    return {
        "count": len(own),
        "sum": sum(amounts),
        "mean": sum(amounts) / len(own) if own else None,
        "max": max(amounts) if own else None,
        "counterparties": len({t[other] for t in own} - {None}),
    }
