"""Agreement of two markers: pure functions of pairs of scores."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

# (the score to agree with, the score that is looked at)
Pair = tuple[int, int]
RESAMPLES = 2000


def exact(pairs: Sequence[Pair]) -> float | None:
    """The share of equal scores; None without pairs."""
    return _mean([float(one == other) for one, other in pairs])


def adjacent(pairs: Sequence[Pair]) -> float | None:
    """The share of scores that differ by one level at most; None without pairs."""
    return _mean([float(abs(one - other) <= 1) for one, other in pairs])


def bias(pairs: Sequence[Pair]) -> float | None:
    """How much higher the second scores are than the first, on average; None without pairs."""
    return _mean([float(other - one) for one, other in pairs])


def quadratic_kappa(pairs: Sequence[Pair]) -> float | None:
    """Cohen's kappa with quadratic weights: 1 for equal scores, 0 for chance. None where all scores are the same.

    One minus the mean squared difference of the pairs, by that of every first with every second score.
    """
    n = len(pairs)
    found = n * sum((one - other) ** 2 for one, other in pairs)
    sums = [(sum(scores), sum(score * score for score in scores)) for scores in zip(*pairs, strict=True)]
    if not sums:
        return None
    (first, first_squares), (second, second_squares) = sums
    expected = n * (first_squares + second_squares) - 2 * first * second
    return 1 - found / expected if expected else None


def interval(
    groups: Sequence[Sequence[Pair]], statistic: Callable[[Sequence[Pair]], float | None], *, seed: int = 0
) -> tuple[float, float] | None:
    """The middle 95 % of a statistic when whole groups are drawn again, with replacement.

    The scores of one conversation are not independent, so a group is a conversation. None for fewer than two groups
    with pairs, or where the statistic cannot be computed in most draws.
    """
    kept = [group for group in groups if group]
    if len(kept) < 2:
        return None
    draw = random.Random(seed)
    samples = (draw.choices(kept, k=len(kept)) for _ in range(RESAMPLES))
    values = (statistic([pair for group in sample for pair in group]) for sample in samples)
    found = sorted(value for value in values if value is not None)
    if len(found) < RESAMPLES / 2:
        return None
    return found[round(0.025 * (len(found) - 1))], found[round(0.975 * (len(found) - 1))]


def best_constant(scores: Sequence[int]) -> int:
    """The score that agrees exactly with the most of these; the lowest of several."""
    counts = Counter(scores)
    return min(counts, key=lambda score: (-counts[score], score))


@dataclass(frozen=True)
class Agreement:
    """What is said of one pair of markers."""

    n: int
    exact: float | None
    adjacent: float | None
    kappa: float | None
    kappa_interval: tuple[float, float] | None
    bias: float | None

    @classmethod
    def of(cls, groups: Sequence[Sequence[Pair]]) -> "Agreement":
        """Of the pairs of each conversation."""
        pairs = [pair for group in groups for pair in group]
        return cls(
            len(pairs),
            exact(pairs),
            adjacent(pairs),
            quadratic_kappa(pairs),
            interval(groups, quadratic_kappa),
            bias(pairs),
        )


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
