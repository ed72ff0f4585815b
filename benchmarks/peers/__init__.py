"""What others would write to answer the same lists: the peers of benchmarks.lists and benchmarks.routes."""
