"""Skills of gathering information, other than questions about facts."""

from collections.abc import Mapping

from openai_emulator.examiner.skill import Skill

_FEELS = (
    r"sorry (?:to hear|about|that|you)|must (?:be|have been|feel)|sounds? (?:like )?(?:\w+ ){0,2}(?:difficult|hard"
    r"|tough|awful|horrible|frightening|scary|worrying|stressful|painful"
    r"|unpleasant|exhausting|rough|upsetting|distressing)|i (?:can (?:see|imagine|hear|appreciate)|can understand"
    r"|understand (?:that|how|why|this)|appreciate)|that's (?:awful|terrible|horrible|tough"
    r"|understandable)|understandabl\w+|(?:very|quite|so) (?:difficult|worrying|frightening|upsetting) for you"
    r"|no wonder|natural to (?:feel|worry|be)"
)

ASKING: Mapping[str, Skill] = {
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
}  # fmt: skip
