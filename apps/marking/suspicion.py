"""Which messages of a student may speak to whoever marks them: pure functions of a transcript.

What is found costs nothing by itself: the conversation is marked once more without these messages, and compared.
"""

from collections.abc import Mapping, Sequence

from apps.core.text.language import UNKNOWN, foreign, identified, languages_of, script_of, word_tokens
from apps.marking.evidence import TranscriptTurn
from apps.marking.pleas import Span, plea_spans

# Function words that show another language in one message.
_WORDS_NEEDED = 3
# A patient who says so many words in a language is at home in it.
_AT_HOME = 5


def suspicious_spans(turns: Sequence[TranscriptTurn]) -> Mapping[int, tuple[Span, ...]]:
    """By the index of each such message of the student: (start, end) of the parts that may speak to the examiner.

    A message in a language that nobody else speaks in the conversation counts as a whole, since what it says is not
    known. What the patient says puts nobody under suspicion.
    """
    spoken = [turn for turn in turns if turn.by_student and turn.text.strip()]
    found = {turn.index: spans for turn in spoken if (spans := plea_spans(turn.text))}
    rest = [turn for turn in spoken if turn.index not in found]
    at_home = _languages_of_patient(turns)
    known = _languages("\n".join(turn.text for turn in rest[1:])) | at_home
    for turn in rest:
        if foreign(turn.text, known, words_needed=_WORDS_NEEDED):
            found[turn.index] = ((0, len(turn.text)),)
        elif turn is rest[0]:
            known = _languages(turn.text) | at_home
        else:
            known |= _languages(turn.text)
    return dict(sorted(found.items()))


def _languages(text: str) -> frozenset[str]:
    """The languages that a text may be in; none that rules nothing out."""
    return languages_of(text) - {UNKNOWN}


def _languages_of_patient(turns: Sequence[TranscriptTurn]) -> frozenset[str]:
    said = [turn.text for turn in turns if not turn.by_student]
    # A script without spaces has few words in a sentence.
    long = [text for text in said if len(word_tokens(text)) >= _AT_HOME or (not text.isascii() and len(text) >= 10)]
    return frozenset(script_of(name) for text in long if (name := identified(text)))
