"""Marks a transcript by a rubric: the request to the model, its evidence, scores and the verdict."""
