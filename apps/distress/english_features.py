"""Features of English sentences and messages, for what is learned of students at risk.

What tells is who speaks of whom, and of what: so beside the words, their parts, pairs and threes stand the pairs and
threes of the classes of words, since few messages share a word and many a class. The classes are in
`phrases/word_classes.txt`.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations

from apps.core.text.function_words import FUNCTION_WORDS, profile
from apps.core.text.phrase_files import named, sections
from apps.core.text.word_patterns import parts_of
from apps.distress.phrases import FOLDER

# The words of a sentence, contractions spelled out, and whether it asks.
Said = tuple[str, bool]

# A longer sentence is cut.
_MOST_WORDS = 80
# Stands for any figure: which one it is says nothing.
_NUMBER = "0"
_I, _YOU = profile("i me my mine myself"), profile("you your yours yourself")
_WE, _THEY = profile("we us our"), profile("he she they his her him their them")
_NO = profile("not no never nothing nobody without")


def of_message(sentences: Sequence[Said]) -> set[str]:
    """The features of a message: those of its sentences, and how much it speaks of whom."""
    found = set().union(*(_of_sentence(_tokens(one), asks=one[1]) for one in sentences))
    return found | set(_profile(sentences))


def _tokens(sentence: Said) -> list[str]:
    words, asks = sentence
    said = (_NUMBER if word.isdigit() else word for word in words.split()[:_MOST_WORDS] if word != ",")
    return ["^", *said, "?" if asks else "$"]


def _of_sentence(said: list[str], *, asks: bool) -> set[str]:
    kinds = [_kind(word) for word in said]
    found = {*said, *_runs(said, 2), *_runs(said, 3), *_skipping(said)}
    found.update((*_runs(kinds, 2), *_runs(kinds, 3), *_skipping(kinds)))
    found.update(part for word in said for part in parts_of(word))
    spoken = set(said)
    classes = sorted({name for word in spoken for name in _classes().get(word, ())})
    of_whom = "".join(sign for sign, group in zip("iywt", (_I, _YOU, _WE, _THEY), strict=True) if spoken & group)
    asked, denied = "?" if asks else "", "no" if spoken & _NO else ""
    owner = "".join(sign for sign in of_whom if sign in "iy")
    found.add(f"{of_whom}{asked}:")
    for name in classes:
        found.update((f"{of_whom}{asked}: {name}", f"{denied}: {name}"))
    for pair in combinations(classes, 2):
        both = "+".join(pair)
        found.update((both, f"{owner}: {both}"))
    return found


def _profile(sentences: Sequence[Said]) -> Iterator[str]:
    said = [word for words, _ in sentences for word in words.split()]
    i, you, we, they = (min(3, sum(word in group for word in said)) for group in (_I, _YOU, _WE, _THEY))
    yield from (f"all i{i} y{you}", f"all i{i}", f"all y{you}", f"all w{we} t{they}")


def _runs(said: Sequence[str], size: int) -> Iterator[str]:
    return (" ".join(said[at : at + size]) for at in range(len(said) - size + 1))


def _skipping(said: Sequence[str]) -> Iterator[str]:
    """Pairs with one or two words between them."""
    return (f"{one} .. {other}" for gap in (2, 3) for one, other in zip(said, said[gap:], strict=False))


def _kind(word: str) -> str:
    """The class of a word, else the word if it is common."""
    classes = _classes().get(word)
    if classes:
        return classes[0].upper()
    return word if word in FUNCTION_WORDS["en"] or word in "^$?" else "_"


@cache
def _classes() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, words in named(sections(FOLDER / "word_classes.txt")[""]).items():
        found |= {word: (*found.get(word, ()), name) for word in dict.fromkeys(words.split())}
    return found
