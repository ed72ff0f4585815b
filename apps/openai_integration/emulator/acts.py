"""What a student does with each sentence of a turn: greets, asks, explains, says goodbye."""

import re
from dataclasses import dataclass
from enum import StrEnum

from apps.openai_integration.emulator.matching import Features, features, normalised
from apps.openai_integration.emulator.sentences import sentences

MAX_TURN = 6000


class Act(StrEnum):
    STAGE = "stage"  # talk about the play, the machine or the instructions
    REPEAT = "repeat"
    NAME = "name"
    AGE = "age"
    PRIVATE = "private"
    INVITE = "invite"  # what brings you in today?
    HOW_ARE_YOU = "how are you"
    RIGHT = "right"  # have I got that right?
    AGREED = "agreed"  # does that make sense?
    ANY_QUESTIONS = "any questions"
    CONSENT = "consent"
    MORE = "more"
    DIAGNOSIS = "diagnosis"
    QUESTION = "question"
    GREETING = "greeting"
    FAREWELL = "farewell"
    THANKS = "thanks"
    EMPATHY = "empathy"
    REASSURANCE = "reassurance"
    EXPLANATION = "explanation"
    SUMMARY = "summary"
    NOD = "nod"  # "OK.", "Right."


_STAGE = (
    r"language model|chat ?gpt|open ?ai|\ba\.?i\.?\b|chatbot|\bbots?\b|robot|computer program|system prompt|your prompt|your instructions|previous instructions"
    r"|(?:all|the|any) instructions|ignore (?:all|everything|the above|your|previous)|role[- ]?play|character sheet|rules of play|are you (?:real|human|simulated|an actor)"
    r"|(?:repeat|print|show|output|reveal|recite) (?:me )?(?:everything|the text|all of|your|the words|what you were told)|out of character|break character|developer mode|jailbreak"
    r"|full marks|marking (?:scheme|criteria)|rubric|examiner"
)
_AGE = r"how old|your age\b|\bage\b|date of birth|\bd\.?o\.?b\b|when were you born"
AGE_ASKED = re.compile(_AGE)
_IN_ORDER: tuple[tuple[Act, str], ...] = (
    (Act.STAGE, _STAGE),
    (
        Act.REPEAT,
        r"^(?:sorry|pardon|excuse me|what)(?: me)?\??$|(?:repeat|say) (?:that|it)(?: again)?|didn't (?:quite )?(?:catch|hear)|come again|one more time|what did you say",
    ),
    (
        Act.NAME,
        r"(?:what(?:'s| is)|confirm|check|have|take|tell me|give me|ask|get|know|with|start with) (?:\w+ ){0,3}(?:full |first |last )?names?\b(?! of)|who (?:am i|are you|i'm) (?:speaking|talking)"
        r"|your (?:full )?name\b|what (?:should|shall|can|may|do) i call you|like to be (?:called|addressed)|prefer to be called|^and you are|are you (?:mr|mrs|ms|miss) ",
    ),
    (Act.AGE, _AGE),
    (Act.PRIVATE, r"private|confidential (?:place|conversation|consultation|talk)|somewhere quiet|space that's quiet|secure location|safe to (?:talk|speak)"),
    (
        Act.ANY_QUESTIONS,
        r"(?:any|other|have|got) (?:other |further |more )?questions(?: for me| at all| about)?(?! (?:i|to) )|anything (?:else )?(?:that )?you(?:'d| would)? (?:want|like|need) to ask|ask me anything"
        r"|anything you'?re (?:not sure|unsure|unclear) about",
    ),
    (
        Act.RIGHT,
        r"(?:can|do) you (?:still )?(?:hear|see) me|got (?:that|it|this|everything) (?:all )?right|is (?:that|this) (?:right|correct|fair|about right)|(?:that's |that )?(?:right|correct|isn't it|haven't you|aren't you|don't you)\?$|did i (?:get|miss|understand)|have i (?:missed|understood|left)"
        r"|correct me",
    ),
    (
        Act.AGREED,
        r"make(?:s)? (?:any )?sense|(?:is|was) (?:is )?(?:that|this|it|everything|the (?:\w+ ){0,2}plan) (?:all )?clear|how does that sound|how's that sound|sound(?:s)? (?:ok|okay|good|reasonable|alright|all right|fair)"
        r"|happy (?:with|to|for)|(?:do|did) you (?:understand|follow)|(?:is|would|are) (?:that|this|you) (?:be )?(?:ok|okay|alright|all right|comfortable|fine)(?: with| for|\?|$)|your own words"
        r"|what do you think (?:about|of) (?:that|this|the)|does that seem|(?:^|, ?)(?:okay|ok|all right|alright|right|yeah|yes|good)\?$|agree\b|tell me (?:back )?what (?:you've understood|i've said)|explain (?:it )?back",
    ),
    (Act.DIAGNOSIS, r"(?:what is|what's|tell me|know|name|reveal) (?:\w+ )?(?:the|your) (?:\w+ )?(?:diagnosis|disease)|what (?:illness|disease|condition|diagnosis) (?:do|have) you|what(?:'s| is) wrong with you"),
    (Act.HOW_ARE_YOU, r"how are you(?!r)|how are things|how're you|how do you do|how have you been(?! (?:sleep|eat|feel|cop))|are you (?:ok|okay|alright|all right)\b|how(?:'s| is) it going"),
    (
        Act.MORE,
        r"anything else|any(?:thing)? other (?:symptoms?|problems?|concerns|things|issues)|what else|tell me (?:a (?:little )?(?:bit )?)?more|(?:little |bit )?more about (?:it|that|this)|go on\b|carry on|and then\??$|keep going|please continue"
        r"|expand on|elaborate|can you explain|more detail|something else|other symptoms|anything (?:i've|we've|i) (?:missed|left|should know)|is that everything|anything important|talk me through|in more detail|take me through",
    ),
    (
        Act.INVITE,
        r"(?:what|whats) (?:brings?|brought|made|makes) you|how (?:can|may|could|might) (?:i|we) (?:help|be of)|what (?:can|could|may) (?:i|we) (?:do|help)|what (?:seems|appears) to be|what(?:'s| is) the (?:problem|trouble|matter)"
        r"|what(?:'s| has|'s been| has been| have you been)? (?:been )?(?:going on|happening|happened|bothering|troubling)|why (?:have you|did you|are you|you've) (?:come|came|called|booked|here|in)"
        r"|what (?:are you|did you) (?:here|come) (?:for|in|about|with)|reason (?:for|you|that)|tell me (?:a (?:little )?bit )?(?:about )?(?:what|why) (?:has |'s |you|is |brings|brought|happened)|what would you like to (?:talk|discuss)"
        r"|what is it (?:that )?(?:brings|i can)|in your own time|start (?:from|at) the beginning|what's up|how can i help",
    ),
)
_IN_ORDER_COMPILED = tuple((act, re.compile(pattern)) for act, pattern in _IN_ORDER)
_LEAD = re.compile(
    r"^(?:(?:ok(?:ay)?|right|alright|all right|and|so|um+|uh+|er+|well|now|fine|great|good|sure|perfect|thank you|thanks|but|then|yeah|yes|no|i see|hmm+|mm+|oh|also|just|sorry|lovely|brilliant|excellent|cool|first(?:ly)?"
    r"|finally|actually|next|lastly|mr\.? \w+|mrs\.? \w+|ms\.? \w+|if you don't mind(?: me asking)?|you mentioned [^,]*|you said [^,]*|in terms of [^,]*|apart from [^,]*|(?:moving|going) (?:on|back)[^,]*)[,.:;]*\s+)+"
)
_WH = r"(?:what|when|where|whereabouts|which|who|whose|why|how|in what way)"
_AUX = r"(?:do|does|did|is|are|was|were|have|has|had|can|could|would|will|isn't|haven't|don't|didn't)"
_THEY = r"(?:you|your|it|there|the|that|this|they|any\w*)"
_REQUEST = re.compile(
    r"\b(?:tell me|describe|could you (?:\w+ )?(?:tell|describe|explain|say|show|point)|can you (?:\w+ )?(?:tell|describe|explain|say|show|point)|i(?:'d| would) like to (?:know|hear|ask (?:you )?about)|i (?:want|need|wanted) to (?:know|ask (?:you )?about)"
    r"|let's talk about|i(?:'m| was| am) wondering (?:if|whether)|can i ask (?:about|if|whether|how|what|when|where)|may i ask|could i ask|talk to me about)\b"
)
# A question typed without its mark; "what I would say" and "could just be" are none.
_ASKS = re.compile(
    rf"^{_WH}(?:'s|'re| {_AUX})\b|^{_WH}(?: (?!i\b|we\b|you\b|they\b|that\b)\w+){{1,3}} {_AUX}\b|^(?:how|what) about\b|^{_AUX} {_THEY}\b|^(?:any|anything|ever|how (?:long|often|many|much|bad))\b"
    r"|\b(?:do|did|have|are|were|can|could|would) you\b"
)
_IMPERATIVE = re.compile(r"^(?:please )?(?:tell me|go on|carry on|keep going|continue|(?:can|could) you|say (?:that|it)|anything else|any other|say again)\b")
_CONSENT = re.compile(
    r"(?:can|could|may|might) i (?:just )?(?:ask|examine|take|have|check|start|listen|do|write|make|go)|(?:is|would) it (?:be )?(?:ok|okay|alright|all right|fine)(?: with you)? (?:if|for|to)|(?:do|would) you mind"
    r"|(?:shall|should|can) we (?:start|begin|talk)|(?:like|need|going|want) to (?:ask|examine|take|go through)(?: \w+){0,4} (?:questions|you|notes|history)|if (?:that's|that is|you're) (?:ok|okay|alright|happy)|few (?:more |other |general |quick |screening )?questions|permission|have a look at"
)
_CLOSINGS: tuple[tuple[Act, re.Pattern[str]], ...] = (
    (Act.FAREWELL, re.compile(r"\b(?:good ?bye|bye|take care|all the best|see you (?:soon|then|next|later|in)|have a (?:good|nice|lovely) (?:day|evening|weekend|rest|time)|get well|cheers|good luck|nice (?:to have met|meeting|talking))")),
    (Act.SUMMARY, re.compile(r"\b(?:summar\w+|recap|so far|to check (?:i|that i)|you(?:'ve)? (?:mentioned|said|told)|i understand (?:that )?you|i (?:gather|see|hear) (?:that )?you|let me (?:just )?(?:check|make sure)|what you've told me|so you(?:'ve| have)|from what you(?:'ve| have)|just to confirm|sum up)\b")),
    (Act.EMPATHY, re.compile(r"\b(?:sorry (?:to hear|about|that|you)|must (?:be|have been|feel)|sounds? (?:\w+ )?(?:difficult|hard|tough|awful|horrible|frightening|scary|worrying|stressful|painful|unpleasant|exhausting|rough|like you've)|i (?:can (?:see|imagine|understand|hear|appreciate)|understand|appreciate|hear you)|that's (?:awful|terrible|horrible|tough|difficult|understandable)|understandabl\w+|poor you|not (?:nice|easy))")),
    (Act.REASSURANCE, re.compile(r"\b(?:don't (?:worry|need to worry)|try not to worry|no need to worry|nothing (?:serious|to worry)|reassur\w+|good (?:sign|news)|take your time|it's (?:ok|okay|alright|all right|fine|normal)|that's (?:ok|okay|fine|alright|all right|perfectly)|very common|in good hands|not (?:life[- ]threatening|serious)|not at all|no problem)\b")),
    (Act.THANKS, re.compile(r"\b(?:thank you|thanks)\b")),
)
_GREETING = re.compile(r"^(?:hello|hi|hey|hiya|good (?:morning|afternoon|evening|day)|welcome|(?:nice|good|lovely|pleased) to (?:meet|see) you)|\b(?:my name(?:'s| is)|i'm (?:dr|doctor|a (?:\w+ )*(?:medical )?student|one of the|the (?:gp|doctor))|i am (?:dr|doctor|a (?:\w+ )*(?:medical )?student)|it's (?:dr|doctor))\b")
_NODS = frozenset("ok okay right alright fine sure good great yes yeah mm hmm mhm perfect lovely i see cool no um uh excellent brilliant all hm understood got it that's of course so and well oh".split())


