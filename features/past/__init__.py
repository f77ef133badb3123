"""What the two accounts of a transaction had done before it."""
