"""Signs in a student's message that the student, and not the patient, is at risk of harming themselves."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from apps.core.text.plain import plain
from apps.openai_integration.welfare import english
from apps.openai_integration.welfare.languages import IN_OTHER_LANGUAGES, LANGUAGES


@dataclass(frozen=True)
class Sentence:
    """A sentence: `plain` as it is written, `words` with contractions spelled out and what others said left out."""

    plain: str
    words: str

    @property
    def asks(self) -> bool:
        """Whether it ends in a question mark."""
        return self.plain.endswith(("?", "？", "؟"))


Sign = Literal["clear", "possible", "none"]

_QUOTED = re.compile("[\"“”„«»「」]([^\"“”„«»「」]{2,400})[\"“”„«»「」]|(?<![\\w'])'([^'\n]{2,200})'(?!\\w)")
_BEFORE_A_QUOTE = 80
_SENTENCE = re.compile("[^.!?;\n…。！？؟।]+[?？؟]?")
_WORD = re.compile(r"[^\W_]+|,")
# Contractions by their ending, in the order in which they are written out.
_ENDINGS = (
    ("can't", "can not"), ("won't", "will not"), ("n't", " not"), ("'ll", " will"), ("'re", " are"), ("'ve", " have"),
    ("'m ", " am "), ("'", ""),
)  # fmt: skip
_IMPERSONAL = frozenset({"it", "this", "there", "that"})
_CLAUSE = re.compile(r" , |\b(?:but|and|because|so) ")
# Each death or life in a clause is read with all of it, so that a clause needs an end.
_LONGEST_CLAUSE, _OVERLAP = 400, 100
_WE = re.compile(r"\bill (?=(?:just|jump|kill|end|do|be|hurt|never|probably|prob|take|hang|finally)\b)")


def sign_in(said: str) -> Sign:
    """How surely the student speaks of their own risk: "clear", "possible" or "none".

    A question to the patient, a summary of what the patient said and a figure of speech are none. Takes time linear in
    the message.
    """
    message = _without_quotations(plain(said))
    sentences = list(_sentences(message))
    if any(map(_clear, sentences)):
        return "clear"
    if any(map(_possible, sentences)) or any(map(_agrees, sentences, sentences[1:])):
        return "possible"
    faint = sum(map(_faint, sentences))
    own = any(pattern.search(_spelled_out(message)) for pattern in english.OUT_OF_PLAY)
    return "possible" if faint and faint + own >= 2 else "none"


def strongest(messages: Iterable[str]) -> Sign:
    """The strongest sign in any of these messages."""
    signs = {sign_in(said) for said in messages}
    return "clear" if "clear" in signs else "possible" if "possible" in signs else "none"


def is_touched(said: str) -> bool:
    """Whether the message has any word that, with a provider's refusal, counts as a sign: weaker than "possible"."""
    return any(_faint(sentence) for sentence in _sentences(_without_quotations(plain(said))))


def _clear(sentence: Sentence) -> bool:
    without_apostrophes = sentence.plain.replace("'", "")
    if any(pattern.search(without_apostrophes) for pattern in IN_OTHER_LANGUAGES):
        return True
    return any(_is_own(sentence, match) for pattern in english.CLEAR if (match := pattern.search(sentence.words)))


def _possible(sentence: Sentence) -> bool:
    if any(_is_own(sentence, match) for pattern in english.POSSIBLE if (match := pattern.search(sentence.words))):
        return True
    if not sentence.asks and any(language.speaks_of_it(sentence.plain) for language in LANGUAGES):
        return True
    owner = ""
    for clause in _clauses(sentence.words):
        owner = _whose(clause) or owner
        if (owner or not sentence.asks) and _wishes(clause, owner):
            return True
    return False


def _clauses(words: str) -> Iterator[str]:
    """The clauses of a sentence. What nobody would say in one breath comes in overlapping pieces."""
    for clause in _CLAUSE.split(words):
        for start in range(0, max(len(clause) - _OVERLAP, 1), _LONGEST_CLAUSE - _OVERLAP):
            yield clause[start : start + _LONGEST_CLAUSE]


def _whose(clause: str) -> str:
    """Whom a clause is about: "self", "other", or "" where it does not say."""
    *_, found = [None, *english.SUBJECT_OF.finditer(clause)]
    return "" if found is None else "self" if found["self"] else "other"


