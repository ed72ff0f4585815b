"""What a good consultation does beside asking for facts: how a rubric names it, and the words that show it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

When = Literal["ask", "tell", "any"]


@dataclass(frozen=True)
class Skill:
    """`named` is how a criterion speaks of it, `cues` are the parts of it that can be heard in a student's sentence.

    It is fully shown with all parts of `full`, or with `count` sentences (`by_part`: parts); partly with one cue.
    """

    named: str
    cues: Mapping[str, str]
    rewrite: str
    full: frozenset[str] = frozenset()
    count: int = 1
    by_part: bool = False
    when: When = "any"
    last: bool = False  # only the end of the talk counts


_FEELS = (
    r"sorry (?:to hear|about|that|you)|must (?:be|have been|feel)|sounds? (?:like )?(?:\w+ ){0,2}(?:difficult|hard"
    r"|tough|awful|horrible|frightening|scary|worrying|stressful|painful"
    r"|unpleasant|exhausting|rough|upsetting|distressing)|i (?:can (?:see|imagine|hear|appreciate)|can understand"
    r"|understand (?:that|how|why|this)|appreciate)|that's (?:awful|terrible|horrible|tough"
    r"|understandable)|understandabl\w+|(?:very|quite|so) (?:difficult|worrying|frightening|upsetting) for you"
    r"|no wonder|natural to (?:feel|worry|be)"
)
_EXPLAINS = (
    r"\bi (?:think|suspect|believe)\b|\bit (?:could|might|may|sounds|seems|looks|is likely|is most)|\bthis (?:is (?:a"
    r"|an|called|what|caused|usually|most)|could|might|sounds|seems|may|means)|likely|caused by"
    r"|something called|\bcalled\b|which (?:is|means)|what (?:this|that|it) means|happens when|because (?:the|of|your"
    r"|it)|due to|the reason"
)
_DOES = (
    r"\b(?:the (?:doctor|nurse|team|gp|hospital|consultant|specialist|senior) (?:will|would|can)|(?:will"
    r"|going to) (?:be|need|have|arrange|refer|send)|i'd|i would|we'd|we would|we'll|i'll|we will|i will|we can|i can"
    r"|we should|you should|you need|you'll need|you can|you could|i'm (?:going to|gonna)|let's|i(?:'d)? (?:recommend"
    r"|suggest|advise)|i want"
    r"|what (?:we|i|you)(?:'d|'ll)? (?:need|would|recommend|do|suggest)|worth|it(?:'s| is) important)\b.*\b(?:tests?"
    r"|bloods?|scans?|x-?ray|ecg|refer\w*|prescri\w+|tablets?|medic\w+|antibiotics?|appointment|clinic|hospital"
    r"|rest|fluids?|paracetamol|ibuprofen|inhaler|samples?|treat\w*|letter|examin\w+|follow|start|try|tracing|see you"
    r"|senior|drink\w*|exercise|send|book|arrange|organi[sz]e|stop|cut down|take|give|monitor|check)\b"
)
_SIGN = (
    r"(?i:\bif\b.{0,80}\b(?:wors\w+|not (?:get\w* )?(?:any )?better|(?:haven't|hasn't|don't|doesn't|isn't"
    r"|not) (?:\w+ ){0,2}(?:better|improv\w*|settl\w*|go(?:ne)?|eas\w*)|persist\w*|ongoing|more unwell|new symptoms?"
    r"|develop\w*|worried|concerned|chest pain|breath\w*|bleed\w*|fever\w*|vomit\w*|faint\w*|collapse\w*)"
    r"|look out for|watch (?:out )?for|warning signs?|red flags?)"
)
_ACTION = (
    r"(?i:come (?:back|and see|in)|see (?:you|me|us|a doctor|a gp|your gp) again|\bsee (?:a|your) (?:gp|doctor)"
    r"|call (?:us|me|back|999|111|an ambulance)|give (?:me|us) a call|ring (?:us|me|999|111|back)|\b999\b|\b111\b"
    r"|a ?(?:and|&) ?e\b|emergency|seen urgently|straight (?:away|to)|get in touch|contact us|let (?:me|us) know)"
)
_TESTS_UNDERSTANDING = (
    r"make(?:s)? (?:any )?sense|(?:is|was) (?:that|it|everything|the [\w ]*plan|this) (?:all )?clear|(?:do"
    r"|did) you (?:understand|follow)|have i explained"
)

SKILLS: Mapping[str, Skill] = {
    "introduction": Skill(
        r"introduc\w+(?! the (?:topic|idea|plan))|name and role|who (?:they|she|he) (?:are|is)|own name",
        {
            "name": r"(?i:my name(?:'s| is) \w+|\bi(?:'m| am) (?:dr|doctor|nurse|mr|mrs|ms)\b|(?:it's|this is) (?:dr"
                r"|doctor)\b|call me \w+)|\bI(?:'m| am) [A-Z][a-z]+\b",
            "role": r"(?i:\bi(?:'m| am)\b.{0,40}\b(?:student|dr|doctor|gp|nurse|one of)\b|(?:my name is|it's"
                r"|this is) (?:dr|doctor)\b|\b(?:a|your|the) (?:\w+ )?(?:medical student|student doctor)\b)",
        },
        "Hello, my name is Alex Reed and I'm one of the medical students here.",
        full=frozenset({"name", "role"}),
    ),
    "greeting": Skill(
        r"greet\w*|welcom\w+|says? hello",
        {"greeting": r"(?i:\b(?:hello|hi|good (?:morning|afternoon|evening)|welcome|nice to (?:meet|see) you)\b)"},
        "Good morning, please take a seat.",
    ),
    "identity": Skill(
        r"(?:confirm\w*|check\w*|ask\w*|establish\w*|verif\w*) (?:[\w']+ ){0,3}(?:name|identity|details)"
        r"|who the patient is|patient identity|date of birth|preferred name|patient'?s (?:full )?name",
        {
            "name": r"(?i:(?:what(?:'s| is)|confirm|check|have|take|tell me|give me) (?:\w+ ){0,3}name\b"
                r"|your (?:full )?name|who (?:are you|is (?:this|that|with you)|have you brought))",
            "called": r"(?i:like (?:me )?to (?:be )?call(?:ed)?|(?:should|shall|can|may) i call you"
                r"|prefer to be called)",
            "born": r"(?i:date of birth|how old|your age|when were you born|address)",
        },
        "Could I check your full name and date of birth, please?",
        by_part=True,
    ),
    "consent": Skill(
        r"consent|permission|agree\w* (?:to|for) (?:the )?(?:interview|consultation|questions|examination)",
        {"consent": r"(?i:is (?:it|that) (?:ok|okay|all ?right|fine)|(?:ok|okay|alright|all right"
            r"|happy) (?:with you )?(?:if|for me|that i)|do you mind|would you mind|may i|if (?:that's|that is) (?:ok"
            r"|okay|alright|all right))"},
        "Would it be all right if I asked you some questions about this?",
    ),
    "purpose": Skill(
        r"says what (?:the|this) (?:talk|consultation|interview|visit) is (?:for|about)|purpose",
        {"purpose": r"(?i:i(?:'d| would) like to (?:find out|talk|ask|hear|understand)|so that i can|it (?:takes"
            r"|will take)|i'm here to|before you see|i've been asked to|(?:the doctor|my supervisor) (?:will|has"
            r"|asked))"},
        "I'd like to hear what has been going on, so that I can tell the doctor; it takes about ten minutes.",
        when="tell",
    ),
    "privacy": Skill(
        r"confidential\w*|privacy|private",
        {"privacy": r"(?i:confidential\w*|private|between us|secure location|somewhere quiet)"},
        "Everything we talk about today stays confidential.",
    ),
    "open question": Skill(
        r"open(?:[- ]ended)? (?:question|start|invitation)\w*|opening question|golden minute|open invitation\w*"
        r"|(?:the |patient'?s |their )(?:own )?(?:story|narrative)|own words|presenting (?:complaint|problem)"
        r"|reason for (?:the )?(?:visit|attend\w*|coming|consult\w*)",
        {"open": r"(?i:what(?:'s|s| has| have)? (?:brings?|brought|made) you|how (?:can|may) (?:i|we) help"
            r"|what can (?:i|we) do|tell me (?:about|more|what|a (?:little )?(?:bit )?(?:more )?about|in your)"
            r"|tell me,|what happens when|(?:can|could) you (?:tell me (?:about|more|what|a)|describe|talk me"
            r"|explain)|what(?:'s| has| is)? (?:been )?(?:happening|happened|going on|the problem|seems)"
            r"|in your own words|how (?:are|have) you (?:been )?feel\w*|what do you mean|how would you describe"
            r"|what is (?:it|that|the pain) like)"},
        "What has been happening? Please tell me about it in your own words.",
        when="ask",
    ),
    "signposting": Skill(
        r"signpost\w*|structur\w+|sets? (?:the |an )?agenda|explains? (?:what will happen|the (?:purpose|structure))"
        r"|transition\w*",
        {"signpost": r"(?i:i(?:'d| would) like to (?:ask|talk|go)|i(?:'m| am) going to (?:ask|talk|go)|want to (?:ask"
            r"|go through)|(?:few|couple of|some) (?:more |other |general |quick |screening )*(?:question)|moving on"
            r"|next,? (?:i|let|we)|first(?:ly)?,? (?:i|let)|before (?:i|we)|now (?:i'd|i would|let's|let me)"
            r"|let me ask|turning to|to start with|going back to|let's (?:focus|talk|move))"},
        "I'd like to move on now and ask a few questions about your general health.",
        count=2,
    ),
    "summary": Skill(
        r"summar\w+|recap\w*|reflects? back|checks? (?:back|(?:that )?(?:the|they|she|he) (?:have|has )?(?:history"
        r"|story|understood))",
        {
            "summary": r"(?i:summar\w+|recap|to check (?:i|that i)|so far[,:]|from what you(?:'ve| have) (?:told"
                r"|said)|what you(?:'ve| have) told me|sum up|so,? (?:just )?to (?:check|confirm|go over)"
                r"|so,? (?:just )?you(?:'ve| have) (?:had|been|got|noticed)(?:\W+\w+){8}|given (?:that )?you(?:'ve"
                r"| have) (?:had|got))",
            "check": r"(?i:got (?:that|it|this|everything) (?:all )?right|is (?:that|this) (?:right|correct)"
                r"|have i (?:missed|understood)|correct me)",
        },
        "So, to summarise: let me go over what you have told me. Have I got that right?",
        full=frozenset({"summary"}),
    ),
    "ideas": Skill(
        r"\bideas?\b|\bICE\b|(?:patient'?s|their|own) (?:\w+ )?(?:view|understanding of (?:the|what)|explanation"
        r"|perspective|beliefs?|thoughts)|what (?:the patient|they) (?:thinks?|believes?)",
        {"ideas": r"(?i:what (?:do|did|were|are) you (?:yourself |personally )?(?:think|thinking|feel might|believe"
            r"|suspect)(?! (?:about|of) (?:that|this|the plan))|any (?:ideas?|thoughts|theories)"
            r"|your (?:own )?(?:ideas?|thoughts|view)|idea (?:of )?what|what (?:[\w']+ ){0,5}(?:might|could"
            r"|may) (?:be|have been|have) (?:\w+ )?(?:caus\w+|behind|trigger\w+|brought)|what(?:'s| is) caus\w+"
            r"|you think (?:might|may|could|is|has|it))"},
        "What do you think might be causing this?",
        when="ask",
    ),
    "concerns": Skill(
        r"\bconcerns?\b|worr(?:y|ies|ied)|fears?|\bICE\b|anxiet\w+|(?:patient'?s|their) perspective",
        {"concerns": r"(?i:worr\w+|concern\w*|afraid|scared|fear\w*|frighten\w*|on your mind|bother\w* you most"
            r"|anxious about)"},
        "Is there anything in particular that worries you about this?",
        when="ask",
    ),
    "expectations": Skill(
        r"expect\w*|hop(?:es|ing)|\bICE\b|(?:patient'?s|their) (?:wishes|agenda|goals)|wants? from",
        {"expectations": r"(?i:hop(?:e|ed|ing)|expect\w*|(?:would|'d) you like (?:me|us|to get|from|out)|like (?:me"
            r"|us) to do|want (?:me|us) to|looking for|get (?:out of|from) (?:today|this|coming)|were you want\w+)"},
        "What were you hoping we could do for you today?",
        when="ask",
    ),
    "impact": Skill(
        r"impact|effects? (?:of|on)|affect\w*|daily (?:life|living|activit\w*)|everyday|psychosocial|quality of life"
        r"|functional?\b|cop(?:es|ing)",
        {"impact": r"(?i:affect\w*|impact\w*|day[- ]to[- ]day|everyday|cop(?:e|ing)|stop\w* you|manag\w+"
            r"|miss (?:any )?(?:work|school)|(?:able|difficult|hard) to (?:do|work|sleep|talk|breathe)"
            r"|been (?:going in ?to|off) work|interfer\w+)"},
        "How is this affecting your day-to-day life?",
        when="ask",
    ),
    "empathy": Skill(
        r"empath\w*|compassion\w*|acknowledg\w*|emotion\w*|feelings?|validat\w*|supportive|cares?\b|caring",
        {"empathy": rf"(?i:{_FEELS})"},
        "I'm sorry to hear that. It must be very worrying for you.",
        count=2,
    ),
    "rapport": Skill(
        r"rapport|polite\w*|respect\w*|courte\w+|warm\w*|friendly|professional\w*",
        {
            "greets": r"(?i:\b(?:hello|hi|good (?:morning|afternoon|evening)|nice to (?:meet|see) you)\b)",
            "thanks": r"(?i:\bthank you|\bthanks\b|\bplease\b)",
            "feels": rf"(?i:{_FEELS})",
            "farewell": r"(?i:take care|all the best|good ?bye|bye\b)",
        },
        "Thank you for telling me that, I know it isn't easy to talk about.",
        count=3,
        by_part=True,
    ),
    "listening": Skill(
        r"listen\w*|hint\w*|facilitat\w*|follows? up|picks? up|(?:verbal )?cues|clarif\w+|attentive\w*|encourag\w+",
        {"listening": r"(?i:you (?:mentioned|said)|tell me more|(?:bit|little) more about|go on\b|when you say"
            r"|what do you mean|you(?:'ve)? (?:told|mentioned|said)|going back to)"},
        "You mentioned that earlier; could you tell me a bit more about it?",
        count=2,
    ),
    "explanation": Skill(
        r"explain\w*|explanation|likely (?:diagnosis|cause)|gives? (?:a )?(?:working )?diagnos\w+|impression"
        r"|differential|shares? (?:\w+ )?(?:thoughts|findings)|what the problem (?:may|might|could) be",
        {"explanation": rf"(?i:{_EXPLAINS})"},
        "I think this is most likely to be something we can treat; let me explain what it is.",
        count=2,
        when="tell",
    ),
    "plain words": Skill(
        r"plain (?:language|english|words)|jargon|lay (?:terms|language)|simple (?:language|words|terms)",
        {"plain words": rf"(?i:{_EXPLAINS}|which is called|that means|in other words)"},
        "In plain words: your heart may be getting too little blood when it works hard.",
        when="tell",
    ),
    "prior knowledge": Skill(
        r"what the patient (?:already )?(?:knows|understands|has been told)|prior knowledge|already knows?"
        r"|starting point",
        {"prior knowledge": r"(?i:what do you (?:already )?know|(?:have|were) you (?:been )?told|have you heard"
            r"|do you know (?:anything|much|what|about)|what would you (?:most )?like to know"
            r"|would you like me to (?:explain|tell)|want to know|what have you)"},
        "Before I explain: what do you already know about this, and what would you most like to know?",
        when="ask",
    ),
    "plan": Skill(
        r"\bplan\b|management|treatment|next steps?|what (?:will )?happens? next|investigations?|options",
        {"plan": rf"(?i:{_DOES})"},
        "What I'd suggest is that we arrange some tests and see you again next week.",
        count=2,
        when="tell",
    ),
    "shared decision": Skill(
        r"shared?(?: |-)(?:decision|plan|management)\w*|involv\w+ the patient|agree\w* (?:on )?(?:a "
        r"|the )?(?:\w+ )?(?:plan|management|decision)|choices?|preferences?|negotiat\w*|collaborat\w*|acceptab\w+",
        {"shared": r"(?i:how(?:'s| does| would| do)? (?:that|this|it) sound|how do you feel about|(?:does"
            r"|would) that sound|sound (?:ok|okay|good|reasonable|alright)|what do you think (?:about|of)"
            r"|happy (?:with|to|for)|would you (?:prefer|rather)|which would you)"},
        "How does that plan sound to you? Is there anything you would rather do differently?",
        when="ask",
    ),
    "understanding": Skill(
        r"check\w* (?:\w+ ){0,3}understanding|patient'?s understanding|teach[- ]?back|understood|makes sense",
        {"asked back": r"(?i:own words|tell me (?:back|what you(?:'ve| have))|explain (?:it )?back|what you(?:'ve"
            r"| have) understood)", "asked": rf"(?i:{_TESTS_UNDERSTANDING})"},
        "Just so that I know I've been clear, could you tell me in your own words what the plan is?",
        when="ask",
    ),
    "questions": Skill(
        r"(?:invit\w+|encourag\w+|allow\w*|opportunity|offers?|answer\w*|asks? for|any) (?:\w+ ){0,4}questions"
        r"|questions from the patient",
        {"questions": r"(?i:(?:any|you have|have you got|got) (?:other |further |more )?questions(?! (?:i|to))"
            r"|what questions|anything (?:else )?(?:that )?you(?:'d| would)? (?:\w+ )?(?:like|want|need) to (?:ask"
            r"|know)|ask me|want to ask)"},
        "Do you have any questions for me?",
        when="ask",
    ),
    "safety net": Skill(
        r"safety[- ]?net\w*|when to (?:seek|return|come|call|get)|what to (?:do|look|watch) (?:for |out )?(?:if|for)"
        r"|return (?:advice|if)|come(?:s)? back|worsen\w*|deteriorat\w*|red[- ]?flag advice",
        {
            "sign": _SIGN,
            "action": _ACTION,
        },
        "If it gets worse, or isn't better in a few days, please come back; if you have trouble breathing, call 999.",
        full=frozenset({"sign", "action"}),
        when="tell",
    ),
    "signs": Skill(
        r"(?:names?|gives?|says?|mentions?|lists?) (?:\w+ ){0,2}(?:warning )?signs|signs to look|what to look out for",
        {"signs": _SIGN},
        "Look out for pain that comes on at rest, for breathlessness and for feeling faint.",
        when="tell",
    ),
    "help": Skill(
        r"who(?:m)? to (?:call|turn)|where to (?:go|turn)|how to get help|how fast|what to do in (?:a|an) (?:crisis"
        r"|emergency)",
        {"help": _ACTION},
        "If that happens, call 999 straight away; for anything less urgent, ring the practice the same day.",
        when="tell",
    ),
    "risk plans": Skill(
        r"(?:plans?,? (?:and )?(?:means|methods?|intent))|earlier attempts|previous attempts|means and",
        {
            "plan": r"(?i:\bplans?\b|how (?:would|were) you (?:going to )?|method|means|how you (?:would|might))",
            "tried": r"(?i:(?:have you|ever) (?:\w+ )?(?:tried|attempted|done)|attempt\w*|tried (?:it|to|anything))",
            "thoughts": r"(?i:how often .{0,30}thoughts|thoughts .{0,30}how often)",
        },
        "Have you thought about how you would do it, and have you ever tried before?",
        count=2,
        by_part=True,
        when="ask",
    ),
    "protection": Skill(
        r"protect\w*|what keeps the patient",
        {"protection": r"(?i:keeps? you (?:going|safe)|stop(?:s|ped)? you|reasons? (?:to|for) (?:go on|liv\w+)"
            r"|who (?:can|could|do) you (?:talk|turn|speak)|is there (?:anyone|anybody|someone) (?:you|who)"
            r"|look(?:ing)? forward to)"},
        "What keeps you going when it is at its worst, and whom can you talk to?",
        when="ask",
    ),
    "crisis": Skill(
        r"crisis",
        {"crisis": r"(?i:crisis|samaritans|helpline|\b(?:999|111|116 ?123)\b|emergency|at any (?:time|hour)"
            r"|day or night|call (?:me|us|your))"},
        "If it gets too much, at any hour, would you call the crisis line or go to the emergency department?",
    ),
    "follow-up": Skill(
        r"follow(?:s|ing)?[- ]?up|review (?:appointment|date|arrangement\w*)|next appointment|arrang\w+ (?:a "
        r"|to )?(?:review|see)",
        {"follow-up": r"(?i:see (?:you|the doctor|your doctor|a doctor|your gp|the nurse)\b.{0,20}\b(?:again|in|next"
            r"|on \w+day|tomorrow)|follow[- ]?up|come (?:back|and see)|appointment|review (?:you|this|things)|see me"
            r"|book you|next (?:week|month|time)|in (?:a few|two|three|four|a couple of|\d+) (?:days|weeks))"},
        "I'd like to see you again in two weeks to find out how you are getting on.",
        when="tell",
    ),
    "anything else": Skill(
        r"anything else|other (?:problems|concerns|issues|symptoms)|hidden agenda|associated symptoms"
        r"|systems? (?:review|enquiry)|review of systems",
        {"anything else": r"(?i:anything else|any other (?:symptoms?|problems?|concerns|things|issues)|what else"
            r"|other symptoms)"},
        "Is there anything else that you have noticed or wanted to tell me?",
        when="ask",
    ),
    "closing": Skill(
        r"clos(?:es|ing|ure)\b|ends? (?:the )?(?:consultation|interview|conversation|encounter)|ending|farewell"
        r"|thanks? the|goodbye",
        {"thanks": r"(?i:\bthank you|\bthanks\b)", "farewell": r"(?i:take care|all the best|good ?bye|\bbye\b"
            r"|nice (?:to (?:meet|see)|meeting|talking)|get well|good luck|see you (?:soon|then|next|again|later))"},
        "Thank you for coming in today. Take care, goodbye.",
        full=frozenset({"thanks", "farewell"}),
        last=True,
    ),
}  # fmt: skip

COMPILED = {name: {label: re.compile(cue) for label, cue in skill.cues.items()} for name, skill in SKILLS.items()}
NAMED = {name: re.compile(rf"\b(?:{skill.named})(?!\w)", re.IGNORECASE) for name, skill in SKILLS.items()}
