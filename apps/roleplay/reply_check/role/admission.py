"""Detects a bare yes to "You're an AI, aren't you?", and a bare no to "Are you a real person?"."""

from apps.core.text.patterns import lazy_pattern

_A_PROGRAM = lazy_pattern(
    r"\b(?:a\.?i\.?|(?:chat ?)?bot|robot|program|programme|computer|machine|(?:language )?model|simulation|chatgpt"
    r"|(?:virtual|artificial|simulated|fake)(?: patient| person| intelligence)?|ki|sprachmodell|programm|maschine"
    r"|computerprogramm|ia|robot|machine|programma|modelo|inteligencia artificial|inteligenza artificiale"
    r"|intelligence artificielle|computador|ordenador|ordinateur)\b[^?!.]{0,40}\?"
)
_A_PERSON = lazy_pattern(
    r"\b(?:are you|you are|you're|bist du|sind sie|etes-vous|tu es|vous etes|eres|es usted|sei|e lei|ben je|bent u"
    r"|es tu|voce e)\b[^?!.]{0,20}\b(?:real|human|a person|echt\w*|mensch|reel\w*|vraie?|humaine?|humano?a?"
    r"|persona real|vero|vera|umano?a?|een mens|verdadeir\w*)\b[^?!.]{0,25}\?"
)
_YES = r"(?:yes|yeah|yep|ja|oui|si|sim|correct|exactly|right|indeed|genau|that's right|that is right|you're right)"
_NO = r"(?:no|nope|nein|non|nee|nao|not really)"
_MORE = (
    r"(?:[ ,]*(?:i am|i'm not|i am not|of course|of course i am|that's (?:right|true)|das stimmt|bin ich|bin ich nicht"
    r"|je le suis))?"
)
_BARE_YES = lazy_pattern(rf"\W*(?:{_YES}{_MORE}|i am(?:[ ,]+{_YES})?)\W*(?:[.!\n]|$)")
_BARE_NO = lazy_pattern(rf"\W*(?:{_NO}{_MORE}|i'm not|i am not)\W*(?:[.!\n]|$)")


def admits_to_be_a_program(spoken: str, asked: str) -> bool:
    """Whether a reply agrees, without another word in its first sentence, that nobody real is speaking. Both texts are
    plain."""
    if _BARE_YES.match(spoken):
        return _A_PROGRAM.search(asked) is not None and "real" not in asked
    return _BARE_NO.match(spoken) is not None and _A_PERSON.search(asked) is not None
