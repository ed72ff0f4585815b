"""Measure the figures in docs/performance.md: `python -m benchmarks.NAME`, one command each."""
