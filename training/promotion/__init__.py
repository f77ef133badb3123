"""Putting a model into service and taking it out again: a gate, a person's decision, a record."""
