"""A challenger in shadow: what it would have answered where the champion answered."""
