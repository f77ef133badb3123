"""A ledger of invented accounts: ordinary life, hard innocents, and laundering laid over it."""
