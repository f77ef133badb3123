"""The model card: what a model is for, how it was made, how good it is, and who answers for it."""
