"""Signs in a student's message that the student, and not the patient, is at risk of harming themselves."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from typing import Literal

from apps.core.text.language import languages_of
from apps.core.text.patterns import lazy_pattern
from apps.core.text.plain import plain
from apps.distress import english
from apps.distress.languages import IN_OTHER_LANGUAGES, LANGUAGES
from apps.distress.resemblance import resemblance, resemblance_in_another_language
from apps.distress.sentences import Sentence, sentences_of, without_quotations
from apps.distress.spelling import spelled_out

Sign = Literal["clear", "possible", "none"]
# "weak" is what alone says too little to act on: a model is asked, and only its yes counts.
Level = Literal["clear", "possible", "weak", "none"]

# Log odds from which a message that no phrase has foreseen is a sign, and from which a model is asked. The corpora that
# were left out while the others were learned from chose them.
_RESEMBLES, _RESEMBLES_A_LITTLE = 0.45, -0.2
_RESEMBLES_ABROAD, _RESEMBLES_ABROAD_A_LITTLE = 0.8, 0.3
# Below these, phrases count less, since they find figures of speech, too: what is possible counts as none, and what is
# clear as possible.
_UNLIKE, _UNLIKE_ABROAD = 0.1, 0.3
_IMPERSONAL = frozenset({"it", "this", "there", "that"})
_CLAUSE = lazy_pattern(r" , |\b(?:but|and|because|so) ")


def sign_in(said: str) -> Sign:
    """How surely the student speaks of their own risk: "clear", "possible" or "none".

    A question to the patient, a summary of what the patient said and a figure of speech are none. Takes time linear in
    the message.
    """
    return _Message(said).sign


def strongest(messages: Iterable[str]) -> Level:
    """The strongest sign in any of these messages; "weak" where one of them is only touched by it."""
    read = list(map(_Message, messages))
    signs = {message.sign for message in read}
    if "clear" in signs:
        return "clear"
    if "possible" in signs:
        return "possible"
    return "weak" if any(message.is_touched for message in read) else "none"


def is_touched(said: str) -> bool:
    """Whether it has a sign that is weaker than "possible", and none without a model or a provider's refusal."""
    return _Message(said).is_touched


class _Message:
    """A message of a student, read once for all that is asked of it."""

    def __init__(self, said: str) -> None:
        self._said = said
        self._text = without_quotations(plain(said))
        self._sentences = list(sentences_of(self._text))
        # Each is looked at once, however often it is said.
        self._counts = Counter(self._sentences)

    @cached_property
    def sign(self) -> Sign:
        found, likeness = self._by_phrases, self._likeness
        if likeness is not None and likeness < _UNLIKE:
            found = "possible" if found == "clear" else "none"
        if found == "none" and self._is_possible:
            found = "possible"
        return found

    @property
    def is_touched(self) -> bool:
        foreign, likeness = self._foreign_likeness, self._likeness
        if foreign is not None and foreign >= _RESEMBLES_ABROAD_A_LITTLE:
            return True
        if likeness is not None and likeness >= _RESEMBLES_A_LITTLE:
            return True
        return bool(self._foreign_phrases) or self._by_phrases != "none" or self._faint > 0

    @property
    def _is_possible(self) -> bool:
        """Whether something else than an English phrase says that it may be a sign."""
        foreign, likeness = self._foreign_likeness, self._likeness
        if any(map(_is_likely_abroad, self._foreign_phrases)) or (foreign is not None and foreign >= _RESEMBLES_ABROAD):
            return True
        if likeness is not None and (likeness >= _RESEMBLES or likeness < _UNLIKE):
            return likeness >= _RESEMBLES
        own = any(pattern.search(spelled_out(self._text)) for pattern in english.OUT_OF_PLAY)
        return self._faint > 0 and self._faint + own >= 2

    @cached_property
    def _foreign_phrases(self) -> list[Sentence]:
        """The sentences with a sign in another language."""
        return list(filter(_in_another_language, self._counts))

    @cached_property
    def _by_phrases(self) -> Sign:
        """The strongest sign of the English phrases."""
        if any(map(_clear, self._counts)):
            return "clear"
        pairs = zip(self._sentences, self._sentences[1:], strict=False)
        found = any(map(_possible, self._counts)) or any(_agrees(*pair) for pair in dict.fromkeys(pairs))
        return "possible" if found else "none"

    @cached_property
    def _likeness(self) -> float | None:
        """How much it resembles a disclosure, as log odds; None where nothing is in English."""
        if "en" not in languages_of(self._said):
            return None
        said = (one for one in self._counts if one.has_words and one.may_be_english and not one.repeats_itself)
        telling = [(one.words, one.asks) for one in said]
        return resemblance(telling) if telling else None

    @cached_property
    def _foreign_likeness(self) -> float | None:
        """The same for what is in another language; None where nothing is, or the language was not taught."""
        if "en" not in languages_of(self._said):
            return resemblance_in_another_language(self._text)
        foreign = [one.plain for one in self._counts if not one.may_be_english]
        return resemblance_in_another_language(". ".join(foreign)) if foreign else None

    @cached_property
    def _faint(self) -> int:
        """How many faint signs it has."""
        return sum(_faint(sentence) * times for sentence, times in self._counts.items())


