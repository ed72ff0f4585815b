"""Leaves out of a reply what the patient reports that others have said."""

from collections.abc import Iterator
from itertools import zip_longest

from apps.core.text.patterns import lazy_pattern

_SPEAKER = (
    r"(?:i|we|he|she|they|it|who|husband|wife|partner|daughter|son|mother|mum|mom|dad|father|sister|brother|friend|aunt"
    r"|uncle|gran|grandson|doctor|gp|nurse|locum|physio|paramedic|pharmacist|specialist|consultant|surgeon|receptionist"
    r"|neighbou?r|boss|customer|people|someone|somebody|everyone|everybody|teacher|coach|leaflet|website|internet"
    r"|google"
    r"|chat ?gpt|paper|book|letter|box|label|article|forum|app|bloke|lady|man|guy)"
)
_ALWAYS = (
    r"(?:'s|'d|'ll|'ve| is| was| were| has| had| will| would| always| just| usually| keeps?| kept| used to| then|"
    r" only)*"
)
_SAYS = (
    r"(?:said|says?|saying|tells?|telling|told|asks?|asked|asking|goes|reckons?|warned|advised|wrote|reads?|heard"
    r"|googled|recommend(?:ed|s)|suggest(?:ed|s)|thinks?|thought|questionnaire|form\b)"
)
_REPORT = lazy_pattern(
    rf"\b(?!i think\b|i thought\b|i ask\b|it's |it is |i'd |i would |it may |i recommend|i"
    rf" suggest){_SPEAKER}{_ALWAYS} {_SAYS}\b(?! (?:i|you) (?:can|am|may|have) (?:help|assist))"
    rf"|\b(?!it\b|i'd){_SPEAKER}(?:'s|'re| is| are| was| were) (?:just |all )?like\b"
    r"|\bgave me (?:a|this) (?:questionnaire|form|leaflet)|\baccording to\b"
    r"|\b(?:sagte?|gesagt|meinte?|fragte?|gefragt|dit|disait|dice|dijo|ha detto|dice|disse|zei|zegt|сказал[аи]?) ?:"
    r"|\b(?:mann|frau|arzt|hausarzt|er|sie|tochter|sohn) (?:hat )?(?:immer |mir )*(?:sagte?|meinte?|fragte?)\b"
)
_ANSWERED = lazy_pattern(r"\W*(?:and |so |well,? )?i (?:said|told|answered|put)\b")
_WORD = lazy_pattern(r"\w")
_SENTENCE = lazy_pattern(r"[^.!?\n]+[.!?\n\"']*|[.!?\n]+")
_QUOTED = lazy_pattern(
    r"(?<=\w[ ,:])\s?(?:\"[^\"\n]{4,300}\"|“[^”\n]{4,300}”)|\"[^\"\n]{4,300}\"(?= (?:he|she|they) said)"
)


def without_reports(spoken: str) -> str:
    """The plain text without quotations inside it, and without a reporting clause and the sentence after it."""
    return "".join(_own_parts(_QUOTED.sub(" ", spoken)))


def _own_parts(spoken: str) -> Iterator[str]:
    sentences = _SENTENCE.findall(spoken)
    reported = False
    for sentence, following in zip_longest(sentences, sentences[1:], fillvalue=""):
        report = _REPORT.search(sentence)
        if report and not _WORD.search(sentence, report.end()) and sentence[: report.start()].rstrip().endswith(","):
            # "It's a side effect, the leaflet says."
            yield " i said. "
        elif report:
            yield sentence[: report.start()] + " i said. "
        elif not reported and not _ANSWERED.match(following):
            yield sentence
        reported = report is not None
