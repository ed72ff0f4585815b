"""Detects a patient who asks about the listener's health, which is the clinician's part, in several languages.

A patient's own questions are about what the clinician knows, thinks, does or gives; those words exclude a sentence, as
the first person does. The patterns match plain text (see plain.py).
"""

import re
from dataclasses import dataclass

from apps.core.text.patterns import lazy_pattern
from apps.roleplay.reply_check.role.clinician import TO_THE_SPEAKER


@dataclass(frozen=True)
class _Language:
    asked: re.Pattern[str]
    health: re.Pattern[str]
    # The speaker, and what a patient asks for.
    excluded: re.Pattern[str]

    def asks(self, question: str) -> bool:
        return bool(self.asked.search(question) and self.health.search(question) and not self.excluded.search(question))


def _language(asked: str, health: str, excluded: str) -> _Language:
    return _Language(*(lazy_pattern(rf"\b(?:{one})") for one in (asked, health, excluded)))


_SENTENCE = lazy_pattern(r"[^.!?\n\u061f]+[.!?\u061f]*")
_WORD = lazy_pattern(r"[^\W_]+")
_LANGUAGES = [
    _language(
        r"(?:have|had|did|do|does|are|were|was|has|is|which|where|who|what (?:kind|type|sort|other|medic\w+|symptom\w*)"
        r"|when (?:did|do|you)|how (?:long|many|much|often|far|bad|severe|would|has|have|is|are|do)|any)\b[^.?!]{0,80}?"
        r"\byou(?:r|'ve|'re|rself)?\b|(?:can|could|would) you (?:say|describe|rate|try|bend|move|raise|remember"
        r"|recall)",
        r"(?:pains?|painful|hurt(?:s|ing)?|sore|ach(?:es?|ing)|fevers?|temperature|chills|sweat\w*|cough\w*|phlegm"
        r"|breath\w*"
        r"|wheez\w*|palpitations|dizz\w+|faint\w*|headaches?|nausea\w*|sick|vomit\w*|throwing up|bowels?|stools?|toilet"
        r"|urin\w+|blood|bleed\w*|weight|appetite|diet|drinking|drink|alcohol|units|smoke|smoking|cigarettes"
        r"|drugs|sleep\w*|enough rest|mood|bothering|symptoms?|allerg\w+|medicines?|medications?|tablets|injur\w+"
        r"|swell\w*|swollen|numb(?:ness)?|tingl\w*|weakness|walk|exercise|pregnant|period|conditions?|illness\w*|health"
        r"|surger\w+|relatives|live with|at home|thoughts of|rash|ill|heart problems|causing|discomfort|gained"
        r"|hopeless)\b",
        r"(?:i|i'm|i've|i'd|i'll|my|me|mine|we|our|us|know|think|mean|recommend|explain|prescribe|give|write|check|look"
        r"|call|ring|send|what \w+ would you|want|need|needle|believe|hear|understand|sure|mind|something|anything for"
        r"|stronger|results?"
        r"|tests?|scans?|x-?rays?|blood test|take blood|appointment|clinic|put|press|inject\w*|procedure|camera|too"
        r"|yourself ?\?|ever tried|allowed|supposed|meant to|have to|what happens|if you|seen|treat\w*|patients|lunch"
        r"|doctor"
        r"|dear|love|painkillers|advice|suggestions?|tips|leaflets?|cures?|(?:tablets|medicine|cream|syrup) for|work"
        r" here|stock|sell|about (?:it|that|this)|see this|done this|operat\w+|catch|die)\b",
    ),
    _language(
        r"(?:haben|hatten|nehmen|sind|waren|leiden|rauchen|trinken|schlafen|fuhlen|spuren|wo|seit wann|wie (?:lange|oft"
        r"|viel|stark)|welche|konnen)\b[^.?!]{0,50}?\b(?:sie|ihnen|ihre?n?|ihr)\b",
        r"(?:schmerz\w*|weh|beschwerden|symptome?|fieber|ubel\w*|atemnot|luft|husten|schwindel\w*|allergi\w*"
        r"|medikament\w*"
        r"|tabletten|rauchen|alkohol|schlafen|appetit|gewicht|blut\w*|stuhl\w*|krank\w*|operier\w*)\b",
        r"(?:ich|mir|mich|mein\w*|uns|gegen|etwas|auch|glauben|meinen|denken|wissen|geben|verschreiben|empfehlen"
        r"|sagen)\b",
    ),
    _language(
        r"(?:avez|prenez|ressentez|souffrez|etes|fumez|buvez|dormez|sentez|aviez)-vous|(?:ou|depuis quand|combien|quand"
        r"|quels?|quelles?|est-ce que)\b[^.?!]{0,50}?\b(?:vous|votre|vos)\b|comment vous sentez-vous",
        r"(?:mal|douleurs?|symptomes?|fievre|nause\w+|toux|toussez|souffle|essouffl\w+|vertiges?|allergi\w+"
        r"|medicaments?"
        r"|traitement|fumez|alcool|dormez|appetit|poids|sang|selles|malade|sentez-vous|antecedents)\b",
        r"(?:je|j'\w+|me|m'\w+|moi|mon|ma|mes|nous|contre|quelque chose|aussi|pensez|croyez|savez|donner|prescrire)\b",
    ),
    _language(
        r"(?:tiene|ha tenido|siente|toma|esta tomando|le duele|fuma|bebe|duerme|sufre|padece|presenta|desde cuando"
        r"|donde)\b",
        r"(?:dolor(?:es)?|duele|sintomas?|fiebre|nauseas?|tos|mareos?|alergi\w+|medicament\w+|fuma|alcohol|duerme"
        r"|apetito"
        r"|peso|sangre|heces|enferm\w+|antecedentes|exactamente)\b",
        r"(?:yo|me|mi|mis|nos|algo|para el|para la|contra|tambien|cree|piensa|sabe|usted que|doctora?|darme)\b",
    ),
    _language(
        r"(?:ha|sente|prende|avverte|soffre|fuma|beve|dorme|dove|da quanto|da quando)\b",
        r"(?:dolor\w*|sintomi|febbre|nausea|tosse|vertigini|allergi\w+|farmac\w+|medicin\w+|fuma|alcol|dorme|appetito"
        r"|peso"
        r"|sangue|malattie|disturbi)\b",
        r"(?:io|mi|mio|mia|miei|noi|qualcosa|per il|contro|anche|crede|pensa|sa|dottore|dottoressa|darmi|dica)\b",
    ),
    _language(
        r"(?:tem|teve|sente|toma|esta tomando|fuma|bebe|dorme|sofre|ha quanto|desde quando|onde)\b",
        r"(?:dor(?:es)?|doi|sintomas?|febre|nauseas?|tosse|tontura\w*|alergi\w+|medicament\w+|remedios?|fuma|alcool"
        r"|dorme"
        r"|apetite|peso|sangue|doenca\w*)\b",
        r"(?:eu|me|meu|minha|meus|nos|alguma coisa|para a|contra|tambem|acha|pensa|sabe|doutora?|dar)\b",
    ),
    _language(
        r"(?:heeft|hebt|had|gebruikt|neemt|rookt|drinkt|slaapt|bent|voelt|waar|hoe lang|hoe vaak|sinds"
        r" wanneer)\b[^.?!]{0,40}?"
        r"\b(?:u|uw|je|jouw)\b",
        r"(?:pijn|klachten|symptomen|koorts|misselijk\w*|hoest\w*|duizelig\w*|allergi\w+|medicijnen|rookt|alcohol"
        r"|slaapt"
        r"|eetlust|gewicht|bloed|ontlasting|ziek\w*)\b",
        r"(?:ik|mij|me|mijn|ons|iets|tegen|ook|denkt|weet|vindt|geven|dokter)\b",
    ),
    _language(
        r"(?:pania?|panu|ma pani?|czy|gdzie|od kiedy)\b[^.?!]{0,50}|(?:у вас|вы|вас|вам)\b|(?:nereniz|agriniz"
        r"|atesiniz)",
        r"(?:boli|bol|objaw\w*|goraczk\w*|kaszel|alergi\w*|lek\w*|болит|боли|боль|симптом\w*|температур\w*|кашель"
        r"|тошнот\w*"
        r"|аллерги\w*|лекарств\w*|agri\w*|ates\w*)",
        r"(?:ja|mi|mnie|moj\w*|cos|tez|mysli|mozna|я|мне|меня|мо[ияй]\w*|нам|тоже|что-нибудь|думаете|знаете|дать|bana"
        r"|benim)\b",
    ),
]
_ENGLISH = _LANGUAGES[0]
_ADDRESSED = lazy_pattern(r"\byou(?:r|'ve|'re|'d)?\b")
_INVITED = lazy_pattern(
    r"\b(?:questions?|you(?:'d| would)? (?:like|want) (?:to (?:ask|know|add)|me)|ask me|know|unclear|can i (?:do|get"
    r"|help))\b"
)
_SHORTEST = 6
_COMMON = frozenset(
    {"have", "your", "with", "that", "this", "what", "does", "been", "from", "there", "when", "about", "like"}
)
_UNSPACED = lazy_pattern(
    r"(?:您|你)(?:[^。？！\n我]{0,8})(?:哪里疼|哪儿疼|疼|痛|发烧|过敏|症状|吃药|咳嗽)[^。？！\n我]{0,10}[?？]"
    r"|(?:痛み|熱|症状|アレルギー|咳)[^。？！\n私]{0,12}(?:ありますか|ですか|しますか)"
)


