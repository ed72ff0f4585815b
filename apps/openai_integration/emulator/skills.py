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
    r"sorry (?:to hear|about|that|you)|must (?:be|have been|feel)|sounds? (?:like )?(?:\w+ ){0,2}(?:difficult|hard|tough|awful|horrible|frightening|scary|worrying|stressful|painful"
    r"|unpleasant|exhausting|rough|upsetting|distressing)|i (?:can (?:see|imagine|hear|appreciate)|can understand|understand (?:that|how|why|this)|appreciate)|that's (?:awful|terrible|horrible|tough"
    r"|understandable)|understandabl\w+|(?:very|quite|so) (?:difficult|worrying|frightening|upsetting) for you|no wonder|natural to (?:feel|worry|be)"
)
_EXPLAINS = (
    r"\bi (?:think|suspect|believe)\b|\bit (?:could|might|may|sounds|seems|looks|is likely|is most)|\bthis (?:is (?:a|an|called|what|caused|usually|most)|could|might|sounds|seems|may|means)|likely|caused by"
    r"|something called|\bcalled\b|which (?:is|means)|what (?:this|that|it) means|happens when|because (?:the|of|your|it)|due to|the reason"
)
_DOES = (
    r"\b(?:i'd|i would|we'd|we would|we'll|i'll|we will|i will|we can|i can|we should|you should|you need|you'll need|you can|you could|i'm (?:going to|gonna)|let's|i(?:'d)? (?:recommend|suggest|advise)|i want"
    r"|what (?:we|i|you)(?:'d|'ll)? (?:need|would|recommend|do|suggest)|worth|it(?:'s| is) important)\b.*\b(?:tests?|bloods?|scans?|x-?ray|ecg|refer\w*|prescri\w+|tablets?|medic\w+|antibiotics?|appointment|clinic|hospital"
    r"|rest|fluids?|paracetamol|ibuprofen|inhaler|samples?|treat\w*|letter|examin\w+|follow|start|try|drink\w*|exercise|send|book|arrange|organi[sz]e|stop|cut down|take|give|monitor|check)\b"
)
_TESTS_UNDERSTANDING = r"make(?:s)? (?:any )?sense|(?:is|was) (?:that|it|everything|the [\w ]*plan|this) (?:all )?clear|(?:do|did) you (?:understand|follow)|have i explained"

