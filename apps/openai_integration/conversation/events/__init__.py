"""What happens to a run, as it happens: from the worker through a Redis stream to whoever listens.

The database's row is the truth. Redis carries the live text; where it has nothing, the row gives the end.
"""
