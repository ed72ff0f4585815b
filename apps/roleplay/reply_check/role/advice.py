"""Detects advice, comfort and offers that only a clinician gives to a patient. The patterns match plain text."""

from apps.core.text.patterns import lazy_pattern

_TO_DO = (
    r"(?:see|seek|consult|speak (?:to|with)|talk (?:to|with)|get (?:regular|medical|checked|help|enough|plenty|some)"
    r"|drink|eat (?:a|well"
    r"|healthy|small|plenty|more|less)|rest|avoid|take (?:care|your|all|the|it easy|breaks)|stay|limit|call|contact"
    r"|visit|monitor|follow"
    r"|maintain|remember|exercise|practi[sc]e|discuss|address)"
)
_HELP = (
    r"(?:call(?:ing)? (?:emergency|an ambulance|911|999|112|your|for help|us)|seek(?:ing)? |go(?:ing)? to (?:the"
    r" (?:nearest|emergency|er\b|a&e"
    r"|hospital)|your (?:nearest|doctor|gp))|see(?:ing)? (?:a|your) (?:doctor|gp|physician)|contact(?:ing)? |consult"
    r"|speak to (?:a|your)"
    r"|talk to (?:a|your)|let (?:us|your doctor) know)"
)
_NOT_OF_ONESELF = r"(?:(?!\b(?:i|i'll|i'd|i'm|my|me|we)\b)[^.!?\n]){0,80}?"
_ENGLISH = [
    rf"(?<!know )(?<!think )(?<!guess )(?<!suppose )(?<!sure )it(?:'s| is| may be| might be| would be) (?:\w+"
    rf" )?(?:important|essential|crucial"
    rf"|best|advisable|vital|recommended|a good idea|wise|necessary)(?: that you\b| for you to\b| to (?:\w+ly"
    rf" )?{_TO_DO}\b)",
    rf"if (?:you|your|the|it|this|these|they|things|symptoms) {_NOT_OF_ONESELF}\b{_HELP}(?!.{{0,40}}\?)",
    r"you (?:should|could|can|may want to|might want to|ought to|need to) (?:also |always |really )?(?:try (?:to|over"
    r"|taking|using|drinking"
    r"|eating|keeping|some)|consider \w+ing|cut (?:down|back|out)|reduce|limit your|exercise|stop (?:smoking"
    r"|drinking)|quit|practi[sc]e)",
    r"i(?:'d| would)? (?:also |strongly |highly )*(?:recommend|advise|suggest) (?:keeping|cutting|reducing|eating"
    r"|drinking|trying|seeing|you\b"
    r"(?= (?:call|speak|see|rest|drink|take|try|stop|go|keep)))|make sure (?:to|that you|you) (?:seek|finish|complete"
    r"|drink|get (?:enough|plenty|some|medical|help)|rest|take)\b",
    r"(?:take|have) (?:your|the|this) medic\w+ as|as directed|follow up with your|please come back (?:if|in)\b"
    r"|(?<=[.!?] )come back (?:if|in)\b|seek medical|healthy (?:lifestyle|habits)|(?:regular|routine) check-?ups|get"
    r" well soon|quitting\?",
    r"(?:thought|considered|thinking) about (?:quitting|giving up|cutting|losing weight|stopping smoking)|are? (?:bad"
    r"|good) for your (?:health"
    r"|heart|lungs|body)|is bad for your|important (?:risk )?factor (?:for|in)|(?:condition|disease|disorder) (?:in"
    r" which|where)|can be caused by (?:many|several|various|a number)",
    r"appreciate you (?:sharing|telling|opening|being (?:so )?(?:honest|open)|letting me know|trusting)|(?:so |very"
    r" )?sorry for your loss"
    r"|how (?:has|have|is|are) (?:this|it|that|these|things|your \w+)(?: been)? (?:affect\w*|impact\w*)(?: on)? you"
    r"|how (?:are|have) you"
    r"(?: been)? (?:coping|managing|holding up|dealing|handling (?:this|that|it|things|the))(?! with (?:the|all|us|so"
    r" many) (?:patients|students|work|shift))",
    r"(?:does|is|has) (?:the|your|this|that) (?:pain|cough|headache|ache|discomfort|dizziness|rash|feeling) (?:move"
    r"|spread|radiate|travel|wake"
    r" you|keep you|come and go|getting|worse when|there all)|(?:does|is there|has) anything (?:that )?(?:seems to "
    r"|you do )?(?:make|made|bring"
    r"|trigger|help|reliev|eas)\w*(?: (?:it|the \w+|this))? ?(?:on|better|worse|feel|come|go|ease"
    r"|with)?[^.!?\n]{0,25}\?",
    r"is there anything (?:else )?i can do (?:to (?:make|help) you|for you)|make you (?:more |feel )+comfortable|if"
    r" you need (?:any\b|anything\b"
    r"|some\b)(?: (?:else|more|further|help|support|assistance))*[^.!?\n]{1,20}(?:let me know|ask|reach|call me"
    r"|contact)(?! .{0,20}from me)|if you (?:have|think of) any (?:other |more |further )?questions,|(?:glad|happy) i"
    r" could help",
    r"(?:do|does) (?:you|anyone) (?:have (?:someone|anyone|anybody)|in your family)[^.!?\n]{0,40}(?:support|help|talk"
    r" to|look after|history|have)"
    r"|you(?:'re| are| have been|'ve been) (?:dealing with|under|going through) (?:a lot|so much|some|quite|a great)"
    r"|concerns you (?:the )?most"
    r"|what's on your mind\?|on a scale (?:of|from) [^.?!]{3,25},? how (?:would|bad|severe|much|strong|intense)|take"
    r" good care of you|we're doing everything|you said (?:the|your|that your) \w+ (?:started|began"
    r"|is worse|gets worse)|you mentioned (?:that )?you(?:r|'re| have|'ve)? (?:pain|having|\w+ pain|cough|head|been"
    r"|feel|\w+ing)",
    r"(?:family|medical) history is (?:an? )?(?:very )?(?:important|relevant|essential|key)|there are (?:several|many"
    r"|a number of|various|different|some) (?:\w+ )?(?:reasons|causes|possibilities"
    r"|factors|options)|the most common (?:causes?|reasons?|symptoms?)|treatment (?:usually|typically|often|options)"
    r"|please have a seat|"
    r"(?:thank you|thanks) for coming (?:in|today|to (?:the|our) (?:clinic|hospital|surgery|practice))(?!,? doctor)"
    r"|confirm your name",
    r"before we (?:start|begin|continue|go on),? (?:can|could|may) i|you to the (?:clinic|hospital|practice)|"
    r"i'll (?:start (?:by|with) (?:your|asking|listening|taking|examining|checking)|listen to your|feel your)|i help"
    r" patients|have you (?:ever )?had any (?:\w+ )?(?:operations|surgery|surgeries)"
    r"|your (?:thyroid|kidneys?|liver|sugar|cholesterol|iron|lungs?|levels?|chart|bloods?) (?:\w+ )?(?:is|are|looks?"
    r"|seems?|shows?|came)\b"
    r"|(?:reviewed|looked (?:at|over)|checked|read) your (?!job|website|sign)|who(?:'s| is| else is) (?:looking after"
    r"|taking care of|at home with) you"
    r"|(?:can|could) you point|let's see (?:how|if) you (?:walk|can)|please stand up|what helps you (?:cope|relax"
    r"|sleep)|what else can i do for you"
    r"|need (?:any )?help with anything|speedy recovery|and stay healthy|happy to answer any questions|how you walk"
    r"|walk me through (?:your|a typical|what|how|when|the (?:pain|symptoms))|mov(?:e|ing) on to (?:your|the|some)"
    r"|just to check(?: that)? (?:i|you)|any (?:problems?|trouble|issues?|changes?|pain)"
    r" (?:with|in|passing|from) your|i(?:'d| would) like to (?:move on|explore|go (?:through|over)|start with|begin"
    r" with)|(?:what|which) (?:medication"
    r"|tablets|medicines?)\w* are you|what kind of support|support do you have|(?:discuss|talk about) your case"
    r"|there(?:'s| is) anything (?:else )?you(?:'d| would) like to (?:talk|discuss|share)|is there something else you"
    r"|i(?:'m| am) (?:always |just"
    r" )?here (?:if you|whenever you|for you any)|(?:know )?how i can (?:help|support|assist) you|thank you for your"
    r" (?:patience|understanding)"
    r"|feeling (?:anxious|nervous|worried|scared) (?:before|about)[^.!?\n]{0,40} is (?:\w+ )?(?:normal|natural|common"
    r"|understandable)"
    r"|understand your (?:concern|worr|anxiety|fear|feelings)\w*(?!,? but|\w)|(?:must|can) feel (?:overwhelming"
    r"|frightening for you)"
    r"|you(?:'re| are) very brave"
    r"|let me explain what (?:will|happens|we|is going)|we(?:'ll| will) take some (?:blood|urine)|units of alcohol"
    r"|(?:good|bad) news is that your|as a health|may i examine",
]
_PATTERN = lazy_pattern(rf"\b(?:{'|'.join(_ENGLISH)})")
# Comfort, and then a question to the one who is comforted; students have shifts and exams.
_COMFORT = lazy_pattern(
    r"(?:that (?:sounds|must (?:be|have been|feel)|can be) (?:\w+ ){0,2}?(?:tough|hard|difficult|painful|stressful"
    r"|frustrating"
    r"|uncomfortable|exhausting|frightening|scary|worrying|upsetting|distressing|awful|overwhelming|challenging"
    r"|concerning|a lot)\b|i(?:'m| am) (?:really |so )?glad (?:that )?you (?:told|shared|came|mentioned"
    r"|asked|felt)|(?:thank you|thanks) (?:so much )?for (?:being|telling|letting|your (?:honesty|openness|trust"
    r"|patience))|i can (?:only"
    r" )?imagine|i(?:'m| am) (?:so |very |really )?sorry (?:to hear|you|that you|about)|i understand (?:how"
    r"|your))[^.!?\n]{0,120}[.!] "
    r"(?:(?!\b(?:i|i'm|i'll|my|me|we|shifts?|work|exams?|stud\w+|hours|job|think|mean|recommend|suggest|lunch|day off"
    r"|doctor)\b)[^.!?\n])"
    r"{5,120}\?"
)


def advises(spoken: str) -> bool:
    """Whether a plain text, without what others are reported to have said, gives what only a clinician gives."""
    return _PATTERN.search(spoken) is not None or _COMFORT.search(spoken) is not None
