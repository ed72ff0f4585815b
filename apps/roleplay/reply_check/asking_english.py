"""The patterns of questions.py for English. They match plain sentences: lower case, no accents, see plain.py."""

from apps.core.text.patterns import lazy_pattern
from apps.roleplay.reply_check.alternatives import alternatives

# A clause begins with the sentence, after a comma, or after one of these words.
_CLAUSE = r"(?:^|[,(] ?|- |\b(?:and|so|but|or|then|okay|ok|now|well|just|please) )"
# The same without the comma, after which a relative clause may follow.
_START = r"(?:^|- |^\w+, |\b(?:and|so|but|or|then|okay|ok|now|well|just|please) )"
_PEOPLE = alternatives(
    "people | patients | folks? | men | wom[ae]n | lads? | boys | girls | teenagers | kids | parents | mums | students"
)
_ABOUT = alternatives(
    """
    you | ya | u | he | she | it | they | there | this | that | these | those | the | your | his | her | their
    | any\\w* | i | we | some\\w* | both | either | things | everything | mum | dad | mam | people
    """
)

# Unless they begin a subordinate clause: "when you stand up, ...", "what you tell me", "how awful".
_QUESTION_WORDS = [
    rf"{_START}(?:since |for |at |in |on |with |to |from |about )?(?:who|whom|whose|which|why|where)\b(?! (?:we|i)\b)",
    rf"{_CLAUSE}(?:since |until )?when(?! (?:you|we|i|the|your|it|he|she|this|that)\b[^,]{{0,80}},)\b",
    rf"{_CLAUSE}what(?:'s|s)?\b(?! (?:an?|i'?ll|i(?!'?d like to (?:know|hear|ask))|we|we'?ll|this|that|it"
    r"|you(?:'ve| have)? (?:just )?(?:tell|told|say|said|described?))\b)",
    rf"{_CLAUSE}how(?:'s|s)?\b(?! (?:awful|horrible|sad|terrible|kind|nice|lovely|frustrating|frightening|i|we)\b)",
]
_INVERSIONS = [
    rf"{_CLAUSE}(?:do|does|did|are|is|was|were|am|has|had|can|could|shall|will|would|may|have"
    rf"|(?:do|does|did|is|are|has|have|was|were|wo|would|ca|could)n't) {_ABOUT}\b",
    rf"{_CLAUSE}(?:any|ever|still|anything|anyone|anybody|anywhere|been|got|mind (?:if|me|telling)|is|are|did|does|was"
    r"|were|had)\b",
    r"\b(?:anything|anyone|anybody|any other|any more|something) (?:else|more|from|you|that you)\b",
    r"(?:, ?(?:right|yes|no|yeah|eh|correct|ok)| or not| or no| or (?:any|some)thing| then| i take it| i gather)$",
    r" (?:is|isn't|are|aren't|do|don't|have|haven't|did|didn't|was|wasn't|can|will) (?:it|you|we|they|he|she)$",
]
_REQUESTS = alternatives(
    """
    (?<!you )(?<!you've )tell (?:me|us) | talk (?:me|us|to me|to us|about) | walk me | run me | fill me in | remind me
    | take me (?:through|back) | say (?:more|a bit|a little|something) | help (?:me|us) (?:to )?(?:understand|see|get)
    | give me (?:an?|some|the) | let me know | let's (?:hear|talk|start|go|discuss|think|look back|do|cover|turn|move)
    | (?<!sorry to )hear (?:about|more|how|what|your|from|anything|it) | go on | carry on | keep going
    | take (?:your|all the) time | in your own | i'?m listening | all ears | here to listen
    | (?:no|not any) (?:rush|hurry) | feel free | you can (?:say|talk|speak|trust|be|share|always)
    | (?<!i'll )be (?:honest|open|straight|frank) | hold (?:anything |nothing )?back | nothing you
    | whatever (?:it|you|is) | judge | judge?ment | shock me | safe space | don't be (?:shy|embarrassed|afraid)
    | don't worry about (?:what|saying) | now's the time | no (?:need|reason) to be (?:embarrassed|ashamed|shy)
    | correct me | go through your | through your | i'?(?:ll|d|m)? (?:\\w+ )?need (?:the|your|a (?:full|complete))
    | need your | do me a favou?r
    """
)
_IMPERATIVES = alternatives(
    """
    describe | explain | elaborate | continue | list | quantify | specify | clarify | confirm | share | rate | name
    | point | show | start | begin | mention | think back | imagine | say | tell | expand | outline | paint
    | try to(?! (?:relax|breathe|keep|stay|hold))
    """
)
_WISHES = [
    r"\b(?:would|'d|do|did) (?:really |also |just |very much |quite )*(?:like|love|want|need|be (?:good|useful|helpful"
    r"|interested|keen))(?: you| us| for you)? to (?:know|hear|ask|understand|get|find|learn|talk|go|explore|discuss"
    r"|tell|check (?:if|whether|how|on)|see (?:if|whether|how)|describe|share|say|walk|take me)\b(?! you (?:some"
    r"|a few) (?:\w+ )?questions\b(?! about)| you to )",
    r"\b(?:need|want|have|going|wanted|ought|got) to (?:know|ask|understand|hear|find|get an?|discuss|talk|check (?:if"
    r"|whether|how|on))\b(?! you (?:some|a few) (?:\w+ )?questions\b(?! about)| you to )",
    r"\b(?:ask (?:you )?(?:about|something|whether|if|how|what)|questions? about|be (?:good|useful|helpful) to know)\b",
    r"\bif i (?:didn't|don't|left|did not) (?:\w+ )?(?:ask|check|mention|cover|out)\b",
]
# What is noticed, guessed, or said of others: the patient may take it up.
_HINTS = [
    r"\b(?:wonder\w*|curious|intrigued|interested (?:in|to)|keen to (?:know|hear)|would help|be helpful|be useful"
    r"|a word about|move on to|turn to|come (?:back )?to your|not (?:quite |really )?sure (?:i|what|why|how)"
    r"|didn't (?:quite )?(?:catch|get)|(?:don't|do not) (?:quite )?understand|they (?:said|say|tell|told))\b",
    r"\byou (?:mentioned|hinted|touched on|alluded|hesitated|paused|laughed|smiled|sighed|shrugged|frowned|flinched"
    r"|blushed|trailed off|stopped there|seem|seemed|look|looked|sound|sounded|appear|went"
    r"|must (?:have|be|get|feel|find|miss)|may have|might have|know (?:him|her|them|best|yourself))\b",
    r"\bi(?:'d)? (?:\w+ )?(?:notice|noticed|sense|sensed|suspect|(?<!can )imagine|guess|suppose|reckon|bet|gather"
    r"|picture|take it|hazard|get the|have the|got the)\b(?! (?:this|that|it|so)$)",
    r"\b(?:sounds?|seems?|looks?|feels?) (?:to me )?(?:like|as though|as if|that) (?:there|something|someone"
    r"|you(?:'re| are) (?:not|carrying|holding|hiding|worried about)|that (?:might|may))\b",
    r"\b(?:there (?:may|might|must|could) be|there(?: i|')s) (?:something|someone|more|a reason)\b",
    r"\b(?:something|someone|somebody) (?:is|about|tells|else|that|you|on|may|might|behind|close)\b",
    r"\b(?:more to (?:it|this|say|tell)|on your (?:own )?mind|off your chest|weighing|(?:worries|troubling"
    r"|bothering) you|behind (?:that|this)|carry a lot|brings? (?:something|back))\b",
    rf"\b(?:a lot of|lots of|loads of|many|some|other|plenty of|sometimes|common for"
    rf"|unusual for) (?:\w+ ){{0,2}}{_PEOPLE}\b",
    rf"\b{_PEOPLE} (?:\w+ ){{0,6}}?(?:often|sometimes|tend|find|struggle|notice|forget|don't always)\b",
]
# What the speaker has from others, guesses at or names as worth knowing: the patient may confirm or deny it.
_SURMISES = [
    r"\b(?:i'?m|i am|i was|i'?ve been|i have been) (?:told|thinking|not (?:clear|certain)|aware)\b",
    r"\bi(?:'ve| have)? (?:read|heard|see|saw|understand) (?:from (?:your|the|my)|in (?:your|the)|that) ",
    r"\b(?:nurse|doctor|gp|wife|husband|daughter|son|mother|father|colleague|consultant|notes|letter)"
    r" (?:said|says|mentioned|mentions|wrote|writes|thinks|thought|told me|(?:is|was) worried)\b",
    r"\bi (?:think|suspect|believe|feel) (?:[\w']+ ){1,4}(?:may|might|could)\b(?! (?:need|help|want|have to))",
    r"\bi (?:can't|couldn't|cannot) help\b|\bi (?:\w+ )?(?:don't|do not) (?:yet )?know (?:any|what|how|if|much)\b",
    r"\b(?:important|useful|helpful|good|relevant|better)(?: for (?:me|us))? (?:to|if (?:i|we)|that (?:i|we)) know\b",
    r"\b(?:it|this|that|things) (?:could|may|might|can|are|is) (?:\w+ )?(?:linked|related|connected|be due|be caused"
    r"|run in|have to do|come from)\b|\b(?:can|could|may|might) (?:cause|trigger|explain|do) (?:this|that|it)\b",
    r"\bif there(?:'s| is| are) (?:any|some|violence)|\bif you(?:'ve| have) (?:taken|had|been|noticed|stopped)\b",
    r"\b(?:may|might|could) be other\b|^(?:first|next|finally|lastly) (?:the|your)\b|\bmost people have\b",
]
# What is mirrored to the patient, who may go on from there.
_MIRRORS = alternatives(
    """
    (?:sounds?|seems?|looks?|feels?) (?:to me )?(?:like|as if|as though) (?:you|things|it's|life|home|work|that)
    | i (?:can )?(?:tell|sense) | i (?:can )?(?:see|hear) (?:that )?(?:you(?:'|\\b)|things|it's|there)
    """
)
# What the speaker does not know, has not asked yet, or worries about.
_LACKS = alternatives(
    r"""
    ask(?:ed)?(?! (?:you )?(?:to|the|my|him|her|a few|some|a (?:doctor|nurse|colleague))\b) | a few questions about
    | some questions about | (?:a|the|this) (?:feeling|hunch|suspicion) | i'?m trying to | puzzled | confused
    | missing (?:something|a) | grateful if | appreciate it if | hoping (?:you|to (?:hear|understand|learn))
    | do with knowing | haven't (?:talked|spoken|touched|covered|discussed|heard|got to|gone) | (?:we've|i've) not
    | (?:one|the) (?:more|last|other|next|final) (?:thing|question|part|point) | my (?:next|last|other) | moving on
    | brings? (?:us|me) to | part next | section next | on my (?:list|form) | fill in the
    | i'?m (?:\w+ )?(?:worried|concerned|troubled) (?:that |about |for )?(?:you|your|how|what)
    | (?:make|be) sure (?:that )?(?:you|your|i)
    | (?:difficult|sensitive|personal|private|delicate|awkward|hard) (?:subject|topic|question|thing|area|matter)
    | (?:difficult|hard|awkward|embarrassing|easy) to (?:talk|say|discuss|share|bring|mention|tell|admit) | safe place
    | carry (?:this|it|that) | a lot (?:has |is )?(?:happened|happening|going on) | pry | embarrassed | ashamed
    | thinking about | rather not | up to you | (?:nobody|no one|no-one) (?:else )?(?:will|has|needs) | heard it all
    | if (?:i may|you don't mind) | it (?:\w+ )?helps? (?:me |us |you )?to
    | (?:plenty of|lots of|all the) time | honest
    """
)
ENGLISH_ASKS = lazy_pattern(
    "|".join(
        [
            *_QUESTION_WORDS,
            *_INVERSIONS,
            rf"\b{_REQUESTS}\b",
            rf"{_CLAUSE}{_IMPERATIVES}\b",
            *_WISHES,
            *_HINTS,
            *_SURMISES,
            rf"\b{_MIRRORS}",
            rf"\b{_LACKS}\b",
            r"^\w{3,20}s (?:often|sometimes|rarely) ",
        ]
    )
)

