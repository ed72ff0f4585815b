"""Live events of a run, from the worker to its readers through a Redis stream.

The database row is authoritative. Redis carries the live text; where it has lost events, the row supplies the end.
"""
