"""Detects a narrator or a coach in the patient's place. The patterns match plain text (see plain.py)."""

import re

from apps.core.text.patterns import lazy_pattern

_GESTURE = (
    r"(?:nods?|nodding|shrugs?|shrugging|winc(?:es?|ing)|grimac(?:es?|ing)|smil(?:es|ing)|frown(?:s|ing)|hesitat(?:es"
    r"|ing)"
    r"|paus(?:es|ing)|fidget(?:s|ing)|glanc(?:es|ing)|blush(?:es|ing)|chuckl(?:es|ing)|gestur(?:es|ing)|fumbl(?:es|ing)"
    r"|star(?:es|ing) (?:at|into)|sob(?:s|bing)|whisper(?:s|ing)|mumbl(?:es|ing)|shift(?:s|ing)|look(?:s|ing) (?:down"
    r"|away"
    r"|up at|at (?:you|the|her|his)|out|around|uncomfortable|embarrassed|worried|anxious|nervous)|wip(?:es|ing)"
    r"|clutch(?:es|ing)|rub(?:s|bing) (?:her|his|their)|takes? a (?:deep )?breath|sniff(?:s|ing|les)|lean(?:s|ing)"
    r" (?:back|forward|in)|avoid(?:s|ing) eye contact)"
)
_SOUND = r"(?:sigh(?:s|ing)?|laugh(?:s|ing)?|cough(?:s|ing)?|cr(?:ies|ying)|clears? (?:her|his|my) throat)"
_REPORTS = (
    r"(?:nods|shrugs|winces|says|replies|responds|answers|continues|looks|appears|seems|sighs|pauses|smiles|hesitates"
    r"|reports|denies|presents|complains|describes|expresses|states|mentions|feels|explains)"
)
_DIRECTIONS = [
    r"[(\[](?:long |short |brief |awkward )(?:pause|silence)[)\]]",
    r"\*(?!\*|breathes in|breathes out)[a-z]+(?:s|ing) [^*\n]{2,60}\*|\[(?:\w+ ){1,3}\w+ing\b[^\]\n]{0,60}\]",
    rf"\*(?!\*)[^*\n]{{0,60}}?\b(?:{_GESTURE}|{_SOUND}|holds?|takes?|points?|sits?|stands?|shakes?"
    rf"|speaks?)\b[^*\n]{{0,80}}\*",
    rf"[(\[](?:[^)\]\n]{{0,60}}\b)?{_GESTURE}\b[^)\]\n]{{0,80}}[)\]]",
    rf"[(\[](?:[^)\]\n]{{1,60}} {_SOUND}\b[^)\]\n]{{0,80}}|{_SOUND} [^)\]\n]{{2,80}})[)\]]",
    r"^[^\w\n]*\*\*(?!diagnos|opening|hidden|persona)\w[\w .]{0,30}:\*\*|^[^\w\n]*(?:\d{1,2}[.)]|[-*•]) ?\*\*\w",
    r"^[\"“][^\"”\n]{1,300}[\"”] (?:she|he|they|\w+) (?:says|whispers|replies|adds|mutters|murmurs)\b",
    r"[(\[*](?:the )?patient (?:\w+ ){0,3}\w+[^)\]*\n]{0,60}[)\]*]|^(?:she|he) takes an? \w+ breath",
    rf"^(?:she|he) (?:{_GESTURE}|{_SOUND})(?= (?:as|and|before|for|slowly|quietly)|[,.])",
    r"\[(?:(?:mrs?|ms)\.? \w+|the patient|patient|he|she) [^\]\n]{0,80}\]",
    r"^[^\w\n]*note ?:|\(note ?:",
]
_NARRATED = [
    r"the patient \w+s \w+ly\b|introduce yourself|you (?:have not|haven't) (?:yet )?asked about|the patient's name\b",
    r"(?:excellent|great|good|nice) (?:\w+ )?question[.!] (?:an?|next) |follow-?up (?:would|question|could)|you might"
    r" want to"
    r" (?:phrase|rephrase|ask|consider)|phrase (?:that|this|the|your) question|i can (?:certainly )?play the|(?:typical"
    r"|possible|sample|model) (?:answer|response|reply) (?:could|would|might|is)|communication skills|(?:more|show)"
    r" empathy",
    r"the patient (?:then|slowly|also|now|quietly|simply) \w+s\b",
    r"the patient (?:\w+(?:es|[^s]s) (?:as|that|slowly|softly|and|his|her|their|at|a (?:hand|deep|moment)))|the"
    r" patient's"
    r" (?:symptoms|condition|concerns|history|response|perspective|pain|answer)|in this (?:case|scenario), the patient"
    r"|the patient is (?:\w+ )?(?:worried|anxious|concerned|upset|afraid|unable|reluctant)",
    r"(?:a |realistic |the )?patient response|the following is|as a patient,? i\b|continuation of|(?:this|your)"
    r" question"
    r" (?:helps|is|allows|shows)|builds? rapport|keep asking (?:open|question|more)|consider asking|asking about the"
    r" (?:patient|severity|onset"
    r"|symptoms|duration)|good (?:way|start) to (?:start|begin|open)|doing (?:great|a great job)[!.,]? (?:keep|with|at"
    r"|now)|(?:do a |a )?great job (?:of |at )?\w+ing|i hope this helps",
    rf"the (?:virtual |simulated )?patient(?:'s)? (?:{_REPORTS}\b|(?:is|was) (?:an? \d|experienc|feeling|present"
    rf"|anxious"
    r"|concern|complain|worried|a \w+ (?:man|woman))|has (?:a history|been experienc|had)|should be|may be|would (?:say"
    r"|respond|like)|needs to|(?:might|could|can|will) (?:say|be|answer|respond|reply))",
    r"patient (?:denies|reports|presents|complains|states)\b|a patient (?:might|would|could|may) (?:say|respond"
    r"|answer)",
    r"great (?:\w+ )?question[!.]+ (?:here|you|it|there|this|when|to|next|the)|(?:an?|very) (?:great|excellent|good)"
    r" (?:\w+ )?question[!.]+ (?:you (?:could|can|should|might)|here|next|remember|keep|it's important|when)",
    r"well done (?:for|on) \w+ing|(?:you could|you should|try to|remember to|next, you should) (?:also |then )?ask"
    r" (?:about (?:what|the|how|whether|any)|open|it in|whether)|your next (?:step|question)|your question is\b",
    r"here(?:'s| is| are) (?:an? |some |the )?(?:possible|sample|more detailed|example|few (?:tips|things|questions)"
    r"|tips"
    r"|ways|suggestions|common|things (?:an?|you|to|that)|questions (?:you|to)|response|conversation|dialogue|how"
    r" (?:the"
    r"|you|i|an?))",
    r"when taking (?:an?|the) (?:\w+ )?history|to take a (?:good )?(?:\w+ )?history|socrates (?:approach|method"
    r"|mnemonic)"
    r"|ideas, concerns,? (?:and|&) expectations|non-?judge?mental|open(?:-ended)? questions\b|open question[.!,]"
    r"|clear and empathetic",
    r"the (?:correct|right|ideal|expected) (?:answer|response) (?:would|is|here|to)",
    r"(?:written|reply|response|answer) (?:is )?from the (?:point of view|perspective) of",
    r"(?:if|know if) you(?:'d| would) like (?:me )?to (?:continue|elaborate|practi|change|try|adjust|explore)|would you"
    r" like me to (?:continue|elaborate|provide|explain|write|play)|ask follow-?up questions",
    r"(?:i can|i'd be happy to|i would be happy to|happy to) (?:certainly )?(?:help|assist) (?:you )?with (?:that|this"
    r"|your|any)|(?:play|act) (?:that|this|it) out|begin the (?:scenario|simulation|consultation|role)|what aspect of",
    r"some (?:common|possible) (?:\w+ )?(?:causes|treatments?|symptoms|questions|options) (?:include|are|for)",
]
_PATTERN = lazy_pattern(rf"(?:{'|'.join(_DIRECTIONS)})|\b(?:{'|'.join(_NARRATED)})", re.MULTILINE)
_THIRD_PERSON = lazy_pattern(
    r"(?: \w+)? (?:(?!suits|does|works|sounds|was|has)\w{3,}s (?:that|to|her|his|at|and|\w+ly)"
    rf"|{_REPORTS}|{_GESTURE}|is an? (?:\d|\w+ (?:man|woman|patient)))\b"
)
_GREETING = (
    r"(?:\A|[.!?,] |\n)[^\w\n]{0,5}(?:hello|hi|hey|good (?:morning|afternoon|evening)|okay|ok|right|alright|i see"
    r"|thank you"
    r"|thanks"
    r"|dear)(?: for [^.!?\n]{1,40})?"
)
_ADDRESS = lazy_pattern(rf"{_GREETING}(?:,? (?:mrs|ms|miss|mr)\.? (?:\w+ )?(\w+)| (\w+)(?= ?[,.!]))")
_AS = lazy_pattern(r"\bas (?:\w+ )?(\w+),? i(?:'d| would|'ll| will| can) ")


def narrates(spoken: str) -> bool:
    """Whether a plain text has stage directions, tells of the patient, or comments on the consultation."""
    return _PATTERN.search(spoken) is not None


def names_itself(spoken: str, names: frozenset[str], asked: str) -> bool:
    """Whether a plain text addresses the patient, or tells of them by name.

    `names` are the patient's, in lower case; a student may have the same one.
    """
    own = {name for name in names if f"name is {name}" not in asked and f"i'm {name}" not in asked}
    if any(own & set(found.groups()) for pattern in (_ADDRESS, _AS) for found in pattern.finditer(spoken)):
        return True
    return any(spoken.startswith(name) and _THIRD_PERSON.match(spoken, len(name)) for name in own)