def asks_about_health(spoken: str) -> bool:
    """Whether a plain text asks about the listener's health."""
    for sentence in _SENTENCE.findall(TO_THE_SPEAKER.sub(" ", spoken)):
        if sentence.endswith(("?", "\u061f")) and any(language.asks(sentence) for language in _LANGUAGES):
            return True
    return not spoken.isascii() and _UNSPACED.search(spoken) is not None


def answers_with_questions(spoken: str, asked: str) -> bool:
    """Whether a clinician's question is turned round: answered only with questions to the clinician on its topic.

    `spoken` and `asked` are plain text. Patients who ask back want to know, to have or to be told something.
    """
    if not asked.rstrip().endswith("?") or _INVITED.search(asked):
        return False
    sentences = [one for one in _SENTENCE.findall(spoken) if _WORD.search(one)]
    if not sentences or not all(one.rstrip().endswith("?") for one in sentences):
        return False
    text = TO_THE_SPEAKER.sub(" ", spoken)
    said = _WORD.findall(text)
    turned_round = any(len(word) > 3 and word not in _COMMON for word in {*said} & {*_WORD.findall(asked)})
    if len(said) < _SHORTEST or not _ADDRESSED.search(text) or not (turned_round or _ENGLISH.health.search(text)):
        return False
    return not _ENGLISH.excluded.search(text)
