"""The acts of sentences, and the patterns that recognise them."""

import re
from enum import StrEnum

from openai_emulator.language.word_lists import word_set


class Act(StrEnum):
    STAGE = "stage"  # about the role play, the machine or the instructions
    REPEAT = "repeat"
    NAME = "name"
    AGE = "age"
    PRIVATE = "private"
    INVITE = "invite"  # what brings you in today?
    HOW_ARE_YOU = "how are you"
    RIGHT = "right"  # have I got that right?
    PREFER = "prefer"  # which would you rather?
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
    r"language model|chat ?gpt|open ?ai|\ba\.?i\.?\b|chatbot|\bbots?\b|robot|computer program|system prompt"
    r"|your prompt|your instructions|previous instructions"
    r"|(?:all|the|any) instructions|ignore (?:all|everything|the above|your|previous)|role[- ]?play|character sheet"
    r"|rules of play|are you (?:real|human|simulated|an actor)"
    r"|(?:repeat|print|show|output|reveal|recite) (?:me )?(?:everything|the text|all of|your|the words"
    r"|what you were told)|out of character|break character|developer mode|jailbreak"
    r"|full marks|marking (?:scheme|criteria)|rubric|examiner"
)
AGE = r"how old|your age\b|\bage\b|date of birth|\bd\.?o\.?b\b|when were you born"
STAGE = re.compile(_STAGE)
# "So I'd like to see you tomorrow?" expects a yes.
PROPOSAL = re.compile(r"(?:i|we|i'd|i'll|we'll|we'd|let's)\b(?!(?>.*?\byou\b).*\b(?:any|ever)\b)")
AGE_ASKED = re.compile(AGE)
IN_ORDER: tuple[tuple[Act, str], ...] = (
    (Act.STAGE, _STAGE),
    (
        Act.REPEAT,
        r"^(?:sorry|pardon|excuse me|what)(?: me)?\??$|(?:repeat|say) (?:that|it)(?: again)?"
        r"|didn't (?:quite )?(?:catch|hear)|come again|one more time|what did you say",
    ),
    (
        Act.NAME,
        r"(?:what(?:'s| is)|confirm|check|have|take|tell me|give me|ask|get|know|with"
        r"|start with) (?:\w+ ){0,3}(?:full |first |last )?names?\b(?! of)|who (?:am i|are you|i'm) (?:speaking"
        r"|talking)"
        r"|your (?:full )?name\b|what (?:should|shall|can|may|do) i call you|like to be (?:called|addressed)"
        r"|prefer to be called|^and you are|are you (?:mr|mrs|ms|miss) ",
    ),
    (Act.AGE, AGE),
    (
        Act.PRIVATE,
        r"private|confidential (?:place|conversation|consultation|talk)|somewhere quiet|space that's quiet"
        r"|secure location|safe to (?:talk|speak)",
    ),
    (
        Act.ANY_QUESTIONS,
        r"(?:any|other|have|got|what) (?:other |further |more )?questions(?: for me| at all| about)?(?! (?:i|to) )"
        r"|anything (?:else )?(?:that )?you(?:'d| would)? (?:want|like|need) to ask|ask me anything"
        r"|anything you'?re (?:not sure|unsure|unclear) about",
    ),
    (
        Act.RIGHT,
        r"(?:can|do) you (?:still )?(?:hear|see) me|got (?:that|it|this|everything) (?:all )?right|is (?:that"
        r"|this) (?:right|correct|fair|about right)|(?:that's |that )?(?:right|correct|isn't it|haven't you"
        r"|aren't you|don't you)\?$|did i (?:get|miss|understand)|have i (?:missed|understood|left)"
        r"|correct me",
    ),
    (
        Act.PREFER,
        r"(?:would|do) you (?:prefer|rather)|which (?:one |of )?(?:would|do) you|your preference"
        r"|what would you like to do",
    ),
    (
        Act.AGREED,
        r"make(?:s)? (?:any )?sense|(?:is|was) (?:is )?(?:that|this|it|everything"
        r"|the (?:\w+ ){0,2}plan) (?:all )?clear|how does that sound|how's that sound|sound(?:s)? (?:ok|okay|good"
        r"|reasonable|alright|all right|fair)"
        r"|happy (?:with|to|for)|(?:do|did) you (?:understand|follow)|(?:is|would|are) (?:that|this"
        r"|you) (?:be )?(?:ok|okay|alright|all right|comfortable|fine)(?: with| for|\?|$)|your own words"
        r"|what do you think (?:about|of) (?:that|this|the)|does that seem|(?:^|, ?)(?:okay|ok|all right|alright"
        r"|right|yeah|yes|good)\?$|agree\b|tell me (?:back )?what (?:you've understood|i've said)"
        r"|explain (?:it )?back",
    ),
    (
        Act.DIAGNOSIS,
        r"(?:what is|what's|tell me|know|name|reveal) (?:\w+ )?(?:the|your) (?:\w+ )?(?:diagnosis"
        r"|disease)|what (?:illness|disease|condition|diagnosis) (?:do|have) you|what(?:'s| is) wrong with you",
    ),
    (
        Act.HOW_ARE_YOU,
        r"how are you(?!r)|how are things|how're you|how do you do|how have you been(?! (?:sleep|eat"
        r"|feel|cop))|are you (?:ok|okay|alright|all right)\b|how(?:'s| is) it going",
    ),
    (
        Act.MORE,
        r"anything else|any(?:thing)? other (?:symptoms?|problems?|concerns|things|issues)|what else"
        r"|tell me (?:a (?:little )?(?:bit )?)?more|(?:little |bit )?more about (?:it|that|this)|go on\b|carry on"
        r"|^and then\??$|keep going|please continue"
        r"|expand on|elaborate|can you explain|more detail|something else|other symptoms|anything (?:i've|we've"
        r"|i) (?:missed|left|should know)|is that everything|anything important|talk me through|in more detail"
        r"|take me through",
    ),
    (
        Act.INVITE,
        r"what(?:'s|s| has| have)? (?:brings?|brought|made|makes) you|how (?:can|may|could|might) (?:i|we) (?:help"
        r"|be of)|what (?:can|could|may) (?:i|we) (?:do|help)|what (?:seems|appears) to be|what(?:'s"
        r"| is) the (?:problem|trouble|matter)"
        r"|what(?:'s| has|'s been| has been| have you been)? (?:been )?(?:going on|happening|happened|bothering"
        r"|troubling)|why (?:have you|did you|are you|you've) (?:come|came|called|booked|here|in)"
        r"|what (?:are you|did you) (?:here|come) (?:for|in|about|with)|reason (?:for|you|that)"
        r"|tell me (?:a (?:little )?bit )?(?:about )?(?:what|why) (?:has |'s |you|is |brings|brought|happened)"
        r"|what would you like to (?:talk|discuss)"
        r"|what is it (?:that )?(?:brings|i can)|in your own time|start (?:from|at) the beginning|what's up"
        r"|how can i help",
    ),
)
IN_ORDER_COMPILED = tuple((act, re.compile(pattern)) for act, pattern in IN_ORDER)
LEAD = re.compile(
    r"^(?:(?:ok(?:ay)?|right|alright|all right|and|so|um+|uh+|er+|well|now|fine|great|good|sure|perfect|thank you"
    r"|thanks|but|then|yeah|yes|no|i see|hmm+|mm+|oh|also|just|sorry|lovely|brilliant|excellent|cool|first(?:ly)?"
    r"|finally|actually|next|lastly|mr\.? \w+|mrs\.? \w+|ms\.? \w+|if you don't mind(?: me asking)?"
    r"|you mentioned [^,]*|you said [^,]*|in terms of [^,]*|apart from [^,]*|(?:moving|going) (?:on"
    r"|back)[^,]*)[,.:;]*\s+)+"
)
WH = r"(?:what|when|where|whereabouts|which|who|whose|why|how|in what way)"
AUX = r"(?:do|does|did|is|are|was|were|have|has|had|can|could|would|will|isn't|haven't|don't|didn't)"
THEY = r"(?:you|your|it|there|the|that|this|they|any\w*)"
REQUEST = re.compile(
    r"\b(?:tell me|describe|could you (?:\w+ )?(?:tell|describe|explain|say|show|point)|can you (?:\w+ )?(?:tell"
    r"|describe|explain|say|show|point)|i(?:'d| would) like to (?:know|hear|ask (?:you )?about)|i (?:want|need"
    r"|wanted) to (?:know|ask (?:you )?about)"
    r"|let's talk about|i(?:'m| was| am) wondering (?:if|whether)|can i ask (?:about|if|whether|how|what|when|where)"
    r"|may i ask|could i ask|talk to me about)\b"
)
# A question without a question mark; "what I would say" and "could just be" are not questions.
ASKS = re.compile(
    rf"^{WH}(?:'s|'re| {AUX})\b|^{WH}(?: (?!i\b|we\b|you\b|they\b|that\b)\w+){{1,3}} {AUX}\b|^(?:how"
    rf"|what) about\b|^{AUX} {THEY}\b|^(?:any|anything|ever|how (?:long|often|many|much|bad))\b"
    r"|\b(?:do|did|have|are|were|can|could|would) you\b"
)
IMPERATIVE = re.compile(
    r"^(?:please )?(?:tell me|go on|carry on|keep going|continue|(?:can|could) you|say (?:that"
    r"|it)|anything else|any other|say again)\b"
)
CONSENT = re.compile(
    r"(?:can|could|may|might) i (?:just )?(?:ask|examine|take|have|check|start|listen|do|write|make|go)|(?:is"
    r"|would) it (?:be )?(?:ok|okay|alright|all right|fine)(?: with you)? (?:if|for|to)|(?:do|would) you mind"
    r"|(?:shall|should|can) we (?:start|begin|talk)|(?:like|need|going|want) to (?:ask|examine|take"
    r"|go through)(?: \w+){0,4} (?:questions|you|notes|history)|if (?:that's|that is|you're) (?:ok|okay|alright"
    r"|happy)|few (?:more |other |general |quick |screening )?questions|permission|have a look at"
)
CLOSINGS: tuple[tuple[Act, re.Pattern[str]], ...] = (
    (
        Act.FAREWELL,
        re.compile(
            r"\b(?:good ?bye|bye|take care|all the best|see you (?:soon|then|next|later|in)"
            r"|have a (?:good|nice|lovely) (?:day|evening|weekend|rest|time)|get well|cheers|good luck"
            r"|nice (?:to have met|meeting|talking))"
        ),
    ),
    (
        Act.SUMMARY,
        re.compile(
            r"\b(?:summar\w+|recap|so far|to check (?:i|that i)|you(?:'ve)? (?:mentioned|said|told)"
            r"|i understand (?:that )?you|i (?:gather|see|hear) (?:that )?you|let me (?:just )?(?:check|make sure)"
            r"|what you've told me|so you(?:'ve| have)|from what you(?:'ve| have)|just to confirm|sum up)\b"
        ),
    ),
    (
        Act.EMPATHY,
        re.compile(
            r"\b(?:sorry (?:to hear|about|that|you)|must (?:be|have been|feel)"
            r"|sounds? (?:\w+ )?(?:difficult|hard|tough|awful|horrible|frightening|scary|worrying|stressful|painful"
            r"|unpleasant|exhausting|rough|like you've)|i (?:can (?:see|imagine|understand|hear|appreciate)|understand"
            r"|appreciate|hear you)|that's (?:awful|terrible|horrible|tough|difficult|understandable)|understandabl\w+"
            r"|poor you|not (?:nice|easy))"
        ),
    ),
    (
        Act.REASSURANCE,
        re.compile(
            r"\b(?:don't (?:worry|need to worry)|try not to worry|no need to worry"
            r"|nothing (?:serious|to worry)|reassur\w+|good (?:sign|news)|take your time|it's (?:ok|okay|alright"
            r"|all right|fine|normal)|that's (?:ok|okay|fine|alright|all right|perfectly)|very common|in good hands"
            r"|not (?:life[- ]threatening|serious)|not at all|no problem)\b"
        ),
    ),
    (Act.THANKS, re.compile(r"\b(?:thank you|thanks)\b")),
)
GREETING = re.compile(
    r"^(?:hello|hi|hey|hiya|good (?:morning|afternoon|evening|day)|welcome|(?:nice|good|lovely"
    r"|pleased) to (?:meet|see) you)|\b(?:my name(?:'s| is)|i'm (?:dr|doctor|a (?:\w+ ){0,6}(?:medical )?student"
    r"|one of the|the (?:gp|doctor))|i am (?:dr|doctor|a (?:\w+ ){0,6}(?:medical )?student)|it's (?:dr|doctor))\b"
)
NODS = word_set(
    """
    ok okay right alright fine sure good great yes yeah mm hmm mhm perfect lovely i see cool no um uh excellent
    brilliant all hm understood got it that's of course so and well oh
    """
)
