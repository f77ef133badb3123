"""Patterns of money moving between several accounts, counted in one pass over a ledger."""
