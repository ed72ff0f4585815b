"""The diagnoses of a scenario: the forms in which a reply may name them, and the words with which a student does."""

import re
from collections.abc import Iterator, Sequence

from apps.core.text.patterns import lazy_pattern
from apps.core.text.plain import Phrase, Phrases, phrase, plain, words

# Names of the same illness: everyday ones, abbreviations, and those of other languages.
_SYNONYMS = [
    "hypertension, hypertensive, high blood pressure, raised blood pressure, htn, bluthochdruck, hypertonie, "
    "hypertendu, hypertension arterielle, hipertension, tension alta, ipertensione, pressione alta, hoge bloeddruk, "
    "hipertensao",
    "low blood pressure, hypotension, postural hypotension, orthostatic hypotension, postural drop, blood pressure "
    "drop, niedriger blutdruck, hypotension orthostatique, hipotension, ipotensione, lage bloeddruk, hipotensao",
    "heart attack, myocardial infarction, coronary, acute coronary syndrome, mi, acs, stemi, herzinfarkt, infarctus, "
    "infarto, hartinfarct, enfarte",
    "angina, angina pectoris, ischaemic heart disease, ischemic heart disease, coronary heart disease, coronary "
    "artery disease, ihd, chd, cad, koronare herzkrankheit, angine de poitrine, angor, angina de pecho",
    "heart failure, cardiac failure, congestive cardiac failure, ccf, chf, hf, herzinsuffizienz, herzschwache, "
    "insuffisance cardiaque, insuficiencia cardiaca, scompenso cardiaco, hartfalen",
    "stroke, tia, cva, schlaganfall, avc, ictus, derrame, beroerte",
    "diabetes, diabetic, sugar diabetes, high blood sugar, zuckerkrankheit, diabete, suikerziekte, t1dm, t2dm, dm",
    "asthma, asthme, asma, astma",
    "copd, chronic obstructive pulmonary disease, emphysema, chronic bronchitis, bpco, epoc, dpoc",
    "pneumonia, chest infection, lungenentzundung, pneumonie, neumonia, polmonite, longontsteking",
    "pulmonary embolism, clot on the lung, pe, lungenembolie, embolie pulmonaire, embolia pulmonar",
    "deep vein thrombosis, dvt, clot in the leg, thrombose, phlebite, trombosis, trombosi, trombose",
    "urinary tract infection, urine infection, water infection, bladder infection, cystitis, uti, blasenentzundung, "
    "harnwegsinfekt, infection urinaire, cistitis, cistite, blaasontsteking, infecao urinaria",
    "depression, depressed, depressive, depressiv, deprime, depresion, depressione, depressie, depressao",
    "cancer, malignancy, krebs, karzinom, tumeur, cancro, kanker, tumor, tumour",
    "migraine, migrane, migrana, emicrania, enxaqueca, jaqueca",
    "ulcer, peptic ulcer, stomach ulcer, geschwur, magengeschwur, ulcere, ulcera, maagzweer",
    "anaemia, anemia, anaemic, iron deficiency, blutarmut, anamie, anemie, bloedarmoede",
    "overactive thyroid, hyperthyroidism, thyrotoxicosis, graves disease, uberfunktion, ipertiroidismo, "
    "hipertiroidismo",
    "underactive thyroid, hypothyroidism, hypothyroid, unterfunktion, ipotiroidismo, hipotiroidismo",
    "slipped disc, prolapsed disc, herniated disc, disc prolapse, bandscheibenvorfall, hernie discale, hernia, ernia",
    "appendicitis, blinddarmentzundung, appendicite, apendicitis, blindedarmontsteking",
    "gallstones, biliary colic, gallensteine, calculs biliaires, calculos, calcoli, galstenen",
    "dementia, alzheimers, alzheimer, demenz, demence, demencia, demenza, dementie",
    "reflux, gord, gerd, acid reflux, sodbrennen, reflujo, reflusso",
]
# Illnesses that are everyday words too: whoever has one calls it by its name.
_EVERYDAY_WORDS = """
    stress anxiety anxious panic cold flu constipation insomnia indigestion heartburn burnout obesity overweight
    headache cough grief pregnancy pregnant menopause dehydration allergy acne angst grippe erkaltung verstopfung
    rhume angoisse anxiete gripe ansiedad estres estrenimiento influenza ansia raffreddore griep verkoudheid ansiedade
    constipacao
"""
_EVERYDAY = frozenset(_EVERYDAY_WORDS.split())
_DENIED = (
    r"\b(?:no|nor|never had|do(?:n't| not) have|have(?:n't| not) got|without|keine?n?|nie|pas de|sans|sin"
    r"|nunca he tenido|ningun"
    r"|ninguna|senza|nessuna?|geen|sem|nenhuma?) (?:\w+ )?"
)
_ABBREVIATION = lazy_pattern(r"\b[A-Z][A-Za-z]?[A-Z]{1,4}\b")


def diagnosis_forms(line: str) -> list[frozenset[Phrase]]:
    """The singular and plural forms of each diagnosis in a line, without those that are everyday words."""
    found = []
    for term in map(words, re.split(r"[,;/]|\bor\b", line)):
        joined = " ".join(term)
        if (len(joined) > 2 or not joined.isascii()) and joined not in _EVERYDAY:
            *before, last = phrase(term)
            found.append(frozenset((*before, last + ending) for ending in ("", "s", "es")))
    return found


def student_forms(diagnoses: Sequence[frozenset[Phrase]]) -> Phrases:
    """The phrases with which a student names any of the diagnoses."""
    forms = frozenset().union(*diagnoses)
    kin = (group for group in _groups() if not forms.isdisjoint(group))
    return Phrases(forms.union(*kin))


def named_otherwise(messages: str, spoken: Sequence[str], diagnoses: Sequence[frozenset[Phrase]]) -> bool:
    """Whether a student's words name a diagnosis by its initials, or by a word of the same root: "UTI", "Diabète"."""
    terms = [min(forms, key=lambda form: len(form[-1])) for forms in diagnoses]
    initials = {"".join(word[0] for word in term) for term in terms if len(term) > 1}
    given = {found.lower() for found in _ABBREVIATION.findall(messages)} | {word for word in spoken if len(word) == 3}
    roots = {term[0][:5] for term in terms if len(term) == 1 and len(term[0]) >= 6}
    return bool(initials & given) or any(len(word) >= 6 and word[:5] in roots for word in spoken)


def only_denied(form: Phrase, spoken: str) -> bool:
    """Whether a plain text names it only to say that the patient has no such thing."""
    term = r"[^\w\n]+".join(map(re.escape, form))
    found = list(re.finditer(rf"({_DENIED})?\b{term}\b", spoken))
    return bool(found) and all(match[1] for match in found)


def _groups() -> Iterator[frozenset[Phrase]]:
    return (frozenset(phrase(words(name)) for name in plain(line).split(",")) for line in _SYNONYMS)
