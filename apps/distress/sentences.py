"""The sentences of a student's message, without what is quoted from others."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from apps.core.text.language import languages_of
from apps.core.text.patterns import lazy_pattern
from apps.core.text.plain import plain
from apps.distress import english
from apps.distress.spelling import WORD, spelled_out

_QUOTED = lazy_pattern("[\"“”„«»「」]([^\"“”„«»「」]{2,400})[\"“”„«»「」]|(?<![\\w'])'([^'\n]{2,200})'(?!\\w)")
_BEFORE_A_QUOTE, _AFTER_A_QUOTE = 80, 40
# "Ich will, like, sterben" has few; "let me check" has many, and words that mean something in French, too.
_MOST_ENGLISH = 0.35
# How often each word of a sentence stands in it, on average: twice at most in what anybody has said.
_MOST_REPEATED = 3
# Longer runs are cut, so that what looks through a whole sentence takes time linear in the message.
_SENTENCE = lazy_pattern("[^.!?;\n…。！？؟।]{1,500}[?？؟]?")


@dataclass(frozen=True)
class Sentence:
    """A sentence: `plain` as it is written, `words` with contractions spelled out and what others said left out."""

    plain: str
    words: str

    @property
    def asks(self) -> bool:
        """Whether it ends in a question mark."""
        return self.plain.endswith(("?", "？", "؟"))

    @property
    def has_words(self) -> bool:
        """Whether anything is left of it without what others said."""
        return bool(self.words.strip(" ,"))

    @property
    def repeats_itself(self) -> bool:
        """Whether it is the same few words again and again, which nobody says."""
        said = self.words.split()
        return len(said) > _MOST_REPEATED * len(set(said))

    @property
    def may_be_own(self) -> bool:
        """Whether it can be about the student: it names them or nobody, and imagines nobody else's life."""
        if english.IMAGINED.search(self.words) or english.IN_YOUR_PLACE.search(self.words):
            return False
        return bool(english.OWN.search(self.words)) or not (self.asks or english.OTHERS.search(self.words))

    @property
    def may_be_english(self) -> bool:
        """Whether nothing tells that it is in another language."""
        return "en" in languages_of(self.plain)

    @property
    def is_english(self) -> bool:
        """Whether too many of its words are plain English for it to be in another language."""
        said = self.words.split()
        return sum(word in english.COMMON for word in said) > _MOST_ENGLISH * len(said)


def english_sentences(said: str) -> Iterator[Sentence]:
    """The sentences of a message that have words, without what is quoted; none if it is in another language."""
    if "en" not in languages_of(said):
        return iter(())
    return (found for found in sentences_of(without_quotations(plain(said))) if found.has_words)


def without_quotations(text: str) -> str:
    """The text without what is quoted from somebody: "you said 'I want to die'"."""
    return _QUOTED.sub(lambda quote: " " if _is_quoted(text, quote) else quote[0], text)


def _is_quoted(text: str, quote: re.Match[str]) -> bool:
    before = text[max(0, quote.start() - _BEFORE_A_QUOTE) : quote.start()]
    after = text[quote.end() : quote.end() + _AFTER_A_QUOTE]
    return bool(
        english.OTHERS.search(before) or english.BEFORE_A_QUOTE.search(before) or english.AFTER_A_QUOTE.search(after)
    )


def sentences_of(message: str) -> Iterator[Sentence]:
    for match in _SENTENCE.finditer(message.replace(":", ",").replace(" - ", ", ")):
        if not WORD.search(match[0]):
            continue
        words = english.FIGURES.sub(lambda figure: figure["kept"] or "", spelled_out(match[0]))
        reported = english.REPORTED.search(words)
        yield Sentence(match[0].strip(), words[: reported.start()] if reported else words)
