"""Whether a message asks for anything, in English, German, French, Spanish, Italian, Dutch and Portuguese.

It is held to ask unless every sentence of it is of a kind that asks nothing: a greeting, thanks, an acknowledgement,
sympathy, an explanation, a summary or the announcement of an examination. Anything else may be a question: one without
a mark, a list of topics, an invitation, or a language that the rules do not know.

The patterns match plain text, which has no accents (see plain.py).
"""

import re
from functools import lru_cache

from apps.core.text.language import languages_of
from apps.core.text.plain import plain
from apps.openai_integration.conversation.reply_check.question_patterns import ENGLISH_VERB, GREETS, NODDED, RULES

_MARKS = re.compile("[?\uff1f\u061f\u055e\u1367\u2e2e\u203d\u2047-\u2049\u037e\u00bf]")
_SENTENCES = re.compile(r"[.!;\n。！]+(?=\s|$)|\n")
# "And at night..." leaves the rest to the patient.
_UNFINISHED = ("..", "…", "-")
_EDGES = " \t\n,.!'\"()*_-"
_UNTIL_IT_HURTS = re.compile(
    r"\b(?:please )?(?:just )?(?:let me know|tell me|shout|say|stop me) if (?:it|this|that|anything|i"
    r"|you)\b[^.!?]{0,40}"
    r"(?:hurts?|sore|painful|pain|tender|uncomfortable|discomfort|cold|stop)\b"
)
_TITLES = re.compile(r"\b(mr|mrs|ms|dr|st)\.")
_FILLER = (
    r"(?:ok|okay|right|alright|all right|well|so|and|but|now|then|yes|yeah|no|oh|ah|hm+|great|good|cool|sure|fine|hi"
    r"|hello|hey"
    r"|thanks(?! for| so| very| that| again)|thank you(?! for| so| very| that| again)|um|uh|er|ja|gut|also|und|aber"
    r"|oui|bon|alors"
    r"|et|mais|bien|si|vale|bueno|pues|y|bene|allora|e|ma|nou|dus|en|maar|goed|bem|pois|entao|mas|sim|d'accord|claro)"
)
_FILLERS = re.compile(rf"(?:{_FILLER}\b[ ,]*)+")
_OF_THE_PATIENT = re.compile(
    r"\b(?:you|your|yours|you're|you've|he|she|his|her|nobody|no one|sie|ihnen|ihr\w*|du|dein\w*|vous|votre|vos|usted"
    r"|su|sus|le"
    r"|lei|suo|sua|seu|u|uw|je|jouw)\b"
)
# Blanks in a sentence that is too short for an explanation.
_SHORT = 6
# What somebody says of themselves, and what is thanks or sympathy.
_OF_THE_SPEAKER = re.compile(
    rf"(?:{_FILLER}\b[ ,]*)*(?:i|i'?m|i'?ll|i'?ve|i'?d|we|we'?re|we'?ll|we'?ve|let|my|our|thanks?|sorry|that must"
    rf"|it must"
    r"|must be|that sounds|it sounds|ich|wir|mein\w*|danke|vielen|tut mir|je|j'\w+|nous|on va|merci|desole\w*|yo|soy"
    r"|estoy|voy"
    r"|vamos|gracias|muchas|lo siento|me llamo|io|sono|mi (?:dispiace|chiamo)|grazie|adesso|ik|wij|dank|eu|sou|vou"
    r"|obrigad\w"
    r"|lamento)\b"
)


@lru_cache(maxsize=512)
def asks_nothing(text: str, spoken: frozenset[str] = frozenset()) -> bool:
    """Whether a message certainly asks for nothing and invites nothing.

    `spoken` are the languages of the conversation, since a short message may belong to any.
    """
    if _MARKS.search(text):
        return False
    sentences, unfinished = _sentences(text)
    languages = (languages_of(text) | spoken) & RULES.keys()
    if not sentences or unfinished:
        return False
    return all(_silent(sentence, languages) for sentence in sentences)


def said_of_the_patient(text: str) -> list[str]:
    """The sentences that may be questions in the form of statements: "so you take the tablets", "bowels are fine"."""
    return [
        sentence
        for sentence in _sentences(text)[0]
        if not _OF_THE_SPEAKER.match(sentence) and (_OF_THE_PATIENT.search(sentence) or sentence.count(" ") < _SHORT)
    ]


def _sentences(text: str) -> tuple[list[str], bool]:
    """The plain sentences, and whether the last one is left unfinished."""
    spoken = _UNTIL_IT_HURTS.sub("", _TITLES.sub(r"\1", plain(text)))
    found = [sentence for part in _SENTENCES.split(spoken) if (sentence := part.strip(_EDGES))]
    return found, spoken.rstrip().endswith(_UNFINISHED) and not (found and _nods(found[-1]))


def _silent(sentence: str, languages: frozenset[str]) -> bool:
    if _nods(sentence):
        return True
    if any(RULES[name][1].search(sentence) for name in languages):
        return False
    filler = _FILLERS.match(sentence)
    bare = sentence[filler.end() :] if filler else sentence
    return any(
        RULES[name][0].match(start) and (name != "en" or ENGLISH_VERB.search(sentence))
        for name in languages
        for start in (sentence, bare)
    )


def _nods(sentence: str) -> bool:
    whole = NODDED.fullmatch(sentence)
    return whole is not None and (whole[1] is None or GREETS.match(sentence) is not None)