SKILLS: Mapping[str, Skill] = {
    "introduction": Skill(
        r"introduc\w+(?! the (?:topic|idea|plan))|name and role|who (?:they|she|he) (?:are|is)|own name",
        {
            "name": r"(?i:my name(?:'s| is) \w+|\bi(?:'m| am) (?:dr|doctor|nurse|mr|mrs|ms)\b|(?:it's|this is) (?:dr|doctor)\b|call me \w+)|\bI(?:'m| am) [A-Z][a-z]+\b",
            "role": r"(?i:\bi(?:'m| am)\b.{0,40}\b(?:student|dr|doctor|gp|nurse|one of)\b|(?:my name is|it's|this is) (?:dr|doctor)\b|\b(?:a|your|the) (?:\w+ )?(?:medical student|student doctor)\b)",
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
        r"(?:confirm\w*|check\w*|ask\w*|establish\w*|verif\w*) (?:[\w']+ ){0,3}(?:name|identity|details)|patient identity|date of birth|preferred name|patient'?s (?:full )?name",
        {
            "name": r"(?i:(?:what(?:'s| is)|confirm|check|have|take|tell me|give me) (?:\w+ ){0,3}name\b|your (?:full )?name|like (?:me )?to (?:be )?call(?:ed)?|call you)",
            "born": r"(?i:date of birth|how old|your age|when were you born|address)",
        },
        "Could I check your full name and date of birth, please?",
        by_part=True,
    ),
    "consent": Skill(
        r"consent|permission|agree\w* (?:to|for) (?:the )?(?:interview|consultation|questions|examination)",
        {"consent": r"(?i:is (?:it|that) (?:ok|okay|all ?right|fine)|(?:ok|okay|alright|all right|happy) (?:with you )?(?:if|for me|that i)|do you mind|would you mind|may i|if (?:that's|that is) (?:ok|okay|alright|all right))"},
        "Would it be all right if I asked you some questions about this?",
    ),
    "privacy": Skill(
        r"confidential\w*|privacy|private",
        {"privacy": r"(?i:confidential\w*|private|between us|secure location|somewhere quiet)"},
        "Everything we talk about today stays confidential.",
    ),
    "open question": Skill(
        r"open(?:[- ]ended)? (?:question|start|invitation)\w*|opening question|golden minute|(?:patient'?s|their) (?:own )?(?:story|narrative)|own words|presenting (?:complaint|problem)|reason for (?:the )?(?:visit|attend\w*|coming|consult\w*)",
        {"open": r"(?i:what (?:brings|brought|made) you|how (?:can|may) (?:i|we) help|what can (?:i|we) do|tell me (?:about|more|what|a (?:little )?(?:bit )?(?:more )?about|in your)|(?:can|could) you (?:tell me (?:about|more|what|a)|describe|talk me|explain)|what(?:'s| has| is)? (?:been )?(?:happening|happened|going on|the problem|seems)|in your own words|how (?:are|have) you (?:been )?feel\w*|what do you mean|how would you describe|what is (?:it|that|the pain) like)"},
        "What has been happening? Please tell me about it in your own words.",
        when="ask",
    ),
    "signposting": Skill(
        r"signpost\w*|structur\w+|sets? (?:the |an )?agenda|explains? (?:what will happen|the (?:purpose|structure))|transition\w*",
        {"signpost": r"(?i:i(?:'d| would) like to (?:ask|talk|go)|i(?:'m| am) going to (?:ask|talk|go)|want to (?:ask|go through)|(?:few|couple of|some) (?:more |other |general |quick |screening )*(?:question)|moving on|next,? (?:i|let|we)|first(?:ly)?,? (?:i|let)|before (?:i|we)|now (?:i'd|i would|let's|let me)|let me ask|turning to|to start with|going back to|let's (?:focus|talk|move))"},
        "I'd like to move on now and ask a few questions about your general health.",
        count=2,
    ),
    "summary": Skill(
        r"summar\w+|recap\w*|reflects? back|checks? (?:back|(?:that )?(?:the|they|she|he) (?:have|has )?(?:history|story|understood))",
        {
            "summary": r"(?i:summar\w+|recap|to check (?:i|that i)|so far[,:]|from what you(?:'ve| have) (?:told|said)|what you(?:'ve| have) told me|sum up|so,? (?:just )?to (?:check|confirm|go over)|so,? (?:just )?you(?:'ve| have) (?:had|been|got|noticed)(?:\W+\w+){8}|given (?:that )?you(?:'ve| have) (?:had|got))",
            "check": r"(?i:got (?:that|it|this|everything) (?:all )?right|is (?:that|this) (?:right|correct)|have i (?:missed|understood)|correct me)",
        },
        "So, to summarise: let me go over what you have told me. Have I got that right?",
        full=frozenset({"summary"}),
    ),
    "ideas": Skill(
        r"\bideas?\b|\bICE\b|(?:patient'?s|their|own) (?:\w+ )?(?:view|understanding of (?:the|what)|explanation|perspective|beliefs?|thoughts)|what (?:the patient|they) (?:thinks?|believes?)",
        {"ideas": r"(?i:what (?:do|did|were|are) you (?:yourself |personally )?(?:think|thinking|feel might|believe|suspect)(?! (?:about|of) (?:that|this|the plan))|any (?:ideas?|thoughts|theories)|your (?:own )?(?:ideas?|thoughts|view)|idea (?:of )?what|what (?:[\w']+ ){0,5}(?:might|could|may) (?:be|have been|have) (?:\w+ )?(?:caus\w+|behind|trigger\w+|brought)|what(?:'s| is) caus\w+|you think (?:might|may|could|is|has|it))"},
        "What do you think might be causing this?",
        when="ask",
    ),
    "concerns": Skill(
        r"\bconcerns?\b|worr(?:y|ies|ied)|fears?|\bICE\b|anxiet\w+|(?:patient'?s|their) perspective",
        {"concerns": r"(?i:worr\w+|concern\w*|afraid|scared|fear\w*|frighten\w*|on your mind|bother\w* you most|anxious about)"},
        "Is there anything in particular that worries you about this?",
        when="ask",
    ),
    "expectations": Skill(
        r"expect\w*|hop(?:es|ing)|\bICE\b|(?:patient'?s|their) (?:wishes|agenda|goals)|wants? from",
        {"expectations": r"(?i:hop(?:e|ed|ing)|expect\w*|(?:would|'d) you like (?:me|us|to get|from|out)|like (?:me|us) to do|want (?:me|us) to|looking for|get (?:out of|from) (?:today|this|coming)|were you want\w+)"},
        "What were you hoping we could do for you today?",
        when="ask",
    ),
    "impact": Skill(
        r"impact|effects? (?:of|on)|affect\w*|daily (?:life|living|activit\w*)|everyday|psychosocial|quality of life|functional?\b|cop(?:es|ing)",
        {"impact": r"(?i:affect\w*|impact\w*|day[- ]to[- ]day|everyday|cop(?:e|ing)|stop\w* you|manag\w+|miss (?:any )?(?:work|school)|(?:able|difficult|hard) to (?:do|work|sleep|talk|breathe)|been (?:going in ?to|off) work|interfer\w+)"},
        "How is this affecting your day-to-day life?",
        when="ask",
    ),
    "empathy": Skill(
        r"empath\w*|compassion\w*|acknowledg\w*|emotion\w*|feelings?|sensitiv\w*|validat\w*|supportive|cares?\b|caring",
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
        r"listen\w*|facilitat\w*|follows? up|picks? up|(?:verbal )?cues|clarif\w+|attentive\w*|encourag\w+",
        {"listening": r"(?i:you (?:mentioned|said)|tell me more|(?:bit|little) more about|go on\b|when you say|what do you mean|you(?:'ve)? (?:told|mentioned|said)|going back to)"},
        "You mentioned that earlier; could you tell me a bit more about it?",
        count=2,
    ),
    "explanation": Skill(
        r"explain\w*|explanation|likely (?:diagnosis|cause)|gives? (?:a )?(?:working )?diagnos\w+|impression|differential|shares? (?:\w+ )?(?:thoughts|findings)|jargon|plain (?:language|english|words)|lay (?:terms|language)|simple (?:language|words|terms)",
        {"explanation": rf"(?i:{_EXPLAINS})"},
        "I think this is most likely to be something we can treat; let me explain what it is.",
        count=2,
        when="tell",
    ),
    "plan": Skill(
        r"\bplan\b|management|treatment|next steps?|what (?:will )?happens? next|investigations?|options",
        {"plan": rf"(?i:{_DOES})"},
        "What I'd suggest is that we arrange some tests and see you again next week.",
        count=2,
        when="tell",
    ),
    "shared decision": Skill(
        r"shared?(?: |-)(?:decision|plan|management)\w*|involv\w+ the patient|agree\w* (?:on )?(?:a |the )?(?:\w+ )?(?:plan|management|decision)|preferences?|negotiat\w*|collaborat\w*|acceptab\w+",
        {"shared": r"(?i:how(?:'s| does| would| do)? (?:that|this|it) sound|how do you feel about|(?:does|would) that sound|sound (?:ok|okay|good|reasonable|alright)|what do you think (?:about|of)|happy (?:with|to|for)|would you (?:prefer|rather)|(?:is|would) that (?:be )?(?:ok|okay|alright|all right|something))"},
        "How does that plan sound to you? Is there anything you would rather do differently?",
        when="ask",
    ),
    "understanding": Skill(
        r"check\w* (?:\w+ ){0,3}understanding|patient'?s understanding|teach[- ]?back|understood|makes sense",
        {"asked back": r"(?i:own words|tell me (?:back|what you(?:'ve| have))|explain (?:it )?back|what you(?:'ve| have) understood)", "asked": rf"(?i:{_TESTS_UNDERSTANDING})"},
        "Just so that I know I've been clear, could you tell me in your own words what the plan is?",
        when="ask",
    ),
    "questions": Skill(
        r"(?:invit\w+|encourag\w+|allow\w*|opportunity|offers?|answer\w*|asks? for|any) (?:\w+ ){0,4}questions|questions from the patient",
        {"questions": r"(?i:(?:any|you have|have you got|got) (?:other |further |more )?questions(?! (?:i|to))|anything (?:else )?(?:that )?you(?:'d| would)? (?:\w+ )?(?:like|want|need) to (?:ask|know)|ask me|want to ask)"},
        "Do you have any questions for me?",
        when="ask",
    ),
    "safety net": Skill(
        r"safety[- ]?net\w*|when to (?:seek|return|come|call|get)|what to (?:do|look|watch) (?:for |out )?(?:if|for)|return (?:advice|if)|come(?:s)? back|worsen\w*|deteriorat\w*|red[- ]?flag advice|warning signs",
        {
            "sign": r"(?i:\bif\b.{0,80}\b(?:wors\w+|not (?:get\w* )?(?:any )?better|(?:haven't|hasn't|don't|doesn't|isn't|not) (?:\w+ ){0,2}(?:better|improv\w*|settl\w*|go(?:ne)?|eas\w*)|persist\w*|ongoing|more unwell|new symptoms?|develop\w*|worried|concerned|chest pain|breath\w*|bleed\w*|fever\w*|vomit\w*|faint\w*|collapse\w*)|look out for|watch (?:out )?for|warning signs?|red flags?)",
            "action": r"(?i:come (?:back|and see|in)|see (?:you|me|us|a doctor|a gp|your gp) again|\bsee (?:a|your) (?:gp|doctor)|call (?:us|me|back|999|111|an ambulance)|give (?:me|us) a call|ring (?:us|me|999|111|back)|\b999\b|\b111\b|a ?(?:and|&) ?e\b|emergency|seen urgently|straight (?:away|to)|get in touch|contact us|let (?:me|us) know)",
        },
        "If it gets worse, or isn't better in a few days, please come back; if you have trouble breathing, call 999.",
        full=frozenset({"sign", "action"}),
        when="tell",
    ),
    "follow-up": Skill(
        r"follow(?:s|ing)?[- ]?up|review (?:appointment|date|arrangement\w*)|next appointment|arrang\w+ (?:a |to )?(?:review|see)",
        {"follow-up": r"(?i:see you (?:again|in|next)|follow[- ]?up|come (?:back|and see)|appointment|review (?:you|this|things)|see me|book you|next (?:week|month|time)|in (?:a few|two|three|four|a couple of|\d+) (?:days|weeks))"},
        "I'd like to see you again in two weeks to find out how you are getting on.",
        when="tell",
    ),
    "anything else": Skill(
        r"anything else|other (?:problems|concerns|issues|symptoms)|hidden agenda|associated symptoms|systems? (?:review|enquiry)|review of systems",
        {"anything else": r"(?i:anything else|any other (?:symptoms?|problems?|concerns|things|issues)|what else|other symptoms)"},
        "Is there anything else that you have noticed or wanted to tell me?",
        when="ask",
    ),
    "closing": Skill(
        r"clos(?:es|ing|ure)\b|ends? (?:the )?(?:consultation|interview|conversation|encounter)|ending|farewell|thanks? the|goodbye",
        {"thanks": r"(?i:\bthank you|\bthanks\b)", "farewell": r"(?i:take care|all the best|good ?bye|\bbye\b|nice (?:to (?:meet|see)|meeting|talking)|get well|good luck|see you (?:soon|then|next|again|later))"},
        "Thank you for coming in today. Take care, goodbye.",
        full=frozenset({"thanks", "farewell"}),
        last=True,
    ),
}  # fmt: skip

# What a broad word of a rubric takes in: keys of the vocabulary.
BROAD: Mapping[str, tuple[str, ...]] = {
    r"social history|lifestyle|social (?:and|circumstances|background)": ("smoking", "alcohol", "work", "home"),
    r"(?:pain|symptom|complaint) (?:history|characteri[sz]ation)|socrates|characteri[sz]es|history of (?:the )?(?:presenting|pain|present)|explores? the (?:pain|symptoms?|complaint|presenting)": (
        "onset", "site", "character", "radiation", "severity", "pattern", "trigger", "relief",
    ),
    r"past medical|medical history|\bpmh\b|past history|previous illness": ("illness",),
    r"drug history|medication history|\bdh\b": ("medication",),
    r"family history|\bfh\b": ("family",),
    r"drugs? and allerg|medications? and allerg": ("medication", "allergy"),
    r"onset|duration|how long|when (?:it|the \w+) (?:began|started)": ("onset",),
    r"\bsite\b|location|where (?:it|the pain)": ("site",),
    r"\bcharacter\b|nature of|quality of (?:the )?pain|type of pain": ("character",),
    r"radiat\w+": ("radiation",),
    r"severity|how (?:bad|severe)|pain score": ("severity",),
    r"timing|pattern|constant or": ("pattern",),
    r"frequency|how often": ("frequency",),
    r"exacerbat\w+|aggravat\w+|provok\w+|triggers?\b|makes? (?:it|the \w+) worse": ("trigger",),
    r"reliev\w+|makes? (?:it|the \w+) better": ("relief",),
    r"progress\w*": ("progress",),
    r"previous (?:episodes?|similar)|had (?:it|this) before": ("previous",),
}  # fmt: skip

# The language of rubrics, which says nothing about what was to be done.
RUBRIC_WORDS = frozenset(
    """student students candidate learner patient patients doctor asks ask asked asking explores explore explored exploring enquires enquire
    inquires inquire elicits elicit establishes establish identifies identify obtains obtain takes take uses use using used demonstrates
    demonstrate shows show showed shown gives give given provides provide offers offer attempts attempt makes make checks check confirms
    confirm clear clearly appropriate appropriately effective effectively relevant specific specifically detail details detailed main current
    start starts beginning begin begins end ends during throughout before after later early mark marks award awarded score scores full partial
    partly least both either such including include includes symptom symptoms problem problems condition complaint presenting possible
    question questions consultation interview conversation encounter history information own each well good language word words manner way
    statement statements response responds respond phrase explicit explicitly direct directly brief briefly simple open closed concise
    accurate accurately correct correctly complete completely themselves themself self name role reason meaning side cause causes coming visit
    only single several various more most needs need should would could example eg ie one two three first second finally also must done does did
    skill skills communication communicates communicate able ability discusses discuss discussed mentions mention mentioned covers cover
    states state tells tell says say said talks talk addresses address considers consider invites invite allows allow seeks seek sought
    treats treat health medical clinical case key points point list lists aspect aspects area areas item items regarding related concerning""".split()
)  # fmt: skip
COMPILED = {name: {label: re.compile(cue) for label, cue in skill.cues.items()} for name, skill in SKILLS.items()}
NAMED = {name: re.compile(rf"\b(?:{skill.named})(?!\w)", re.IGNORECASE) for name, skill in SKILLS.items()}
