"""Where README's figures come from: `python -m benchmarks.NAME`, one command each."""
