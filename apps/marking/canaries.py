"""Canaries: criteria that look like the rubric's own and that nobody meets. Pure functions of the rubric and a secret.

A pool has ordinary things that nobody asks a patient. Each marking draws its own, so that nobody can learn them.
"""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import count

from apps.core.text.language import identified
from apps.core.text.patterns import lazy_pattern
from apps.core.text.plain import plain
from apps.marking.canary_pools import LANGUAGES, Pool, pool_in
from apps.marking.criteria import Criterion

# How many a marking has.
COUNT = 2

# The language of canaries where that of the rubric is not sure, or has no pool.
DEFAULT = "en"
_ABOUT_LEVELS = lazy_pattern(r"(?:^|[\s(])\d ?[:=]")


def draw(seed: bytes, rubric: Sequence[Criterion], said: Iterable[str]) -> list[tuple[int, Criterion]]:
    """Draw canaries for a rubric, by a secret seed of 32 bytes: (place among the criteria, criterion), in order.

    Nothing of what was `said`, and no criterion, has their words. Fewer than COUNT where the pool has no more.
    """
    if not rubric:
        return []
    numbers = (int.from_bytes(seed[start : start + 4]) for start in range(0, len(seed) - 3, 4))
    pool = _pool_for(rubric)
    free = pool.free((*said, *_texts(rubric)))
    taken = {one.id for one in rubric}
    drawn = []
    for _ in range(min(COUNT, len(free))):
        topic = free.pop(next(numbers) % len(free))
        place = next(numbers) % (len(rubric) + 1)
        like = rubric[next(numbers) % len(rubric)]
        canary = _made(pool, topic, like, rubric, taken)
        taken.add(canary.id)
        drawn.append((place, canary))
    return sorted(drawn, key=lambda one: one[0])


def _texts(rubric: Sequence[Criterion]) -> Iterator[str]:
    for one in rubric:
        yield one.name
        yield from one.hidden_texts


def _pool_for(rubric: Sequence[Criterion]) -> Pool:
    """The pool in the rubric's language: in another one, a canary would be known at a glance."""
    language = identified(" ".join(_texts(rubric)))
    return pool_in(language if language in LANGUAGES else DEFAULT)


def _made(pool: Pool, topic: str, like: Criterion, rubric: Sequence[Criterion], taken: Container[str]) -> Criterion:
    """A canary with the scale of one of the criteria, and an id near its."""
    ids = (f"{like.id[0]}{number}" for number in count(int(like.id[1:]) + 1))
    levels = tuple((score, _level(pool, topic, score, like)) for score, _ in like.levels)
    return Criterion(
        next(free for free in ids if free not in taken),
        _named(pool, topic, rubric),
        _instructed(pool, topic, like, rubric),
        like.scale,
        levels,
    )


def _level(pool: Pool, topic: str, score: int, like: Criterion) -> str:
    if score == like.scale.lowest:
        return pool.unmet
    return pool.met.format(topic) if score == like.scale.highest else pool.near


def _named(pool: Pool, topic: str, rubric: Sequence[Criterion]) -> str:
    """The name of a canary, in the form that most of the rubric's names have."""
    names = [plain(one.name) for one in rubric]
    enquiring = sum(name.rstrip().endswith(("?", ";", "؟")) for name in names)
    forms = pool.questions if 2 * enquiring > len(rubric) else pool.statements
    used = Counter(word for name in names for word in forms if pool.has_form(name, word))
    named = forms[used.most_common(1)[0][0] if used else next(iter(forms))].format(topic)
    return f"{named[0].upper()}{named[1:]}"


def _instructed(pool: Pool, topic: str, like: Criterion, rubric: Sequence[Criterion]) -> str:
    """Its instructions, as most of the rubric's criteria have them: levels, a sentence, or none."""
    levelled = sum(bool(_ABOUT_LEVELS.search(one.instructions)) for one in rubric)
    if 2 * levelled > len(rubric):
        scores = sorted({like.scale.lowest, like.scale.lowest + 1, like.scale.highest})
        texts = (_level(pool, topic, score, like) for score in scores)
        return " ".join(f"{score}: {text[0].lower()}{text[1:]}" for score, text in zip(scores, texts, strict=True))
    described = sum(bool(one.instructions.strip()) for one in rubric)
    return pool.credit.format(topic) if 2 * described > len(rubric) else ""
