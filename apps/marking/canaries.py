"""Canaries: criteria that look like the rubric's own and that nobody meets. Pure functions of the rubric and a secret.

A pool has ordinary things that nobody asks a patient. Each marking draws its own, so that nobody can learn them.
"""

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import count

from apps.core.text.plain import words
from apps.marking.criteria import Criterion

# How many a marking has.
COUNT = 2

# What is asked > the stems that may not stand in the conversation or the rubric, so that nothing said can meet it.
POOL: dict[str, tuple[str, ...]] = {
    "whether the patient keeps bees": ("bee", "hive", "honey"),
    "whether the patient has ever been in a hot-air balloon": ("balloon", "airship"),
    "which constellations the patient can name": ("constellation", "star", "astronom"),
    "whether the patient plays the accordion": ("accordion", "instrument", "music"),
    "how the patient folds paper aeroplanes": ("origami", "aeroplane", "airplane", "paper"),
    "whether the patient collects postage stamps": ("stamp", "collect", "postage"),
    "which chess opening the patient prefers": ("chess", "gambit"),
    "whether the patient has seen a solar eclipse": ("eclipse", "solar"),
    "which lighthouse the patient would climb": ("lighthouse",),
    "whether the patient knows how to tie a bowline knot": ("bowline", "knot", "rope"),
    "which typeface the patient likes best": ("typeface", "font", "letter"),
    "whether the patient can juggle": ("juggl",),
    "how the patient would build a sandcastle": ("sandcastle", "sand", "beach"),
    "whether the patient has met a famous magician": ("magic", "conjur", "famous"),
    "which river the patient would like to follow to its source": ("river", "canoe"),
    "whether the patient grows bonsai trees": ("bonsai", "tree"),
    "how the patient sharpens pencils": ("pencil", "sharpen"),
    "whether the patient has a favourite dinosaur": ("dinosaur", "fossil"),
    "which opera the patient saw last": ("opera", "theatre", "theater"),
    "whether the patient owns a telescope": ("telescope", "planet"),
    "how the patient arranges books on a shelf": ("shelf", "shelves", "book", "librar"),
    "whether the patient can whistle a folk song": ("whistl", "folk", "song"),
    "whether the patient can sail a boat": ("boat", "sail", "ship"),
    "whether the patient has ever milked a goat": ("goat", "milk", "farm"),
    "how the patient decorates a cake": ("cake", "icing", "bak"),
    "whether the patient follows cricket scores": ("cricket", "wicket"),
    "which castle the patient would like to see": ("castle", "palace"),
    "whether the patient speaks to the garden plants": ("plant", "garden"),
    "how far the patient can throw a frisbee": ("frisbee", "throw"),
    "whether the patient has a coin from the year of their birth": ("coin", "mint"),
    "which kite the patient would fly on a windy day": ("kite", "wind"),
    "whether the patient remembers the first film they saw": ("film", "cinema", "movie"),
    "how the patient sorts buttons": ("button", "sewing"),
    "whether the patient has built an igloo": ("igloo", "arctic"),
    "which crossword clue the patient found hardest": ("crossword", "puzzle", "clue"),
    "whether the patient can recite a poem": ("poem", "poet", "recit"),
}
_ABOUT_LEVELS = re.compile(r"(?:^|[\s(])\d ?[:=]")
_OPENINGS = {"asks": "Asks {}", "ask": "Ask {}", "asking": "Asking {}", "asked": "Asked {}"}
_ENQUIRIES = {
    "did": "Did the student ask {}?", "does": "Does the student ask {}?", "has": "Has the student asked {}?",
    "was": "Was it asked {}?", "is": "Is it asked {}?",
}  # fmt: skip


def draw(seed: bytes, rubric: Sequence[Criterion], said: Iterable[str]) -> list[tuple[int, Criterion]]:
    """Draw canaries for a rubric, by a secret seed of 32 bytes: (place among the criteria, criterion), in order.

    Nothing of what was `said`, and no criterion, has their words. Fewer than COUNT where the pool has no more.
    """
    if not rubric:
        return []
    numbers = (int.from_bytes(seed[start : start + 4]) for start in range(0, len(seed) - 3, 4))
    spoken = {word for text in (*said, *_texts(rubric)) for word in words(text)}
    free = [topic for topic, stems in POOL.items() if not any(word.startswith(stems) for word in spoken)]
    taken = {one.id for one in rubric}
    drawn = []
    for _ in range(min(COUNT, len(free))):
        topic = free.pop(next(numbers) % len(free))
        place = next(numbers) % (len(rubric) + 1)
        like = rubric[next(numbers) % len(rubric)]
        canary = _made(topic, like, rubric, taken)
        taken.add(canary.id)
        drawn.append((place, canary))
    return sorted(drawn, key=lambda one: one[0])


def _texts(rubric: Sequence[Criterion]) -> Iterator[str]:
    for one in rubric:
        yield one.name
        yield from one.hidden_texts


def _made(topic: str, like: Criterion, rubric: Sequence[Criterion], taken: Container[str]) -> Criterion:
    """A canary with the scale of one of the criteria, and an id near its."""
    ids = (f"{like.id[0]}{number}" for number in count(int(like.id[1:]) + 1))
    levels = tuple((score, _level(topic, score, like)) for score, _ in like.levels)
    return Criterion(
        next(free for free in ids if free not in taken),
        _named(topic, rubric),
        _instructed(topic, like, rubric),
        like.scale,
        levels,
    )


def _level(topic: str, score: int, like: Criterion) -> str:
    if score == like.scale.lowest:
        return "Does not ask."
    return f"Asks {topic}." if score == like.scale.highest else "Comes near it, without a question."


def _named(topic: str, rubric: Sequence[Criterion]) -> str:
    """The name of a canary, in the form that most of the rubric's names have."""
    firsts = Counter(one.name.split()[0].casefold() for one in rubric if one.name.split())
    enquiring = sum(one.name.rstrip().endswith("?") for one in rubric)
    forms = _ENQUIRIES if 2 * enquiring > len(rubric) else _OPENINGS
    form = next((forms[word] for word, _ in firsts.most_common() if word in forms), next(iter(forms.values())))
    return form.format(topic)


def _instructed(topic: str, like: Criterion, rubric: Sequence[Criterion]) -> str:
    """Its instructions, as most of the rubric's criteria have them: levels, a sentence, or none."""
    levelled = sum(bool(_ABOUT_LEVELS.search(one.instructions)) for one in rubric)
    if 2 * levelled > len(rubric):
        scores = sorted({like.scale.lowest, like.scale.lowest + 1, like.scale.highest})
        return " ".join(f"{score}: {_level(topic, score, like).lower()}" for score in scores)
    described = sum(bool(one.instructions.strip()) for one in rubric)
    return f"Credit a question about {topic}." if 2 * described > len(rubric) else ""
