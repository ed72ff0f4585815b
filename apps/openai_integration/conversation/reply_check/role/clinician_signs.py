"""What a clinician or a student says, as patterns of plain text (see plain.py).

A strong sign is a sentence that no patient says to a clinician. A weak one is said by patients now and then, but seldom
by somebody who says nothing of themselves.
"""

_SYMPTOM = (
    r"(?:symptoms?|pains?|condition|discomfort|headaches?|migraines?|cough|breath(?:ing|lessness)?|fever|blood pressure"
    r"|heart|pulse|temperature|medical history|medications?|health|stomach|tummy|abdomen|bowel|chest|back|legs?|ankles?"
    r"|sleep|appetite|mood|weight|drinking|smoking|situation|concerns|readings?|diet|period|treatment|recovery)"
)
_FINDING = (
    r"(?:symptoms?|allerg\w+|medical (?:conditions?|history|problems)|(?:family )?history|pains?|fevers?|cough|chills"
    r"|nausea|vomiting|shortness|chest|headaches?|numbness|tingling|swelling|dizziness|diarrh\w+|bleeding|sweat\w*"
    r"|trouble|difficulty|weakness|palpitations|weight loss|rash\w*|night sweats|changes? in|conditions"
    r"|medications?|recreational)"
)
_SOME = r"(?:any |an? |some )?(?:\w+ ){0,2}?"
_ALSO = r"(?:(?:also|currently|ever|recently|previously|still|often|usually|already|now|first|just|then|typically) )*"
_QUITE = r"(?:(?:completely|perfectly|totally|quite|very|really|so|also|always|generally|incredibly) )*"
_TEST = r"(?:blood|tests?|x-?rays?|ecgs?|ct|mri|scans?|imaging|labs?|ultrasound|urine|stool|further|additional)"
_CAN_YOU = r"(?:can|could|would|will) you (?:please |also |perhaps |maybe |try to )?"
_MORE_ABOUT = (
    r"(?:a (?:little |bit )+)?more about (?:your|how you|what (?:you|has|have|happened|brought|is|'s)"
    rf"|when (?:it|the|this|your)|the {_SYMPTOM})"
)
_DESCRIBE = (
    rf"describe (?:your|the {_SYMPTOM}|the (?:nature|location|feeling|sensation)|how (?:you|it|the)|what you|any)"
)
_I_WILL = (
    r"i(?:'ll| will| shall|'d like to| would like to| want to| wanted to| need to| have to| must| am going to"
    r"|'m(?: just)? going to)(?: (?:also|now|first|just|then|need to))*"
)
_ACT_ON_YOU = (
    rf"(?:examine|prescribe|order (?:some |an? |more )?{_TEST}|refer you|listen to your|check your|take your"
    r"|ask (?:you )?(?:(?:a few|some|a couple of) (?:\w+ )?questions|about your|how your)|palpate|review your"
    rf"|run (?:some|a few)|schedule (?:you|an?)|explain your|go over your|write you a|start you on|send you for"
    r"|give you (?:a prescription|something for|some (?:medic|pain))|get you (?:admitted|started|booked|scheduled|an)"
    r"|press (?:here|down|on your)|(?:recommend|advise) (?:that )?you|make sure (?:that )?(?:you|i understand)"
    r"|understand (?:your|more about|how you)"
    r"|(?:know|find out|learn|hear) (?:a bit )?more about your|know (?:how (?:often|long|much) you)|confirm your"
    r"|perform)\b"
)
_WE_WILL = (
    r"we(?:'ll| will| can| should| need to| could| may need to| are going to|'re going to)"
    r"(?: (?:also|then|now|have to|need to))*"
)
_TEACHER = r"(?:supervisor|consultant|senior|team|colleagues?|attending|tutor)"

