"""The stems of words that carry meaning, for comparing what was said with what a scenario says."""

from collections.abc import Sequence

from apps.core.text.function_words import FUNCTION_WORDS
from apps.core.text.patterns import lazy_pattern
from apps.core.text.plain import plain, words

_ENDINGS = lazy_pattern(r"(?:(?<=...)(?:ings?|edly|ed|ions?|ly|en|es|s)|(?<=.....)ers?)$")
_DOUBLED = lazy_pattern(r"([b-df-hj-np-tv-z])\1$")

_ENGLISH_STOP_WORDS = """
    the and for but not was were had has have with that this from they them there then than been what when which who
    you your yours his hers its our are can could would will should just very really about into over some any all did
    does don doesn didn isn wasn ive dont didnt cant she him one two bit lot quite like know think because how much
    many often every day days get got today most more only never always sometimes still went going goes doctor well
    yes yeah sorry said say says tell told thing things something nothing anything time times being doesnt wasnt
    havent wont wouldnt couldnt shes hes thats theres youre theyre too also again now here out off down back after
    before where why their these those other another may might must make made week weeks month months year years ago
    last since long first few take takes took taken taking want need keep give gave given come came feel feels felt
    happen happened happens problem problems way put see seen even yet though ever
"""
_STOP_WORDS = frozenset(_ENGLISH_STOP_WORDS.split()).union(
    plain(word).replace("'", "") for code in ("de", "fr", "es", "it", "nl", "pt") for word in FUNCTION_WORDS[code]
)
# Words that are too common in any consultation to tell anything without others.
_WEAK_WORDS = """
    morning mornings evening evenings night nights tonight yesterday summer spring half large whole good bad better
    worse little big new old nobody somebody someone anyone everybody people please thanks thank hello hope bring sure
    right fine okay look show help start started stop stopped three four five six seven eight nine ten once twice talk
    mean left hand front real doing done work use used try tried hard away found find ask asked name age morgen abend
    nacht matin soir nuit noche manana notte mattina avond ochtend noite manha bambino home daughter son house live
    lived living hour hours minute minutes friend friends wife husband mates family phone mother mum mam father dad
    brother sister aunt uncle cousin mutter vater bruder schwester frau mere pere frere soeur femme madre padre
    hermano hermana mujer fratello sorella moglie moeder vader broer zus vrouw mae pai mulher eins zwei drei vier funf
    sechs sieben acht neun zehn morgens abends woche wochen monat monate jahr jahre stunde stunden deux trois quatre
    cinq sept huit neuf dix semaine semaines mois heures jours matins soirs dos tres cuatro cinco seis siete ocho
    nueve diez semana semanas meses anos horas tardes tarde due tre quattro cinque sei sette otto nove dieci settimana
    settimane mese mesi anni ore sera giorno giorni twee drie vijf zes zeven negen tien weken maand maanden jaar uren
    dag dagelijks dois quatro sete oito dez hora schule machen macht gemacht sagen nehmen nehme nimmt prendre prends
    prend prenez tomar tomo toma prendere prendo prende neem neemt nemen
"""


def stem(word: str) -> str:
    """What a normalised word shares with its other forms."""
    if len(word) < 4 or not word.isascii():
        return word
    return _without_last_vowels(_DOUBLED.sub(r"\1", _without_last_vowels(_ENDINGS.sub("", word))))


def _without_last_vowels(word: str) -> str:
    return word[:2] + word[2:].rstrip("aeiouy")


WEAK = frozenset(map(stem, _WEAK_WORDS.split()))


def stems_of(text: str | Sequence[str]) -> frozenset[str]:
    """The stems of the words that carry meaning."""
    spoken = words(text) if isinstance(text, str) else text
    return frozenset(stem(word) for word in spoken if _carries_meaning(word))


def _carries_meaning(word: str) -> bool:
    return word not in _STOP_WORDS and (len(word) > 2 or not word.isascii() or word.isdigit())
