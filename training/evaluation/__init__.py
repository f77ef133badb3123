"""How good a model is: a file for each question that an evaluation answers."""
