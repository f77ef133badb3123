"""How far two groups of accounts are apart: in their values, and in the reasons for alerts."""
