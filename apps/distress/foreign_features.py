"""Features of messages in other languages than English, for what is learned of students at risk.

They are words, pairs of words and runs of characters of each language, and classes of words that all of them share: so
what is learned from one language serves the others. The classes are in `phrases/classes_in_other_languages.txt`.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations, pairwise

from apps.core.text.patterns import lazy_pattern
from apps.core.text.phrase_files import named, sections
from apps.core.text.plain import plain
from apps.distress.phrases import FOLDER

# A longer message is cut; a disclosure in the rest of it is left to the phrases.
_MOST_CHARACTERS = 1200
# Vowel signs are no word characters in the regex engine, so that words end at blanks and punctuation.
_BETWEEN_WORDS = lazy_pattern(r"[\s,.;:!?\u060c\u061f\u0964\"'()\u00ab\u00bb\u201c\u201d\u2026/-]+")
_UNSPACED = lazy_pattern(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_NO_LETTER = lazy_pattern(r"[\W_]+")
_ASKS = lazy_pattern("[?\u061f]")
_LONGEST_BEGINNING = 14
_RUNS = (3, 4, 5)
# Stands for any figure: which one it is says nothing.
_NUMBER = "0"


def features(said: str) -> set[str]:
    """The features of a message."""
    text = plain(said)[:_MOST_CHARACTERS]
    if _UNSPACED.search(text):
        letters = _NO_LETTER.sub("", text)
        found = {run for size in (1, 2, 3) for run in _runs(letters, size)}
        classes = [_classes_at(letters, at) for at in range(len(letters))]
    else:
        words = words_of(text)
        found = {*words, *(f"{one} {other}" for one, other in pairwise(words))}
        found |= {f"={run}" for word in words for size in _RUNS for run in _runs(f"_{word}_", size)}
        classes = [_classes_of(word) for word in words]
    return found | set(_of_classes(classes, asked="?" if _ASKS.search(text) else ""))


def words_of(text: str) -> list[str]:
    """The words of a plain text, with one sign for all figures."""
    return [_NUMBER if word.isdigit() else word for word in _BETWEEN_WORDS.split(text) if word]


def _of_classes(classes: Sequence[frozenset[str]], asked: str) -> Iterator[str]:
    names = frozenset().union(*classes)
    of_whom = "".join(sign for sign, name in (("i", "I"), ("y", "YOU")) if name in names)
    yield f"{of_whom}{asked}:"
    for name in sorted(names):
        yield from (name, f"{name}{asked}")
    telling = sorted(names - {"I", "YOU"})
    for name in telling:
        yield from (f"{of_whom}: {name}", f"{of_whom}{asked}: {name}")
    for one, other in combinations(telling, 2):
        yield from (f"{one}+{other}", f"{of_whom}: {one}+{other}")
    for these, those in pairwise(found for found in classes if found):
        yield from (f"{one}>{other}" for one in these for other in those)


def _runs(text: str, size: int) -> Iterator[str]:
    return (text[at : at + size] for at in range(max(1, len(text) - size + 1)))


def _classes_of(word: str) -> frozenset[str]:
    whole, beginnings = _classes()
    parts = (beginnings.get(word[:size], frozenset()) for size in range(1, min(len(word), _LONGEST_BEGINNING) + 1))
    return whole.get(word, frozenset()).union(*parts)


def _classes_at(letters: str, at: int) -> frozenset[str]:
    """The classes of what begins at a letter, in a script without blanks."""
    beginnings = _classes()[1]
    return frozenset().union(*(beginnings.get(letters[at : at + size], frozenset()) for size in (1, 2, 3, 4)))


@cache
def _classes() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    """The classes of whole words, and of beginnings of words."""
    whole: dict[str, frozenset[str]] = {}
    beginnings: dict[str, frozenset[str]] = {}
    for name, words in named(sections(FOLDER / "classes_in_other_languages.txt")[""]).items():
        for word in plain(words).split():
            part, known = (word[:-1], whole) if word.endswith(".") else (word.rstrip("*"), beginnings)
            known[part] = known.get(part, frozenset()) | {name}
    return whole, beginnings
