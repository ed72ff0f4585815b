"""Skills of explaining, planning and closing."""

from collections.abc import Mapping

from openai_emulator.examiner.skill import Skill

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
    r"|what (?:we|i|you)(?:'d|'ll)? (?:need|would|recommend|do|suggest)|worth|it(?:'s| is) important)\b.{0,300}"
    r"\b(?:tests?|bloods?|scans?|x-?ray|ecg|refer\w*|prescri\w+|tablets?|medic\w+|antibiotics?|appointment|clinic|hospital"
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

TELLING: Mapping[str, Skill] = {
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
