"""Whether a message asks for anything, in English, German, French, Spanish, Italian, Dutch and Portuguese.

It is held to ask unless every sentence of it is of a kind that asks nothing: a greeting, thanks, an acknowledgement,
sympathy, an explanation, a summary or the announcement of an examination. Anything else may be a question: one without
a mark, a list of topics, an invitation, or a language that the rules do not know.

The patterns match plain text, which has no accents (see plain.py).
"""

from functools import lru_cache

from apps.core.text.language import languages_of
from apps.core.text.patterns import lazy_pattern
from apps.core.text.plain import plain
from apps.roleplay.reply_check.alternatives import alternatives
from apps.roleplay.reply_check.asking_abroad import ABROAD
from apps.roleplay.reply_check.asking_english import ENGLISH_ASKS, ENGLISH_SILENT

_MARKS = lazy_pattern("[?\uff1f\u061f\u055e\u1367\u2e2e\u203d\u2047-\u2049\u037e\u00bf]")
# Only from the first of several marks: a thousand dots would take a second.
_SENTENCES = lazy_pattern(r"(?<![.!;\n。！])[.!;\n。！]++(?=\s|$)|\n")
# "And at night..." leaves the rest to the patient.
_UNFINISHED = ("..", "…", "-")
_EDGES = " \t\n,.!'\"()*_-"
_UNTIL_IT_HURTS = lazy_pattern(
    r"\b(?:please )?(?:just )?(?:let me know|tell me|shout|say|stop me) if (?:it|this|that|anything|i"
    r"|you)\b[^.!?]{0,40}(?:hurts?|sore|painful|pain|tender|uncomfortable|discomfort|cold|stop)\b"
)
_TITLES = lazy_pattern(r"\b(mr|mrs|ms|dr|st)\.")
# What stands before a sentence proper. "So" and "and" are not among them, since they make a question of a statement.
_FILLER = alternatives(
    """
    ok | okay | right | alright | all right | well | now | yes | yeah | no | oh | ah | hm+ | great | good | cool
    | sure | fine | hi | hello | hey | um | uh | er | also | oui | bon | alors | bien | si | vale | bueno | pues
    | bene | allora | nou | goed | bem | pois | sim | d'accord | claro
    | (?:thanks|thank you)(?! for| so| very| that| again)
    """
)
_FILLERS = lazy_pattern(rf"(?:{_FILLER}\b[ ,]*)++")
# Answers nothing and asks nothing, in any language.
_NODS = """
    gut(?=,) | morning | afternoon | evening | ok | okay | okey | oke | right | alright | all right | fine | great
    | good
    | perfect | brilliant | excellent | lovely | sure | yes | yeah | yep | nope | cool | i see | i understand
    | understood | got it | of course | absolutely | thanks | thank you | cheers | sorry | i'?m sorry | hello | hi
    | hey | hiya | good (?:morning|afternoon|evening|day) | doctor | sir | madam | then | well done | bye | goodbye
    | m{1,9}(?:-?h?m{1,9})? | uh[ -]huh | a{1,9}h{1,9} | o{1,9}h{1,9} | hm{1,9} | not at all | no problem | no worries
    | take care | see you | nice | welcome | you too | that'?s (?:fine|right|ok|okay|great|good|all) | genau
    | alles klar | verstehe | aha | ach so | danke | danke schon | dankeschon | vielen dank | bitte | hallo
    | guten (?:tag|morgen|abend) | in ordnung | natur?lich | tut mir leid | auf wiedersehen | oui | non | bien
    | tres bien | d'accord | merci | merci beaucoup | bonjour | bonsoir | madame | monsieur | je (?:vois|comprends)
    | parfait | entendu | pardon | desolee? | je suis desolee? | au revoir | vale | bueno | muy bien | de acuerdo
    | entiendo | comprendo | ya veo | claro | gracias | muchas gracias | hola | buen[oa]s (?:dias|tardes|noches)
    | lo siento | lo siento mucho | senora | senor | perfecto | adios | hasta luego | va bene | capisco | certo
    | grazie | grazie mille | mille grazie | molto bene | bene | buongiorno | buonasera | salve | mi dispiace
    | signora | signore | perfetto | arrivederci | d'accordo | nee | goed | prima | begrepen | ik begrijp het | dank u
    | dank u wel | dank je | dank je wel | bedankt | dankjewel | dag | goede(?:morgen|middag|navond) | mevrouw
    | meneer | het spijt me | tot ziens | sim | bem | muito bem | esta bem | percebo | compreendo | entendo
    | obrigad[oa] | muito obrigad[oa] | ola | bo[am] (?:dia|tarde|noite) | lamento | lamento muito | sinto muito
    | perfeito | adeus | ate logo | de acordo | ja | si | no | dear | very much | so much | a lot | indeed | sehr gut
    | oh dear | thank you very much | thanks very much | thanks a lot | thank you so much | good to know | fair enough
    | that'?s (?:helpful|clear|understandable|very helpful|perfect|brilliant|alright|all right|it)
"""
_LONGEST_FIRST = " | ".join(sorted(" ".join(_NODS.split()).split(" | "), key=len, reverse=True))
# Sentences that are nothing but such words, none of which is tried twice. A greeting may end with a name.
_NODDED = lazy_pattern(
    rf"(?>{alternatives(_LONGEST_FIRST)}(?:[ ,]+|$))++"
    r"((?:mr|mrs|ms|miss|dr|herr|frau|monsieur|madame|senora?|don|dona|signora?|meneer|mevrouw|senhora?)?"
    r"(?: ?(?!what|how|why|who|any)[a-z-]{2,40}){1,2})?"
)
_GREETS = lazy_pattern(
    r"\b(?:hello|hi|hey|hiya|morning|afternoon|evening|alright|good (?:morning|afternoon|evening)|hallo|guten|bonjour"
    r"|bonsoir|hola|buen[oa]s|buon|salve|ciao|dag|goede|ola|bo[am]|thanks|thank you|danke|merci|gracias|grazie|dank"
    r"|bedankt|obrigad)"
)
_THANKS = lazy_pattern(
    r"(?:thanks|thank you|danke|vielen dank|merci|gracias|grazie|la ringrazio|bedankt|dank u(?: wel)?|obrigad[oa])"
    r"(?: so much| very much| beaucoup| mucho| molto)?"
    r" (?:for|fur|pour|de (?:votre|vos|m'avoir)|por|per|voor|pela|pelo) [^,]{1,60}"
)
_RULES = {"en": (ENGLISH_SILENT, ENGLISH_ASKS), **ABROAD}
LANGUAGES = frozenset(_RULES)


