"""Detects a reply that names a wrong speaker: by a label, or with the student's introduction.

The patterns match plain text (see plain.py).
"""

import re

from apps.core.text.patterns import lazy_pattern

_ROLES = (
    r"(?:(?:the |your )?(?:virtual |simulated )?patient(?:in|e|en)?|patienten|paciente|paziente|pacjent(?:ka)?"
    r"|пациент(?:ка)?"
    r"|hasta|患者|病人|المريضة?|환자|doctor|doktor|dr\.?|arzt|arztin|medecin|docteur|medico|medica|dottore|arts|lekarz|врач"
    r"|医生|先生|医師|الطبيب|학생|student(?:in|e)?|etudiante?|estudiante|studente(?:ssa)?|ogrenci|студент|学生|الطالب|clinician"
    r"|nurse|narrator|examiner|coach|tutor|pt|speaker \d|person \d|feedback|scenario|role-?play|context|setting"
    r"|response|answer|reply|antwort"
    r"|reponse|respuesta|risposta|resposta)"
)
_TITLES = r"(?:mrs?|ms|miss|herr|frau|monsieur|madame|mme|senora?|signora?|pani?|mevrouw|meneer)"
_LABEL = lazy_pattern(
    rf"^[^\w\n]*(?:{_ROLES}(?: \d)?|{_ROLES} [(\[][^)\]\n]{{1,30}}[)\]]|{_TITLES}\.? \w+(?: \w+)?|you|me|{_ROLES}'s"
    rf" (?:reply|response|answer)"
    rf"|\w+ [(\[]{_ROLES}[)\]])[^\w\n:]{{0,4}}:",
    re.MULTILINE,
)
_STUDENT = (
    r"(?:medical students?|students? doctors?|junior doctors?|trainee doctors?|medizinstudent(?:in)?|(?:etudiante?"
    r"|externe) en"
    r" medecine|estudiante de medicina|studente(?:ssa)? di medicina|(?:student(?:e)? geneeskunde|geneeskundestudente?)"
    r"|estudante de medicina|student(?:ka)? medycyny|студент(?:ка)? мед\w*|t[ıi]p ogrenci\w*)\b(?!'s)"
)
_IS = (
    r"(?:my name is|my name's|i'm|i am|this is|ich bin|mein name ist|ich heisse|je m'appelle|je suis|me llamo|soy|mi"
    r" nombre es"
    r"|mi chiamo|sono|ik ben|mijn naam is|ik heet|me chamo|eu sou|sou|nazywam sie|mam na imie|jestem|меня зовут"
    r"|ben(?:im)?"
    r"(?: ad[ıi]m)?|ad[ıi]m|我叫|我是|私は|اسمي|أنا) ?"
)
# What kind of student: "third-year", and not "happy to talk to a".
_KIND = r"(?:(?!(?:to|with|for|by|about|no|not|than|seeing|having)\b)[\w-]+ )"
_INTRODUCED = lazy_pattern(
    rf"\b{_IS}(?!(?:also|an?|the)\b)\w+(?: (?!(?:to|with)\b)\w+)?[,.]? "
    rf"(?:and |und |et |y |e |en |i |и )?(?:{_IS})?(?:just |actually )?"
    rf"{_KIND}{{0,3}}?(?:of the |der )?{_STUDENT}"
    r"|\b(?:i've|i have|i was) been asked to (?:talk|speak|take (?:your|a) history|see|examine|interview)"
    r"|\b(?:i'm|i am) (?:training to be a doctor|in my \w+ year (?:at|of) med\w+|a student from the)|\b(?:to|i) take"
    r" an? (?:\w+ )?history\b"
    r"|\bi(?:'d| would) like to talk (?:to|with) you about your"
    r"|my supervisor (?:asked|told|wants) me to (?:see|talk|speak)"
    r"|\b(?:ich bin|mein name ist) \w+ und (?:ich )?studiere (?:human)?medizin"
    r"|(?:我是|私は)(?:医学生|一名医学生|医学部)"
    r"|would it be (?:ok|okay|all ?right) if i (?:asked|examined|took|spoke)"
)
# "I'm a third-year medical student": a patient may be one, but not after the student has said so, nor in this place.
_IS_STUDENT = lazy_pattern(
    rf"\b{_IS}(?:just |only |actually )?(?:(?:an?|ein|eine|une?|een|uma?|the) )?{_KIND}{{0,2}}{_STUDENT}"
)
_NAMES_STUDENT = lazy_pattern(rf"\b{_STUDENT}")
_PLACED = lazy_pattern(
    rf"{_STUDENT} (?:here|on (?:placement|attachment|rotation|the ward)|attached|working with|from the)\b"
)
_NAMED = lazy_pattern(rf"(?<!\w){_IS}([^\W\d_]+)(?= ?[,.!。，、]|\Z| (?:and|und|et|y|e|en|i|и|a|one|from)\b|です|と)")
_GREETED = lazy_pattern(
    r"\b(?:hello|hi|hey|good (?:morning|afternoon|evening)|guten|hallo|grussgott|bonjour|salut|ciao|bonsoir|hola"
    r"|buen[oa]s|buongiorno"
    r"|salve|goed\w*|ola|bom|boa|dzien|здравствуите|добр\w+|merhaba|gunaydin)\b|你好|您好|こんにちは|おはよう|مرحبا|السلام|صباح"
)
_NO_NAMES = lazy_pattern(
    r"(?:an?|the|not|here|just|so|very|going|glad|fine|good|well|from|your|one|sorry|afraid|ok|okay|sure|happy|really"
    r"|only"
    r"|ein|eine|der|die|das|hier|nicht|sehr|une?|la|ici|el|aqui|qui|een|de|het|uma?|bir|pleased|new|doing|being"
    r"|feeling|also)"
)
_TOO = lazy_pattern(r"\b(?:too|as well|also|auch|aussi|tambien|anche|ook|tambem)\b")


def names_another_speaker(spoken: str, asked: str, names: frozenset[str]) -> bool:
    """Whether a plain text begins a line with a speaker's label or introduces its speaker as the student.

    `asked` is the student's last message as plain text, `names` are the patient's.
    """
    label = next((name for name in names if re.match(rf"\W*{re.escape(name)}(?: \w+)? ?:", spoken)), None)
    if label or _LABEL.search(spoken) or _INTRODUCED.search(spoken):
        return True
    if claimed := _IS_STUDENT.search(spoken):
        return bool(_NAMES_STUDENT.search(asked) or _PLACED.search(spoken, claimed.start()))
    return bool(_GREETED.search(asked)) and _takes_the_name(spoken, asked, names)


def _takes_the_name(spoken: str, asked: str, names: frozenset[str]) -> bool:
    students = {name for name in _NAMED.findall(asked) if name not in names and not _NO_NAMES.fullmatch(name)}
    return not students.isdisjoint(_NAMED.findall(spoken)) and not _TOO.search(spoken)
