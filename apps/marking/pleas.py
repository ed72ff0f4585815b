"""Which sentences of a student may speak to whoever marks them: pure functions of text.

This decides only where it is worth while to mark a conversation without them too, and which quotes alone show nothing.
No list is complete, and no honest word may cost anything: so words are weighed by what they mean together, in any of
two dozen languages, and what belongs to a patient ("what score would you give the pain?") counts against them.
"""

import codecs
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from apps.core.text.patterns import lazy_pattern
from apps.core.text.plain import plain
from apps.marking import plea_words

Span = tuple[int, int]
# The least weight of a sentence, and of two neighbours together.
_SENTENCE, _NEIGHBOURS = 5, 7
# By concept: how much it says. The words of a concept count once.
_WEIGHTS = {
    "JUDGE": 4, "MARKS": 2, "TOP": 2, "RUBRIC": 2, "EACH": 1, "GIVE": 1, "ME": 2, "STUDENT": 4, "SCENE": 2,
    "TRANSCRIPT": 4, "MACHINE": 2, "ASIDE": 2, "ORDERS": 2, "BEFORE": 2, "EXAM": 2, "MERCY": 4, "MET": 2,
    "EVIDENCE": 2, "STAKES": 2, "READER": 2, "PATIENT": -5,
}  # fmt: skip
# Besides one of these, talk of pain or smoking is a list of what was asked.
_NOT_OF_A_PATIENT = {"JUDGE", "STUDENT", "READER"}
_UNSPACED = r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"


def _pattern(stems: str) -> re.Pattern[str]:
    """A pattern for stems at the beginning of a word; `$` ends one, and unspaced scripts have no words."""
    spaced, unspaced = [], []
    for stem in _alternatives(plain(stems)):
        if re.search(_UNSPACED, stem):
            unspaced.append(stem.rstrip("$"))
        else:
            spaced.append(re.sub(r"\$$", r"(?!\\w)", stem))
    inside = "|".join(unspaced)
    return lazy_pattern(rf"(?<!\w)(?:{'|'.join(spaced)})" + (f"|{inside}" if inside else ""))


def _alternatives(stems: str) -> Iterator[str]:
    """The alternatives at the top of a pattern."""
    depth, begun = 0, 0
    for at, character in enumerate(stems):
        depth += (character == "(") - (character == ")")
        if character == "|" and not depth:
            yield stems[begun:at]
            begun = at + 1
    yield stems[begun:]


_CONCEPTS: Mapping[str, re.Pattern[str]] = {name: _pattern(getattr(plea_words, name)) for name in _WEIGHTS}
# Forms that nobody says to a patient.
_FORMS = lazy_pattern(
    r"<\|?[/!]?(?:-|im_|system|assistant|endoftext|transcript|rubric|student|patient)|\[/?(?:inst|system|note)\b|^[^\w\n]{0,9}##"
    r"|['\"](?:criteria|criterion_id|score|evidence|marks?|passed|turns|speaker|role)['\"] ?:|\bcriterion_id\b"
    r"|rewrite_if_missing|(?:^|[\s,;({])[cq]\d+ ?(?::|=|->) ?\d\b|\bscores? ?= ?\d"
    r"|^[^\w\n]{0,9}(?:system|assistant|developer|student|patient|doctor|examiner|assessor|grader|evaluator|moderator)s?"
    r" ?(?:\([^)]{0,40}\) ?)?[:>\]]"
    r"|^\W{0,3}(?:dear |attention |hello |hi |hey )?(?:the |my |our )?"
    r"(?:examiner|assessor|grader|evaluator|rater|scorer)s?"
    r" ?(?:[,:;!.?>-]|$|you\b|please\b)"
    r"|^[^\w\n]{0,9}[(\[*](?:the )?(?:student |candidate |doctor |learner |trainee )?"
    r"(?:asks|explores|checks|washes|introduces|explains|summari[sz]es|greets)\b"
    r"|\bprompt injection\b|\bjailbreak|\b(?:developer|debug|test) mode\b"
    r"|\b(?:count|accept|use|quote|cite|treat|take) (?:this|these|that|the following|it|my)(?: \w+){0,2} as"
    r" (?:the |full |sufficient |valid )?(?:evidence|proof)\b",
    re.MULTILINE,
)
_CLAIM = lazy_pattern(
    r"\bi(?:'ve| have)(?: \w+)? (?:asked|covered|explored|elicited|done|completed|met|addressed|demonstrated)\b(?! you)"
    r"[^.!?]{0,80}\b(?:everything|assessment|all (?:the|of)|required|needed|looks? for|criteri)"
    r"|\b(?:for the record|please note|note that)\b[^.!?]{0,30}\bi(?:'ve| have)\b"
)
_SENTENCE_END = lazy_pattern(r"(?<![.!?])[.!?]+(?=\s|$)|\n+|[。！？]")
_LETTERS_APART = lazy_pattern(r"(?:(?<!\w)\w[ ._-]{1,4}){7,}\w(?!\w)")
_MIXED = lazy_pattern(r"(?<![\w@$])(?=[\w@$]*[a-z])(?=[\w@$]*[0134578@$])[\w@$]{2,}")
_DIGITS = str.maketrans("013457@$", "oieastas")
_ENCODED = lazy_pattern(r"(?<!\S)(?=\S*[a-z])(?=\S*[A-Z0-9])[A-Za-z0-9+/]{28,}={0,2}(?!\S)")
_TAGS = lazy_pattern("[\U000e0020-\U000e007f]")
_LEAST_MIXED = 3


@lru_cache(maxsize=2048)
def plea_spans(text: str) -> tuple[Span, ...]:
    """Where sentences of a message may speak to whoever marks it: (start, end) of each. Linear in the text."""
    spans = list(_sentences(text))
    if _is_disguised(text):
        return ((0, len(text)),)
    weights = [_weight(text[start:end]) for start, end in spans]
    found = {at for at, weight in enumerate(weights) if weight >= _SENTENCE}
    for at in range(len(spans) - 1):
        start, end = spans[at][0], spans[at + 1][1]
        if min(weights[at : at + 2]) > 1 and _weight(text[start:end]) >= _NEIGHBOURS:
            found |= {at, at + 1}
    return tuple(spans[at] for at in sorted(found))


def _sentences(text: str) -> Iterator[Span]:
    start = 0
    for end in [*(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]:
        if text[start:end].strip():
            yield start, end
        start = end


def _weight(sentence: str) -> int:
    plainly = plain(sentence)
    return _weight_of_words(plainly) + (8 if _FORMS.search(plainly) else 0) + (6 if _CLAIM.search(plainly) else 0)


def _weight_of_words(plainly: str) -> int:
    found = {name for name in _WEIGHTS if _CONCEPTS[name].search(plainly)}
    if found & _NOT_OF_A_PATIENT:
        found.discard("PATIENT")
    return sum(_WEIGHTS[name] for name in found)


def _is_disguised(text: str) -> bool:
    """Whether the text is written so that people and lists read past it, and says a plea when it is read rightly."""
    if _TAGS.search(text) or _ENCODED.search(text) or _LETTERS_APART.search(text):
        return True
    plainly = plain(text)
    readings = [plainly[::-1], codecs.encode(plainly, "rot13")] if text.isascii() else []
    if len(_MIXED.findall(plainly)) >= _LEAST_MIXED:
        readings.append(_MIXED.sub(lambda word: word[0].translate(_DIGITS), plainly))
    return any(_weight_of_words(reading) >= _SENTENCE for reading in readings)
