"""Where the figures in docs/performance.md come from: `python -m benchmarks.NAME`, one command each."""
