"""Doubts about an answer's evidence, by its structure: pure functions of checked marks.

A doubt never changes a score. It is a reason for a person to look.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from apps.core.text.patterns import lazy_pattern
from apps.core.text.plain import plain
from apps.marking.pleas import Span
from apps.marking.quotes import Words, words_of

# Reasons that concern one criterion.
GREETING_AS_EVIDENCE = "greeting_as_evidence"
PLEA_AS_EVIDENCE = "plea_as_evidence"
OWN_WORDS_AS_EVIDENCE = "own_words_as_evidence"
REASONS = frozenset({GREETING_AS_EVIDENCE, PLEA_AS_EVIDENCE, OWN_WORDS_AS_EVIDENCE})

# With fewer awarded criteria, half of them may well rest on one question.
_LEAST_AWARDED = 6
# The share of a quote that makes it a part of a plea.
_MOSTLY = 0.6
# A quote that repeats so many words in a row of its own criterion may be said to the examiner.
_OWN_WORDS = 6
_TITLE = (
    r"(?:sir|madam|ma'am|doctor|dr|mr|mrs|ms|miss|herr|frau|monsieur|madame|senora?|signora?|senhora?|meneer|mevrouw|"
    r"pan|pani)"
)
_HELLO = (
    r"(?:hello|hi|hey|hiya|good (?:morning|afternoon|evening|day)|morning|afternoon|evening|greetings|"
    r"guten (?:morgen|tag|abend)|"
    r"hallo|gruss gott|bonjour|bonsoir|salut|hola|buen[oa]s(?: (?:dias|tardes|noches))?|buongiorno|buonasera|ciao|"
    r"bom dia|boa (?:tarde|noite)|ola|goede(?:morgen|middag|navond)|dzien dobry|dobry wieczor|merhaba|gunaydin|"
    r"здравствуйте|добрый (?:день|вечер)|доброе утро|привет|مرحبا|السلام عليكم|صباح الخير|नमस्ते|你好|您好|早上好|"
    r"こんにちは|おはようございます|안녕하세요)"
)
_AFTER_HELLO = (
    r"(?:how are you(?: doing)?(?: today)?|(?:it's |it is )?(?:nice|good|lovely|pleased) to (?:meet|see) you)"
)
_GREETING = lazy_pattern(
    rf"{_HELLO}(?:\W+{_HELLO})?\W*(?:{_TITLE}\b\W*)?(?P<name>\w+(?: \w+)?\W*)??(?:{_AFTER_HELLO})?"
)
# A criterion about the opening may rest on a greeting.
_ABOUT_OPENING = lazy_pattern(
    r"greet|introduc|hello|welcom|respect|respekt|rispett|warm|friendl|thank|"
    r"opening|open(?:s|ed)? the|rapport|courte|polite|manner|begr(?:u|ue)ss|"
    r"vorstell|hoflich|salu|accueil|polite|present|cortes|amab|accogl|cumpriment|educad|begroet|beleefd|voorstel|przywit|przedstaw|uprzejm|"
    r"selam|tanit|приветств|здоров|представ|تحية|يعرف|अभिवादन|परिचय|问候|打招呼|介绍|挨拶|紹介|인사|소개"
)
# Examples of what to say, in a criterion's text: a student who says them asks what is asked for.
_EXAMPLES = lazy_pattern(r"[\"“„«「『][^\"”“»」』]{1,300}[\"”“»」』]|(?<!\w)['‘][^'‘’\n]{8,300}['’](?!\w)")
_TO_A_PATIENT = lazy_pattern(r"\b(?:you|your|yours|sie|ihnen|ihre?|vous|votre|usted|su|lei|voce|u|uw)\b")
_WORDS = lazy_pattern(r"\w+")
_SENTENCES = lazy_pattern(r"[^.!?\n]*[.!?\n]?")


def only_a_greeting(quotes: Sequence[str], criterion: str) -> bool:
    """Whether nothing but a greeting is quoted for a criterion, given its text, that is not about greeting."""
    greetings = all(_is_greeting(quote) for quote in quotes)
    return bool(quotes) and greetings and not _ABOUT_OPENING.search(plain(criterion))


def _is_greeting(quote: str) -> bool:
    found = _GREETING.fullmatch(plain(quote).strip(" .,!?\n。！"))
    if found is None:
        return False
    # What follows a greeting is a name only if it is written like one: "morning sickness" is none.
    names = {plain(word) for word in _WORDS.findall(quote) if word[0].isupper()}
    return set(_WORDS.findall(found["name"] or "")) <= names


def only_own_words(quotes: Sequence[str], criterion: str) -> bool:
    """Whether each quote repeats the text of its own criterion, examples in it apart."""
    sequences = set(_runs(words_of(_without_examples(criterion))))
    return bool(quotes) and all(not sequences.isdisjoint(_runs(words_of(quote))) for quote in quotes)


def only_pleas(quotes: Sequence[Mapping[str, Any]], spans: Mapping[int, Sequence[Span]]) -> bool:
    """Whether each quote {index, start, end} lies in a part of its message that may speak to the examiner.

    `spans` are those parts, by the message's index.
    """
    return bool(quotes) and all(in_spans(one, spans.get(one["index"], ())) for one in quotes)


def in_spans(quote: Mapping[str, Any], spans: Sequence[Span]) -> bool:
    """Whether a quote {start, end} lies in these parts of its message."""
    inside = sum(max(0, min(quote["end"], end) - max(quote["start"], start)) for start, end in spans)
    return inside >= _MOSTLY * (quote["end"] - quote["start"])


def resting_on_one_quote(evidence: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[str]:
    """The criteria that rest on one quote, if they are half or more of at least six; else none.

    `evidence` has the quotes {index, quote} of each criterion that is awarded something.
    """
    if len(evidence) < _LEAST_AWARDED:
        return []
    words = {name: {(one["index"], words_of(one["quote"])) for one in quotes} for name, quotes in evidence.items()}
    everything = set().union(*words.values())
    longest = {quote: max((one for one in everything if _contains(one, quote)), key=_length) for quote in everything}
    alone = {name: longest[one] for name, quotes in words.items() for one in quotes if _are_one(quotes, longest)}
    users = Counter(alone.values())
    quote, count = users.most_common(1)[0] if users else (None, 0)
    if 2 * count < len(evidence):
        return []
    return [name for name, one in alone.items() if one == quote]


def _are_one(quotes: set[tuple[int, Words]], longest: Mapping[tuple[int, Words], tuple[int, Words]]) -> bool:
    return len({longest[one] for one in quotes}) == 1


def _contains(longer: tuple[int, Words], shorter: tuple[int, Words]) -> bool:
    return longer[0] == shorter[0] and longer[1].find(shorter[1]) is not None


def _length(quote: tuple[int, Words]) -> tuple[int, str]:
    return len(quote[1].joined), quote[1].joined


def _without_examples(criterion: str) -> str:
    """The text without what it has a student say: words in quotation marks, and questions to a patient."""
    rest = _EXAMPLES.sub(" \n ", criterion)
    spoken = (
        part for part in _SENTENCES.findall(rest) if part.rstrip().endswith("?") and _TO_A_PATIENT.search(plain(part))
    )
    for part in spoken:
        rest = rest.replace(part, " \n ")
    return rest


def _runs(words: Words) -> Iterable[tuple[str, ...]]:
    spoken = words.words
    return (spoken[start : start + _OWN_WORDS] for start in range(len(spoken) - _OWN_WORDS + 1))
