"""What is left of a model when mules evade it, or when its labels lie."""
