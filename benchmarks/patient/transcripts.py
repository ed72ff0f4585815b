"""The turns as CSV, for two people to mark without seeing what the figures say or which model it was."""

import csv
import io
import random
from collections.abc import Sequence

from benchmarks.patient.play import Played

COLUMNS = ("consultation", "turn", "student", "patient", "natural_a", "true_a", "natural_b", "true_b")
# What a spreadsheet would take for a formula.
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def to_csv(played: Sequence[Played], seed: int) -> str:
    """A line for each turn. The consultations come in an order that the seed gives, and are numbered by it; their turns
    stay together. The columns of the markers, a and b, are empty: 0, 1 or 2 for whether a patient would say so, and
    whether it is true to the patient's facts and to what was said before."""
    numbers = sorted({one.consultation.number for one in played})
    random.Random(seed).shuffle(numbers)
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(COLUMNS)
    for place, number in enumerate(numbers, 1):
        for one in played:
            if one.consultation.number == number:
                said = (_as_text(one.turn.say), _as_text(one.reply))
                lines.writerow([place, one.number, *said, "", "", "", ""])
    return written.getvalue()


def _as_text(words: str) -> str:
    return f"'{words}" if words.startswith(_FORMULAS) else words
