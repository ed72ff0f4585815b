"""Files of phrases, and of the weights that are learned from the corpora of the tests."""

from pathlib import Path

FOLDER = Path(__file__).parent