def _wishes(clause: str, owner: str) -> bool:
    """Whether a clause speaks of the student's own death or harm, or of having had enough of life."""
    for match in english.DEATH.finditer(clause):
        if "my" not in match[0] and english.ON_DUTY.search(clause):
            continue
        after = clause[match.end() :]
        own = english.OWN.search(after) and not english.SUBJECT.search(after)
        as_subject = english.SUBJECT_AFTER.search(after) and "my" not in match[0] and not own
        if not as_subject and _is_of_self(clause, match, owner):
            return True
    for match in english.LIFE.finditer(clause):
        before = clause[: match.start()]
        if english.ENOUGH.search(before) and _is_of_self(clause, match, owner, life=True):
            return True
    return False


def _is_of_self(clause: str, match: re.Match[str], owner: str, *, life: bool = False) -> bool:
    before, after = clause[: match.start()], clause[match.end() :]
    *_, last = [None, *english.WHOSE.finditer(before)]
    reflexive = "my" in match[0]
    if last is None:
        if english.OTHERS.search(clause) or owner == "other":
            return False
        own = reflexive or owner == "self" or bool(english.OWN.search(after))
        if not (own or english.BEGINS.search(clause)):
            return False
    elif not last["self"] and not (life and last[0] in _IMPERSONAL and not english.OTHERS.search(clause)):
        return False
    between = before[last.end() :] if last else before
    if english.SUBJECT.search(between) and not reflexive:
        return False
    if "myself" in match[0] and english.MISHAP.search(clause):
        return False
    return life or not english.DENIED.search(between) or bool(english.NOT_NEGATED.search(between))


def _agrees(asked: Sentence, answered: Sentence) -> bool:
    """Whether the student asks the patient about it and adds: "I have"."""
    about = english.DEATH.search(asked.words) or "yourself" in asked.words or "hopeless" in asked.words
    return bool(about and english.OTHERS.search(asked.words) and english.AGREES.search(answered.words))


def _faint(sentence: Sentence) -> int:
    """How many faint signs a sentence has; none where it speaks of others."""
    if english.OTHERS.search(sentence.words):
        return 0
    return sum(1 for pattern in english.FAINT if pattern.search(sentence.words))


def _is_own(sentence: Sentence, match: re.Match[str]) -> bool:
    """Whether what was found is the student's own: not denied, not of somebody else, not a mishap."""
    words, before, found = sentence.words, sentence.words[: match.start()], match[0]
    if english.IN_YOUR_PLACE.search(words) or ("my" not in found and english.ON_DUTY.search(words)):
        return False
    if "myself" in found and (english.NEGATED.search(before) or english.MISHAP.search(words, match.start())):
        return False
    clause = _CLAUSE.split(before)[-1]
    if english.OWN.search(found):
        return True
    *_, last = [None, *english.WHOSE.finditer(clause)]
    if last and last[0] not in _IMPERSONAL:
        return bool(last["self"])
    return not (sentence.asks or english.OTHERS.search(words))


def _without_quotations(text: str) -> str:
    """The text without what is quoted from somebody: "you said 'I want to die'"."""
    return _QUOTED.sub(lambda quote: " " if _is_quoted(text, quote) else quote[0], text)


def _is_quoted(text: str, quote: re.Match[str]) -> bool:
    before = text[max(0, quote.start() - _BEFORE_A_QUOTE) : quote.start()]
    return bool(english.OTHERS.search(before)) or "when" in before or "who" in before


def _sentences(message: str) -> Iterator[Sentence]:
    for match in _SENTENCE.finditer(message.replace(":", ",").replace(" - ", ", ")):
        words = _spelled_out(match[0])
        reported = english.REPORTED.search(words)
        yield Sentence(match[0].strip(), words[: reported.start()] if reported else words)


def _spelled_out(text: str) -> str:
    """The words of a text with contractions and common misspellings written out, and commas."""
    for ending, word in _ENDINGS:
        text = text.replace(ending, word)
    words = " ".join(_spelling(word) for word in _WORD.findall(text))
    return _WE.sub("i will ", words.replace("my self", "myself"))


def _spelling(word: str) -> str:
    return english.SPELLINGS.get(word) or _MISSPELLED.get(word, word)


def _misspellings() -> dict[str, str]:
    """The spellings of the keywords with one letter missing, doubled or out of place."""
    found: dict[str, str] = {}
    for key in english.KEYWORDS:
        for at in range(len(key)):
            rest = key[at + 1 :]
            found[key[:at] + rest] = key
            found[key[:at] + key[at] * 2 + rest] = key
            if rest:
                found[key[:at] + rest[0] + key[at] + rest[1:]] = key
    return {wrong: key for wrong, key in found.items() if wrong not in english.KEYWORDS and len(wrong) > 4}


_MISSPELLED = _misspellings()
