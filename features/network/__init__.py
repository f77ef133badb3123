"""Network features: what the payments and identifiers between accounts showed of each of them.

They take the whole ledger and not one account's history, so they are computed for all accounts at
once, at the instants of a schedule, and kept as snapshots with a known_at of their own.
`docs/network.md` tells how. One file for each question.
"""