@lru_cache(maxsize=512)
def asks_nothing(text: str, spoken: frozenset[str] = frozenset()) -> bool:
    """Whether a message certainly asks for nothing and invites nothing.

    `spoken` are the languages of the conversation, since a short message may belong to any.
    """
    if _MARKS.search(text):
        return False
    sentences, unfinished = _sentences(text)
    languages = (languages_of(text) | spoken) & LANGUAGES
    if not sentences or unfinished:
        return False
    return all(_silent(sentence, languages) for sentence in sentences)


def sentences_with_a_subject(text: str) -> list[str]:
    """The sentences that are more than a greeting, thanks or a nod, so that an answer may take them up.

    "So you take the tablets" and "alcohol can do that" are often meant as questions. "Thanks, bowels" is one, too.
    """
    return [said for said in _sentences(text)[0] if (nod := _NODDED.fullmatch(said)) is None or nod[1] is not None]


def _sentences(text: str) -> tuple[list[str], bool]:
    """The plain sentences, and whether the last one is left unfinished."""
    spoken = _UNTIL_IT_HURTS.sub("", _TITLES.sub(r"\1", plain(text)))
    found = [sentence for part in _SENTENCES.split(spoken) if (sentence := part.strip(_EDGES))]
    return found, spoken.rstrip().endswith(_UNFINISHED) and not (found and _nods(found[-1]))


def _silent(sentence: str, languages: frozenset[str]) -> bool:
    if _nods(sentence) or _THANKS.fullmatch(sentence):
        return True
    rules = [_RULES[name] for name in languages]
    if any(asks.search(sentence) for _, asks in rules):
        return False
    filler = _FILLERS.match(sentence)
    first, _, rest = sentence.partition(",")
    # "Okay Kelly, ..."
    called = filler is not None and first[filler.end() :].isalpha()
    starts = [sentence, sentence[filler.end() :] if filler else "", rest.strip() if called or _nods(first) else ""]
    return any(silent.match(start) for silent, _ in rules for start in starts)


def _nods(sentence: str) -> bool:
    whole = _NODDED.fullmatch(sentence)
    return whole is not None and (whole[1] is None or _GREETS.search(sentence) is not None)
