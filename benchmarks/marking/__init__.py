"""How well a model's marks agree with those of people.

The form of a set and what the figures mean: docs/marking.md.
"""