def _in_another_language(sentence: Sentence) -> bool:
    """Whether there is a sign in another language. Its phrases are few and short, so that it is never a clear one."""
    if sentence.is_english:
        return False
    without_apostrophes = sentence.plain.replace("'", "")
    return any(pattern.search(without_apostrophes) for pattern in IN_OTHER_LANGUAGES) or (
        not sentence.asks and any(words.speaks_of_it(sentence.plain) for words in LANGUAGES)
    )


def _is_likely_abroad(sentence: Sentence) -> bool:
    """Whether a sentence with a phrase of another language is like a disclosure there, or nobody can tell."""
    likeness = resemblance_in_another_language(sentence.plain)
    return likeness is None or likeness >= _UNLIKE_ABROAD


def _clear(sentence: Sentence) -> bool:
    return sentence.may_be_own and any(
        _is_own(sentence, match) for pattern in english.CLEAR if (match := pattern.search(sentence.words))
    )


def _possible(sentence: Sentence) -> bool:
    if not sentence.may_be_own:
        return False
    if any(_is_own(sentence, match) for pattern in english.POSSIBLE if (match := pattern.search(sentence.words))):
        return True
    owner = ""
    on_duty = bool(english.ON_DUTY.search(sentence.words))
    for clause in _CLAUSE.split(sentence.words):
        owner = _whose(clause) or owner
        if (owner or not sentence.asks) and _wishes(clause, owner, on_duty=on_duty):
            return True
    return False


def _whose(clause: str) -> str:
    """Whom a clause is about: "self", "other", or "" where it does not say."""
    *_, found = [None, *english.SUBJECT_OF.finditer(clause)]
    return "" if found is None else "self" if found["self"] else "other"


def _wishes(clause: str, owner: str, *, on_duty: bool) -> bool:
    """Whether a clause speaks of the student's own death or harm, or of having had enough of life."""
    for match in english.DEATH.finditer(clause):
        if on_duty and "my" not in match[0]:
            continue
        after = clause[match.end() :]
        as_subject = english.SUBJECT_AFTER.search(after) and "my" not in match[0] and not english.OWN.search(after)
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
    about = english.DEATH.search(asked.words) or english.ASKED_ABOUT.search(asked.words)
    return bool(about and english.OTHERS.search(asked.words) and english.AGREES.search(answered.words))


def _faint(sentence: Sentence) -> int:
    """How many faint signs a sentence has; none where it speaks of others."""
    if english.OTHERS.search(sentence.words) or not sentence.may_be_own:
        return 0
    own_death = any(_dwells_on(sentence, match) for match in english.DEATH.finditer(sentence.words))
    return own_death + sum(1 for pattern in english.FAINT if pattern.search(sentence.words))


def _dwells_on(sentence: Sentence, death: re.Match[str]) -> bool:
    """Whether the student has to do with death, and not as a subject of study or work."""
    before, after = sentence.words[: death.start()], sentence.words[death.end() :]
    *_, last = [None, *english.WHOSE.finditer(before)]
    subject = english.SUBJECT.search(before) or english.SUBJECT_AFTER.search(after)
    return bool(last and last["self"] and not subject and _is_own(sentence, death))


def _is_own(sentence: Sentence, match: re.Match[str]) -> bool:
    """Whether what was found is the student's own: not denied, not of somebody else, not a mishap."""
    words, before, found = sentence.words, sentence.words[: match.start()], match[0]
    if "my" not in found and english.ON_DUTY.search(words):
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
