"""Drift of what is served: whether the accounts scored now still look like those learnt from."""
