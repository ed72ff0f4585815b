"""Rubric, evidence, scores and the verdict."""
