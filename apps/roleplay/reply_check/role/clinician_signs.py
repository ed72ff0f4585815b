"""What a clinician or a student says and no patient says to a clinician, as patterns of plain text (see plain.py)."""

SYMPTOM = (
    r"(?:symptoms?|pains?|condition|discomfort|headaches?|migraines?|cough|breath(?:ing|lessness)?|fever|blood pressure"
    r"|heart|pulse|temperature|medical history|medications?|health|stomach|tummy|abdomen|bowel|chest|back|legs?|ankles?"
    r"|sleep|appetite|mood|weight|drinking|smoking|situation|concerns|readings?|diet|period|treatment|recovery)"
)
FINDING = (
    r"(?:symptoms?|allerg\w+|medical (?:conditions?|history|problems)|(?:family )?history|pains?|fevers?|cough|chills"
    r"|nausea|vomiting|shortness|chest|headaches?|numbness|tingling|swelling|dizziness|diarrh\w+|bleeding|sweat\w*"
    r"|trouble|difficulty|weakness|palpitations|weight loss|rash\w*|night sweats|changes? in|conditions"
    r"|medications?|recreational)"
)
_SOME = r"(?:any |an? |some )?(?:\w+ ){0,2}?"
_ALSO = r"(?:(?:also|currently|ever|recently|previously|still|often|usually|already|now|first|just|then|typically) )*"
QUITE = r"(?:(?:completely|perfectly|totally|quite|very|really|so|also|always|generally|incredibly) )*"
_TEST = r"(?:blood|tests?|x-?rays?|ecgs?|ct|mri|scans?|imaging|labs?|ultrasound|urine|stool|further|additional)"
_CAN_YOU = r"(?:can|could|would|will) you (?:please |also |perhaps |maybe |try to )?"
_MORE_ABOUT = (
    r"(?:a (?:little |bit )+)?more about (?:your|how you|what (?:you|has|have|happened|brought|is|'s)"
    rf"|when (?:it|the|this|your)|the {SYMPTOM})"
)
_DESCRIBE = (
    rf"describe (?:your|the {SYMPTOM}|the (?:nature|location|feeling|sensation)|how (?:you|it|the)|what you|any)"
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
    rf"{_CAN_YOU}(?:(?:tell|share with|give) me (?:{_MORE_ABOUT}|about (?:your|any) {SYMPTOM}|when (?:it|the"
    rf" {SYMPTOM})"
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
    rf"|had {_SOME}{FINDING}|had any (?:surger|operations|similar|recent)|taken (?:any|your temp|anything)"
    r"|tried (?:any|taking|using|over|applying|resting|going to bed)|hospitali[sz]ed|lost (?:any )?weight|vomited"
    r"|considered (?:talk|see|speak)|measured your|checked your)",
    rf"do you {_ALSO}(?:have (?:any |an? |known )?(?:(?:other|known|previous|family|past|underlying|recent|specific) )*"
    rf"{FINDING}(?! (?:too|yourself|medication))|experience\b|suffer from|take any|smoke\b|use (?:tobacco|any)"
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
    rf"it(?:'s| is| would be| may be) {QUITE}(?:important|crucial|essential|recommended|advisable|vital|best)"
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
    rf"how (?:is|are|has|have) your (?!day|morning|weekend|week|family|wife|husband){SYMPTOM}\b",
    r"when (?:was your last|did you (?:first notice|last (?:have|eat|take|see your)|start (?:having|feeling"
    r"|experienc)))",
    r"what (?:specific |other )?(?:symptoms|medications) (?:are|do|have) you",
    r"(?:is there|do you have) (?:any|a) (?:family )?history of|your last (?:blood|test|scan|check)",
    r"you can talk to me about|(?:it )?will stay confidential",
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
    rf"|drinking (?:enough|plenty|any)|under a lot|exposed)|got any (?:support|{FINDING}))",
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
    rf"(?:i|i'm|i'll|i'd|let's|we|we'll|we're)\b[^.?!\n]{{0,60}}\b(?:(?:about|with|at|that|if) your (?:\w+"
    rf" )?{SYMPTOM}\b"
    r"|your (?:symptoms?|temperature|ears?|throat|eyes|abdomen|tummy|blood pressure|notes|condition|medical)\b"
    r"|looking at your|information about your)|let's talk about (?:how you|what)",
    r"call us if|everything you (?:tell|say)[^.?!\n]{0,20} confidential|information i need|finished (?:my|all my|with"
    r" my)"
    r" questions|(?:feed|report) back to (?:my|the)|arrange (?:an? )?(?:blood|scan|x-?ray|test"
    r"|appointment)[^.?!\n]{0,20}"
    r" for you|you seem to be in|asked you (?:some|a few)|as a health ?care (?:provider|professional|worker),? (?:i"
    r"|my|it)",
    r"have to ask (?:everyone|you|this)|you came (?:in|here|to (?:the )?(?:hospital|clinic|us))|let me get you"
    r" (?:something"
    r"|some)|run through your|see you again in|don't forget your|let the doctor know|stopping (?:by|in)|tell me"
    r" what(?:'s"
    r"| is| has)? (?:on your mind|brought you|been (?:going|happening))|(?:is|are) something (?:that )?we|which means"
    r" that"
    r" it|plays? an? (?:key|important|big|crucial|vital) role|aim for at least",
    r"your (?:blood tests?|results|scan|x-?ray|ecg)\b[^.?!\n]{0,20} (?:shows?|showed|is|are|came|indicates?)|about"
    r" your results"
    r"|i (?:usually|generally|often|always) (?:recommend|advise|suggest|prescribe)|reassure you|help you (?:feel|get)"
    r" better"
    r"|happy to help you|have you (?:talked|spoken) to (?:anyone|someone|your)|(?:tell me|let me know) (?:if|when"
    r"|where) it"
    r" hurts|mind if i ask(?:ed)? you|(?:someone|anyone|somebody|anybody) (?:at home )?who can (?:help|look after"
    r"|support) you"
    r"|we can(?:no|')t rule|take (?:a few )?(?:deep|slow) breaths|(?:hope|so) (?:that )?you (?:feel|get) better"
    r"|you(?:'re| are)"
    r" not alone|what (?:are|is|were) your (?:\w+ )?(?:symptoms|concerns?|complaints?|medical)|studying medicine, and"
    r"|my consultation skills",
    r"it(?:'s| is) possible that you have|you (?:might|may|could) benefit from|taking the time to (?:speak|talk|meet)"
    r" with me"
    r"|order (?:a few|some|several) (?:more |further )?tests|let me know if (?:the (?:pain|swelling)|your|you"
    r" (?:notice|feel))"
    r"|medical student[.,]? (?:and )?(?:may i|can i|could i|i'd like|i would like|i'll|i'm here|i was (?:asked"
    r"|wondering))",
]