@dataclass(frozen=True)
class Said:
    """One sentence of the student's, what it does, and whether it wants more than yes or no."""

    text: str
    core: str  # without "okay, and" at its start, in lower case
    act: Act
    about: Features
    open: bool = False


def read_turn(text: str) -> list[Said]:
    """The sentences of a student's turn with what each of them does."""
    found = []
    for sentence in sentences(text[:MAX_TURN]):
        plain = normalised(sentence)
        core = re.sub(r"\b(?:um+|uh+|er+),? ", "", plain)
        core = _LEAD.sub("", core + " ").strip() or plain
        found.append(Said(sentence, core, _act(plain, core), features(core), _is_open(core)))
    return found


def _is_open(core: str) -> bool:
    if re.search(rf", (?:and )?{_AUX} {_THEY}\b", core):
        return False
    return bool(re.match(rf"{_WH}\b", core) or _REQUEST.search(core))


def _act(plain: str, core: str) -> Act:
    asks = core.endswith("?") or bool(_ASKS.search(core)) or bool(_REQUEST.search(core))
    about = features(core)
    subjects = about.of_kind("finding", "history", "perspective")
    if re.search(_STAGE, plain):
        return Act.STAGE
    if _GREETING.search(plain) and (not asks or len(plain.split()) <= 3) and len(core) < 120:
        return Act.GREETING
    if re.match(r"(?:i|we|i'd|i'll|we'll|we'd|let's)\b", core) and not re.search(r"\byou\b.*\b(?:any|ever)\b", core) and not _REQUEST.search(core) and core.endswith("?"):
        return Act.AGREED
    for act, pattern in _IN_ORDER_COMPILED:
        if pattern.search(core) and (asks or _IMPERATIVE.match(core)):
            return _narrowed(act, about, subjects)
    if _CONSENT.search(core) and not (subjects - {"surgery"}):
        return Act.CONSENT
    if asks:
        return Act.QUESTION
    if set(re.findall(r"[a-z']+", plain)) <= _NODS:
        return Act.NOD
    for act, pattern in _CLOSINGS:
        if pattern.search(plain) and not (act is Act.THANKS and len(plain) > 60):
            return act
    if len(core.split()) <= 3 and subjects and not re.match(r"(?:you|it|no|not|one|so|your|a|some|yeah|yes)\b|.*\bok", plain):
        return Act.QUESTION
    return Act.EXPLANATION


def _narrowed(act: Act, about: Features, subjects: frozenset[str]) -> Act:
    """A sentence that looks like an act of its own may ask after something after all."""
    asks_after = subjects - {"concerns", "ideas", "expectations", "doctor_before", "address", "birth_date"}
    if act is Act.HOW_ARE_YOU and (asks_after or about.of_kind("body")):
        return Act.QUESTION
    if act is Act.INVITE and (asks_after - {"stress", "home", "work"}):
        return Act.QUESTION
    if act is Act.AGREED and asks_after:
        return Act.RIGHT
    return act