STRONG = [
    r"(?:i'm|i am|we're|we are) (?:just |only |always )?here to (?:(?:help|assist|support|guide)(?: ?[.!,]|\Z| you\b|"
    r" understand| with"
    r" (?:your|any)"
    r"| in any)|listen\b|answer (?:your|any)|make sure|ensure)|(?:i'm|i am|we're|we are) here for you(?: ?[.!,]|\Z)",
    r"(?:how|what) (?:can|may|could) (?:i|we) (?:(?:help|assist|support) (?:you|u)\b(?: ?[?.!]| today| with| further|"
    r" in|\Z)"
    r"|be of (?:any )?(?:help|assistance|service)|do for you)",
    r"what (?:brings|brought) you (?:in|here|to)\b|what seems to be (?:the|bothering|troubling|wrong)",
    r"how long (?:have you (?:been (?:having|experiencing|feeling|suffering|taking|coughing|vomiting|bleeding|noticing)"
    r"|had (?:this|these|the|that|it|your)|felt|experienced|noticed|suffered|smoked)|(?:has|have) your)",
    rf"{_CAN_YOU}(?:(?:tell|share with|give) me (?:{_MORE_ABOUT}|about (?:your|any) {_SYMPTOM}|when (?:it|the"
    rf" {_SYMPTOM})"
    rf"|where (?:it hurts|the|exactly)|how (?:long|often|much) you|which \w+ you)|{_DESCRIBE}|show me where (?:it|the)"
    r"|rate (?:your|the)|point to where|elaborate on|lie down|take a deep)",
    rf"(?:please|would you) {_DESCRIBE}|please (?:lie (?:down|back|on)|lift (?:up )?your|roll up your|take a deep"
    rf" breath"
    r"|tell me (?:if you feel|more about your|about your)|rate (?:your|the)|provide|consult|seek (?:medical|immediate)"
    r"|contact your|remember to take|continue (?:taking|to take) your|let me know if you (?:have any|feel|notice"
    r"|experience|need any further))",
    r"(?:feel free|(?:don't|do not) hesitate) to (?:share|reach|contact|describe|express)",
    rf"have you {_ALSO}(?:noticed (?!my\b|how\b|that i\b|the time)|experienc|been (?:experiencing|having|feeling"
    rf" (?!all)"
    r"|taking|sleeping|eating|coughing|losing|coping|vomiting|diagnosed|hospitali|in hospital|admitted|under)"
    rf"|had {_SOME}{_FINDING}|had any (?:surger|operations|similar|recent)|taken (?:any|your temp|anything)"
    r"|tried (?:any|taking|using|over|applying|resting|going to bed)|hospitali[sz]ed|lost (?:any )?weight|vomited"
    r"|considered (?:talk|see|speak)|measured your|checked your)",
    rf"do you {_ALSO}(?:have (?:any |an? |known )?(?:(?:other|known|previous|family|past|underlying|recent|specific) )*"
    rf"{_FINDING}(?! (?:too|yourself|medication))|experience\b|suffer from|take any|smoke\b|use (?:tobacco|any)"
    r"|drink alcohol|feel any|notice any|have any family or friends)",
    rf"are you {_ALSO}(?:taking (?:any|medic|other|your)|experiencing|allergic|having (?:any|trouble|difficulty|pain)"
    r"|on any (?:med|tab|other)|sexually active|suffering|in (?:any |a lot of |much )?pain|feeling (?:any|short|dizzy"
    r"|nause))",
    r"how would you (?:rate|describe) (?:your|the|it)|on a scale (?:of|from) [^,.?]{3,25}, (?:how|what|with|where)",
    r"i(?:'d| would)? (?:strongly |highly |also )?(?:recommend|advise|suggest|encourage|urge) (?:that )?(?:you\b(?!"
    r" (?:to"
    r" (?:any|every|my|all)|ask|speak to my|talk to my|call|look))|taking\b|consulting|resting|drinking plenty|avoiding"
    r"|getting (?:some|plenty|a)|scheduling|starting|using)",
    r"you (?:should|need to|must|may want to|might want to|will need to) (?:\w+ly )?(?:consult|seek|see|contact|visit"
    r"|speak (?:to|with)|talk to) (?:an?|your|with) (?:doctor|gp|health|medical|specialist|physician|professional)",
    r"(?:seek|get) (?:medical|immediate|emergency|professional) (?:attention|help|care|advice) (?:immediately|right"
    r" away"
    r"|as soon|if)|seek medical attention",
    rf"it(?:'s| is| would be| may be) {_QUITE}(?:important|crucial|essential|recommended|advisable|vital|best)"
    rf" (?:that you"
    r"|for you to|to (?:monitor|follow (?:up|your)|seek|consult|rule|note that|maintain|inform|be honest with|address"
    r"|get (?:seven|enough|plenty)|stay hydrated|rest and|make sure))",
    rf"{_I_WILL} {_ACT_ON_YOU}",
    r"i will be (?:taking|asking|examining|looking after) you|i'll be (?:taking|asking|examining|looking after) you",
    r"let me (?:examine|check (?:your|that for you)|listen to your|take (?:your|a (?:closer )?look at (?:your|it|that))"
    r"|ask you (?:a few|some) (?:more )?questions|know if you(?: have (?:any|more|further)| feel| notice| experience"
    r"|(?:'d| would) like me)|feel your|summari[sz]e|help you|reassure you|assist)",
    r"let's (?:start (?:with|by) (?:your|some|a|ask|talk)|go over your|take a (?:closer )?look at (?:your|it|that)"
    r"|(?:talk about|discuss|review|check|examine) your|get you|schedule|run some|see what we can|begin (?:with|the))",
    r"(?:thank you|thanks)(?: so much| very much)? for (?:(?:sharing|providing)\b(?! (?:that |this |it )?(?:with me,?"
    r" )?"
    r"doctor)|reaching out|coming in\b|opening up|trusting me with|your (?:question|cooperation|openness)|letting me"
    r" (?:talk|speak|examine|interview|take)|telling me about your)",
    r"sorry (?:to hear|that|to hear that) (?:you(?:'re| are| have been|'ve been)(?: currently| still)? (?:feeling"
    r"|experienc|having|suffering|in (?:a lot of |so much |such )?(?:pain|discomfort)|going through|not feeling|dealing"
    r"|struggling)|you (?:feel|experienced)|about your (?:symptoms|pain|condition|discomfort|headache|loss))",
    r"i (?:can )?(?:understand|imagine|hear)(?: that)? (?:you(?:'re| are|'ve been| have been)(?: currently| still)?"
    r" (?:feeling|experienc|having|suffering|in (?:\w+ )*?(?:pain|discomfort)|going through|struggling|dealing)"
    r"|you have (?:an? |been )(?!point|lot|busy)|how (?:difficult|frustrating|hard|painful|scary|stressful|challenging"
    r"|distressing|worrying)|your (?:frustration|pain|discomfort|worry))|i can see (?:that )?you(?:'re| are) (?:in"
    r"|upset"
    r"|anxious|uncomfortable)",
    r"sounds like you(?:(?:'re| are) (?:experienc|having|feeling|going through|dealing|suffering|struggling|under)"
    r"| (?:may|might|could) (?:be|have)|(?:'ve| have) (?:been (?:experienc|having|feeling|through)|got an? ))",
    r"you(?:'re| are| may be| might be| could be) (?:currently )?(?:experiencing|suffering from)",
    r"based on (?:your (?:symptoms|description|answers|history|age)|the (?:information|symptoms) (?:you|that)|what you"
    r"(?:'ve| have)? (?:told|described|said|shared)[^,.?]{0,20}, (?:it|you|i|this|there))",
    r"(?:better )?understand your (?:situation|symptoms|condition|concerns|needs|pain)",
    rf"{_WE_WILL} (?:run (?:some|a few)|do everything|order|perform|schedule|start you|get you|arrange (?:an?|some|for)"
    r"|refer you|send you|monitor your|keep you (?:in|under)|discuss (?:your|treatment)|make you (?:more )?comfortable"
    r"|give you|take your|check your|cannot rule|help you (?:with|to|manage))",
    r"as your (?:doctor|physician|nurse|gp|clinician|health ?care|therapist)\b|as a (?:\w+-year )?(?:medical student"
    r"|student doctor|trainee doctor|doctor|clinician|health ?care (?:professional|provider)|medical professional),"
    r" (?:i(?:'d like| would like|'ll| will| want to|'m here| am here| need to| must| recommend|'m going)|it's|my)",
    r"as (?:your|a) (?:doctor|nurse|clinician),? i (?:recommend|advise|suggest)",
    r"(?:discuss|check) (?:this|it|that|your \w+) with my " + _TEACHER,
    r"ask the patient\b|no further questions (?:from|for)|my goal is to help",
    r"(?:just )?to (?:summari[sz]e|recap|clarify),? (?:so )?you(?:'ve| have| are|'re| said| mentioned| told)",
    r"i(?:'d| would) like you to (?:come (?:in|back|to)|be (?:seen|assessed)|take (?:the|your|these)|lie|rate)"
    r"|we(?:'d| would)? recommend|(?:can|could|may) i (?:just |please |also )?(?:confirm your|check your|examine"
    r" (?:you|your)|take your|listen to your"
    r"|ask (?:about your|how your|you (?:a few|some) (?:\w+ )?questions about your))",
    r"mind (?:telling me (?:a (?:little |bit )+)?more about|if i (?:examine|listen|check your|take your))",
    r"if your (?:symptoms?|pain|condition) (?:persist|worsen|get|do|does)|your treatment (?:plan|options)",
    rf"how (?:is|are|has|have) your (?!day|morning|weekend|week|family|wife|husband){_SYMPTOM}\b",
    r"when (?:was your last|did you (?:first notice|last (?:have|eat|take|see your)|start (?:having|feeling"
    r"|experienc)))",
    r"what (?:specific |other )?(?:symptoms|medications) (?:are|do|have) you",
    r"(?:is there|do you have) (?:any|a) (?:family )?history of|your last (?:blood|test|scan|check)",
    r"you can talk to me about|(?:it )?will stay confidential",
]
STRONG += [
    r"what(?:'s| is| has|'s been| has been) (?:been )?(?:troubling|bothering|concerning) you|what (?:is it that"
    r" )?(?:concerns"
    r"|worries) you (?:the )?most|you(?:'re| are) in (?:safe|good) hands|(?:our|my) (?:top |number one )?priority"
    r"|welcome to (?:the|our) (?:clinic|hospital|surgery|practice)|reason for (?:your|coming|the) (?:visit"
    r"|appointment)",
    rf"{_WE_WILL} (?:investigate|work together|take (?:good |great"
    rf" )?care of you"
    r"|find (?:the|out what|a)|figure (?:this out|it out|out what)|do (?:some|a few|further|more) (?:more )?tests|do"
    r" an? (?:ecg"
    r"|x-?ray|ct"
    r"|scan|blood)|look into (?:this|your)|make sure (?:that )?you)",
    r"(?:my name is|i'm|i am|this is) (?:dr\.?|doctor) \w+(?! \w*(?:patient|'s))|i(?:'ll| will) be your (?:doctor"
    r"|physician|nurse|clinician)",
    r"i(?:'d| would)? (?:like|want|need) you to (?:tell me (?:where it|if (?:it|you)|when (?:it|you))|raise|lift"
    r"|breathe|lie"
    r"|bend|try|follow|describe|take (?:a|the|your|these|this))|please (?:try to )?(?:raise|bend|lift|breathe in"
    r"|describe)",
    r"i understand (?:that )?(?:you(?:'ve| have) (?:hurt|had|been (?!very|so|busy|told)|come)|you(?:'re| are) (?:in"
    r"|here for"
    r"|having)|you (?:drive|work|live|came|take|smoke|drink))",
    r"(?:have|had) a (?:quick )?chat with you about|(?:take|took) an? (?:full |brief |quick )?history (?:from|of)|your"
    r" case to"
    r"|answering (?:all )?(?:of )?(?:those|these)\b|if i (?:took|examined)|going to (?:gently|wash my hands)",
    r"(?:can|could|may) i (?:just )?ask (?:you )?(?:(?:where|when|how|what) (?:exactly )?(?:the (?:pain|problem)|your)"
    r"|if you(?:'ve| have) (?:had|noticed|been)|exactly)|confirm your (?:full |date|name|address)",
    rf"(?:have|had) you (?:\w+ )?(?:increased|spoken to your|talked to your|had (?:any )?(?:previous|chills|fever)"
    rf"|been (?:able to (?:sleep|eat|walk|work|keep)"
    rf"|drinking (?:enough|plenty|any)|under a lot|exposed)|got any (?:support|{_FINDING}))",
    r"(?:are|were) you (?:currently )?able to (?:put|move|walk|bear|stand|eat|keep|sleep|breathe|describe)|did you"
    r" (?:injure"
    r"|hurt|hit) (?:yourself|your)|can you (?:recall|remember (?:when|what you)|point to|move your|rate|feel (?:this"
    r"|when"
    r"|me))",
    r"(?:medication|treatment|tablets|medicine) i(?:'ve| have) (?:recommended|prescribed)|i can (?:prescribe|give you"
    r" some"
    r" (?:medic|pain|advice|inform)|refer|offer you)|(?:don't|do not) hesitate to (?:let me|ask|call me|tell me)",
    r"you can start by (?:telling|describing)|if there(?:'s| is) anything else you(?:'d| would)? like|in particular"
    r" (?:that )?"
    r"you(?:'re| are| were) (?:worried|concerned|hoping)|hoping (?:that )?we could",
    r"(?:see|consult|visit|contact|speak (?:to|with)) (?:your|an?) (?:health ?care|primary care|medical) \w+",
]
STRONG += [
    rf"(?:i|i'm|i'll|i'd|let's|we|we'll|we're)\b[^.?!\n]{{0,60}}\b(?:(?:about|with|at|that|if) your (?:\w+"
    rf" )?{_SYMPTOM}\b"
    r"|your (?:symptoms?|temperature|ears?|throat|eyes|abdomen|tummy|blood pressure|notes|condition|medical)\b"
    r"|looking at your|information about your)|let's talk about (?:how you|what)",
    r"call us if|everything you (?:tell|say)[^.?!\n]{0,20} confidential|information i need|finished (?:my|all my|with"
    r" my)"
    r" questions|(?:feed|report) back to (?:my|the)|arrange (?:an? )?(?:blood|scan|x-?ray|test"
    r"|appointment)[^.?!\n]{0,20}"
    r" for you|you seem to be in|asked you (?:some|a few)|as a health ?care (?:provider|professional|worker),? (?:i"
    r"|my|it)",
]
STRONG += [
    r"have to ask (?:everyone|you|this)|you came (?:in|here|to (?:the )?(?:hospital|clinic|us))|let me get you"
    r" (?:something"
    r"|some)|run through your|see you again in|don't forget your|let the doctor know|stopping (?:by|in)|tell me"
    r" what(?:'s"
    r"| is| has)? (?:on your mind|brought you|been (?:going|happening))|(?:is|are) something (?:that )?we|which means"
    r" that"
    r" it|plays? an? (?:key|important|big|crucial|vital) role|aim for at least",
]
WEAK = [
    r"(?:have|had|do|did|were) you (?:(?!feel about)\w+ ){0,3}?(?:suffer|felt (?:any|short|dizzy|sick|like)|recall"
    r"|noticed? (?:any|blood|when)|injured? your|able to (?:sleep|eat|walk|keep|put|breathe)|cough|vomit|urinate"
    r"|allergic)",
    r"(?<!how )(?<!why )do you feel (?:any|short|dizzy|sick|nause|pain|tired|anxious|more|better|worse)",
    r"(?:does|is|are|was|has) (?:the|your|it|this|that) (?:\w+ ){0,4}?(?:sharp|dull|stabbing|aching|burning|constant"
    r"|throbbing|radiat\w+|at rest|when you (?:exert|move|walk|breathe|lie|cough|urinate|eat))\b|more of a (?:dull"
    r"|sharp) \w+\?",
    r"does (?:it|this|the pain) (?:happen (?:at|when)|burn|occur|affect|radiate|spread|come and go|move anywhere|get"
    r" worse"
    r"|make it|feel (?:sharp|dull|like)|hurt (?:when|if|to))|stopped you from|affect your (?:daily|sleep|work|life)"
    r"|daily activities|do (?:bright|loud) (?:lights|noises)|(?:make|makes) (?:it|them|the \w+) (?:better or )?worse\?",
    r"what (?:kind|type|sort) of (?:\w+ )?(?:symptoms|pain)|how severe|how many hours (?:of sleep|do you sleep)"
    r"|typical diet|what (?:do you do for (?:work|a living)|were you doing when)|and what happened (?:next|after)",
    r"your (?:symptoms|condition|medical|medications?|blood pressure|readings|treatment|recovery|concerns|diet|urine"
    r"|stools?|vomit|bowels?|discomfort|severity|diagnos\w+|physician|well-?being|alcohol|health ?care|quality of life"
    r"|overall health|job (?:involve|require)|(?:breathing|pulse|weight) (?:seems|looks|is a))",
    r"you\b[^.!?]{0,60}\b(?:symptoms?|medical (?:history|conditions?|attention)|discomfort|severity|diagnosed)\b",
    r"where (?:exactly )?(?:does it hurt|is (?:the|your) (?:exact )?pain|(?:do )?you feel)|which part of your|when"
    r" the pain"
    r" (?:first|is)",
    rf"when did (?:this (?:start|begin)|the {_SYMPTOM}|your {_SYMPTOM}|these|you (?:first|start (?:having|feeling)))",
    r"how (?:often|much|frequently|many (?:drinks|cigarettes|times|units|pillows)) (?:do you (?:have (?:bowel|to go"
    r"|these"
    r"|this)|go to the|get (?:these|the|this)|take|experience|smoke|drink|usually (?:have|drink|smoke)|wake|urinate)"
    r"|have you (?:lost|been)|weight)|how (?:severe|bad) is (?:the|your)",
    rf"any (?:\w+ )?{_FINDING}[^.?!]{{0,40}}\?|any chance (?:that )?you(?: could|'re| are) (?:be )?pregnant",
    r"did you (?:take (?:the (?:tablets|medic)|any (?:med|pain|tab))|lose consciousness|hit your|vomit|feel any)",
    r"you (?:should|need to|must|could try|can try|ought to|will need to|can take) (?:also |always |try to |just"
    r" )?(?:rest\b"
    r"|avoid|take (?:your|some|the|these|paracetamol|ibuprofen|aspirin|one|two|it (?:every|with))|drink (?:plenty|more"
    r"|lots)|eat (?:small|more|plenty|an?\b)|monitor|continue (?:to|taking)|make sure|keep (?:an eye|track|your)|follow"
    r" (?:up|the|your)|gradually|over)",
    r"make sure (?:you|to) (?:drink|take|get (?:up|enough|plenty|some)|finish|rest|eat|stay|avoid)|if you(?:'re| are)"
    r" (?:still )?(?:experienc|having|concerned)|always follow|on the label|don't skip|as prescribed",
    r"(?:^|(?<=[.!?] ))(?:try (?:elevating|applying|using|taking|drinking|eating|resting|sleeping|avoiding|keeping"
    r"|doing"
    r"|reducing|going|to (?:rest|relax|stay|get (?:some|enough|plenty)|eat|drink|sleep|avoid|keep|reduce|walk|breathe))"
    r"|avoid\b|be sure to|get plenty|drink plenty|consider \w+ing|quitting smoking|reducing|rest and|apply\b"
    r"|elevate\b)",
    r"should (?:always |never |not )?be (?:\w+ )?(?:limited|checked|taken|avoided|treated|evaluated|monitored|assessed)"
    r"|(?:is|are) (?:a (?:very )?common|(?:an )?(?:important|crucial|essential|recommended) (?:for|to|that|factor"
    r"|part of"
    r" (?:your|recovery|treatment))|one of the best)|(?:can|could|may|might) (?:be (?:very )?(?:distressing|helpful"
    r" to|an?"
    r" (?:sign|symptom|indication) of|caused by|related to|concerning|due to)|often trigger|point to|indicate|have a"
    r" serious|help (?:you )?(?:to )?(?:lower|reduce|manage|improve))",
    r"side effects? of|risk factors?|(?:there are|many|several|various) (?:many |several |various )?(?:possible "
    r"|different"
    r" |common )?(?:causes|reasons (?:for|why)|treatments|conditions)|resources available|a number of"
    r" (?:things|reasons|causes)|over-?the-?counter|no need to (?:worry|be)|healthcare (?:provider|professional|team)",
    r"prescribed to treat|helps? to (?:remove|lower|reduce|treat|prevent|relieve)|we"
    r" can(?:no|\')t rule|further (?:evaluation|tests)|balanced diet|regular (?:physical"
    r" )?(?:activity|exercise)|sleep each night|anyone in your (?:\w+ )?family|ever been diagnosed",
    r"i(?:'m| am) (?:an?|the|one of the|your) (?:[\w-]+ ){0,3}(?:medical student|student doctor|students on|doctor"
    r"|nurse)\b|asked to come and talk to you|asked you about|in terms of your|do you have any other (?:med|symp|prob)",
    r"how are you feeling today|how have you been (?:coping|feeling|sleeping)|it(?:'s| is) understandable that you"
    r"|you look"
    r" (?:a (?:little|bit) )?(?:pale|unwell|upset|uncomfortable)|drink(?:ing)? enough (?:fluid|water)",
    r"(?:mentioned|told me)(?: that)? you(?:'ve| have|'re| are) |so you(?:'ve| have) (?:had|been having)|you have"
    r" (?:had"
    rf"|been having) (?:an? )?{_SYMPTOM}|just to (?:confirm|summari[sz]e)|the first step is",
    r"is (?:often |usually |sometimes )?(?:an? )?(?:common )?(?:sign|symptom|side effect|cause) (?:of|that)|can have"
    r" many"
    r"|(?:not|would be) a good idea to|has (?:it|this|that|the \w+) been (?:getting|going|happening)|can i get you"
    r"|would help with your|is an? (?:\w+ ){1,4}used to",
    r"you (?:sound|seem|look) (?:a (?:bit|little) )?(?:down|anxious|worried|upset|in pain|nervous|unwell|low)\b|it's"
    r" good"
    r" (?:that|to hear that) you|there could be (?:a few|several|many|a number)|your (?:heart|lungs|kidneys|nerves)"
    r" (?:is"
    r"|are|may|might)|is an? (?:[\w-]+ ){0,2}(?:medicine|medication|drug|painkiller|antibiotic|inhibitor|condition"
    r"|disease"
    r"|disorder|infection),? (?:that|which|used|of|caused)",
    r"is there anything (?:else|specific) (?:that )?you(?:'d| would)? (?:like|want)|do you find (?:it (?:hard"
    r"|difficult)"
    r"|that)|tell me (?:a (?:little |bit )+)?(?:more )?about (?:your|the (?:pain|symptoms))|would you describe"
    r"|(?:rest|stretching|gentle \w+) (?:and \w+ )+should",
]
# These count only together with another sign.
FAINT = [
    rf"(?:it's|it is|that's|that is) {_QUITE}(?:normal|understandable|natural|okay|ok|common|important) (?:to|that|for"
    r"|if)|that (?:must|can|sounds) (?:be |have been |feel )?(?:very |really |so )*(?:hard|difficult|tough|painful"
    r"|uncomfortable|frustrating|stressful)",
    r"i (?:completely |fully )?(?:understand|appreciate|hear) (?:your|that you|this|you being)|i'm listening",
    r"(?:have|take) a seat|take your time|how are you|tell me more|please (?:tell|take|make sure|avoid|keep|follow"
    r"|note)",
    r"is it (?:okay|ok|alright|all right) if i ask|if that's (?:alright|okay|ok) with you|is there anything else",
    r"when did (?:it|that) |does (?:it|this|anything) |have (?:they|you) been|did you |are you |do you |have you ",
    r"what (?:makes|kind|type|sort|about) |how (?:long|often|many|much) |where (?:is|are|do|does) ",
]
