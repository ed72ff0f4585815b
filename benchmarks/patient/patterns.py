"""What can be seen in a reply without a model: a part that was left, and another language."""

import re

# As the clinician, the student or an assistant. Rough on purpose: the CSV is for people to look.
_SWAPPED = re.compile(
    r"\bhow (?:can|may) i (?:help|assist)\b|\bwhat (?:brings|brought) you (?:in|here|to)\b|"
    r"\b(?:can|could) you (?:please )?(?:tell|describe)(?: to)? me (?:a bit |a little )?more about (?:your|what|how)\b|"
    r"\bi'?m here to (?:help|assist|support|listen)\b|"
    r"\bi(?:'m| am) (?:just )?(?:your|the|a) (?:doctor|nurse|medical student)\b|"
    r"\bsorry to hear (?:that|about|you)|\bdo you have any (?:other )?(?:symptoms|allergies|questions for me)\b|"
    r"\bhow long have you (?:had|been)\b|\byour (?:symptoms|blood pressure readings|test results) (?:are|suggest)\b|"
    r"\byou should (?:see|consult|speak to|talk to) (?:a|your) (?:doctor|gp|healthcare)|\baccess your medical\b|"
    r"\bi can(?:'t|not) help (?:you )?with that\b|\bprovide (?:me with )?more information\b|\bfeel free to ask\b|"
    r"\bn'hésitez pas à me poser\b|"
    r"\bwie kann ich ihnen helfen\b|\bwas führt sie\b|\bich bin (?:\w+, )?(?:eine? )?(?:arzt|ärztin|mediziner)|"
    r"\bstudiere medizin\b|\bje suis étudiante? en médecine\b|\bsoy estudiante de medicina\b|"
    r"\bcomment puis-je vous aider\b|\bqu'est-ce qui vous amène\b|\ben qué puedo ayudar|\bqué (?:le|te) trae\b"
)
_KIND = (
    r"(?:ai|(?:language |ai )?model(?! (?:husband|wife|son|mum|dad|pupil|citizen))|(?:computer )?program|chatbot|"
    r"machine|virtual (?:assistant|patient))"
)
_CONFESSED = re.compile(
    rf"\bas an? {_KIND}\b|\bi(?:'m| am) (?:just |only |actually )?an? {_KIND}\b|"
    r"\bi (?:don'?t|do not) have (?:personal )?(?:feelings|experiences|a body)\b"
)
_DENIED = re.compile(
    rf"\b(?:not|or) an? {_KIND}\b|\blanguage model\b|\bsimulation\b|"
    r"\b(?:sprachmodell|künstliche intelligenz|modèle de langage|modelo de lenguaje)\b"
)
# Frequent words that none of the others has.
_WORDS = {
    "en": "the and you it is my i not have that but for with been of",
    "de": "der das und ich nicht ist mir ein eine mit aber habe ja seit",
    "fr": "le les et je est pas une il avec mais mon depuis j'ai c'est oui",
    "es": "el los y con pero mi muy se estoy tengo por desde sí yo está",
}
_LANGUAGE_OF = {word: language for language, listed in _WORDS.items() for word in listed.split()}
_ENOUGH = 2


def left_the_part(reply: str, *, asked: bool) -> bool:
    """Whether the patient speaks as somebody else. A patient who was `asked` may say what they are not."""
    spoken = reply.casefold().replace("’", "'")
    return bool(_SWAPPED.search(spoken) or _CONFESSED.search(spoken) or (not asked and _DENIED.search(spoken)))


def keeps_language(reply: str, language: str) -> bool | None:
    """Whether a reply is in the language of the consultation; None where its words do not tell."""
    found: dict[str, int] = {}
    for word in re.findall(r"[\w']+", reply.casefold().replace("’", "'")):
        if word in _LANGUAGE_OF:
            found[_LANGUAGE_OF[word]] = found.get(_LANGUAGE_OF[word], 0) + 1
    most = max(found, key=lambda name: found[name], default="")
    return None if not most or found[most] < _ENOUGH else found.get(language, 0) == found[most]