_DOES = alternatives(
    """
    examine | check(?! (?:if|whether|how|on)) | take | listen | press | feel | look | do | start | give | offer | send
    | refer | thank | introduce | measure | test | have a | weigh | repeat | book | run | arrange | recommend
    | suggest
    | explain | reassure | see (?:you|what|the) | speak (?:to|with) | wash | make (?:a|you|an|some)
    | get (?:some|a|the)
    | keep | say (?:thank|sorry|how) | help | prescribe | order | put | bring | let you | show you | go over | write
    | pop
    """
)
_HAS_DONE = alternatives(
    """
    read | finished | been | spoken | looked | heard | seen | checked | listened | noted | written | done | brought
    | arranged | everything | all (?:i|we) | got (?:the|your|a result) | a few more
    """
)
_STATES = alternatives(
    r"""
    see | understand | hear | know | appreciate | believe | think | promise | hope | agree | imagine | only | work
    | study | was | were | had | respect | admire | accept | feel for | apologi\w+ | may | might | should | realise
    | explain | tell | get (?:it|that) | assure | offer | help | find | treat | use | call | don't | didn't | can't
    | cannot | could | will | must | have | do | are
    """
)
_GUESSING = alternatives("guessing | assuming | presuming | sensing | hearing | getting | picking | gathering")
_WE_WOULD = "(?:i'?d|i would|we'?d|we would) (?:really |also |just |now )?"
_OF_ONESELF = alternatives(
    rf"""
    (?:(?:so|and|but|then|just|now)[, ]+)*(?:(?:i'?m|i am|we'?re|we are)(?! (?:\w+ )?{_GUESSING})
    | (?:i'?ll|i will|we'?ll|we will) | (?:i'?ve|i have|we'?ve|we have) (?:just |now |also |already )?{_HAS_DONE}
    | {_WE_WOULD}(?:like|want|love|need) to {_DOES} | {_WE_WOULD}(?:recommend|suggest|advise)
    | (?:i|we) (?:\w+ly |do |also |just |can )*{_STATES}
    | (?:i|we) (?:need|want) (?:you to know|a (?:sample|urine|blood)|some (?:blood|tests)|to {_DOES})
    | let (?:me|us)(?! (?:know|ask|hear)) | let's (?:have a|see how|get you|keep) | my (?!next|other|last|question)
    | our | one of us | from what | just a | only a | first | then | hang on | bear with | before (?:i|we)
    | summari\w+ | in (?:a (?:moment|minute|second)|summary|short|that case) | to (?:summari\w+|sum|recap)
    | what (?:i|we|you) | everything (?:i|we|you) | it's (?:all )?confidential | this is (?:all )?confidential)
    """
)
_COURTESY = alternatives(
    """
    hello | hi | hiya | hey | good (?:morning|afternoon|evening|to|work|news|luck|that|stuff) | morning | afternoon
    | evening | thanks? | thank | cheers | many thanks | sorry | so sorry | apologies | excuse | (?:very )?nice
    | lovely | great | (?:very |really )?(?:pleased|happy|glad|delighted) | brilliant | excellent | wonderful
    | perfect | fantastic | well done | welcome | congratulations | no (?:problem|worries|need|wonder|doubt)
    | (?:you )?poor | bless | aw+ | oh | gosh | wow | goodness | what an? | how | bye | goodbye | see you | take care
    | of course | don't (?:worry|apologi\\w+|panic) | not (?:to worry|at all) | right then | there we go | all done
    """
)
_FEELING = alternatives(
    """
    hard | difficult | tough | awful | horrible | terrible | dreadful | scary | frightening | frustrating | rubbish
    | stressful | sad | upsetting | worrying | tiring | exhausting | painful | uncomfortable | unpleasant | normal
    | common | fine | okay | ok | good | great | helpful | useful | clear | understandable | natural | lovely | nice
    | brilliant | perfect | right | alright | interesting | reassuring | important | kind | all | it | all right
    | not your fault | a (?:shame|pity|relief|lot|good|great|common|very|difficult|hard)
    """
)
_SYMPATHY = (
    r"(?:(?:so|and|but) )?(?:(?:that|this|it|all of that)(?: really| does| all| also)? (?:must|sounds?|can't|seems)\b"
    r"|(?:must|can't) (?:be|have)\b|sounds (?!like)"
    rf"|(?:that|this|it)(?:'?s|'?ll be| is| was| will be) (?:\w+ ){{0,3}}?{_FEELING}\b)"
)
_PRAISE_OR_PLAN = alternatives(
    r"""
    you(?:'ve| have|'re| are)? (?:done|did|were right|doing|explained|described|put|clearly|being|welcome)
    | you(?:'re| are)? (?:in good|more than)
    | you(?:'ve| have) been (?:\w+ )?(?:patient|helpful|clear|brave|great|very|honest|open)
    | you(?:'re| are) (?:not (?:alone|wasting|in trouble|on your own|to blame)|right(?! now)|safe (?:here|with))
    | you(?:'re| are) (?:very (?:welcome|kind|brave|patient|good|honest|helpful)|a (?:great|good|lovely|brave))
    | you(?:'ve| have) (?:got every|been through) | you (?:don't|do not|needn't) (?:have|need)
    | you can (?:sit|get|put|relax|stop|call|come|see|stand|lie|open|rest|leave|expect|go)
    | you(?:'ll| will| should| need to| might want| may want) (?!not\b)\w+
    | you must (?:take|come|call|not|go|see|rest)
    """
)
# What an explanation's subject may be, and its verb.
_SUBJECT = (
    r"(?:the|an?|this|that|these|those|most|it|there|his|her|your|both|all|one|nobody|everybody|everyone)(?:'?s)? "
)
_VERB = alternatives(
    """
    is | are | was | were | will | can | could | may | might | has | have | does | doesn't | isn't | aren't | can't
    | means? | makes? | causes? | helps? | lowers? | raises? | shows? | sounds? | looks? | works? | needs? | relaxes
    | takes? | gives? | comes?
    """
)
_OTHER_SUBJECT = r"(?:[\w'-]{1,30} ){1,5}"
_COMMENT = alternatives(
    """
    an? | the | when | not | very | quite | bad | good | common | caused | often | usually | just | called | what
    | right | outside | normal | clear
    """
)
_EXPLANATION = (
    # "So the bowels are fine" is a question, and so is "three weeks is a long time".
    r"(?!(?:and|so|but|or)\b|\w+ (?:days|weeks|months|years)\b)(?:"
    r"(?:when|if|as|because|since|after|before|while|once) [^,]{1,80}, "
    rf"|{_SUBJECT}(?=.{{0,200}}\b{_VERB}\b)"
    r"|(?:it|that|this|there|nobody|everybody|he|she)(?:'s| is|'ll| will| isn't| may| might| can) (?!only|still|never)"
    rf"|{_OTHER_SUBJECT}(?:is|are|isn't|aren't) {_COMMENT}\b"
    rf"|{_OTHER_SUBJECT}(?:makes|causes|helps|lowers|raises|means|damages|increases|reduces|affects|protects|irritates)\b"
    rf"|{_OTHER_SUBJECT}(?:can|could|would) (?:make|cause|help|lower|raise|damage|bring|drop|also)\b"
    r"|(?:[\w'-]{1,30} ){1,3}(?:sounds|looks) |[\w'-]{1,30}'s (?:just|right|outside|cross|here|coming)\b)"
)
_EXAMINATION = alternatives(
    """
    (?:just |please |now |now just )*(?:lie | sit | stand | breathe | take a | take (?:deep|your) | follow | look
    | open | close | squeeze | push | pull | lift | raise | bend | turn | roll | relax | hold | pop | hop
    | come (?:in|with|through|over) | have a | stick | mind | deep | stay | keep (?:still|your) | rest | cough
    | swallow | do (?:sit|take|have|come))
    """
)
# A statement of this many words about the patient is a summary; a shorter one may be a question.
_SUMMARY = r"(?:so |and )*(?:you|you'\w+|your|it|it's|that's|there's|the|he|she|he's|she's)\b(?=(?: \S+){10})"
ENGLISH_SILENT = lazy_pattern(
    rf"(?:{_OF_ONESELF}\b|{_COURTESY}\b|{_SYMPATHY}|{_PRAISE_OR_PLAN}\b|{_EXPLANATION}|{_EXAMINATION}\b|{_SUMMARY})"
)
