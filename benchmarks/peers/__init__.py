"""Other implementations of the same lists, for comparison in benchmarks.lists and benchmarks.routes."""
