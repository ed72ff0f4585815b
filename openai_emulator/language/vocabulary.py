"""What people say in a consultation: the ideas that questions and facts share, each with its ways of being said.

A pattern is matched on lower-case text, on whole words. `finding` is something one has or notices, `history` a
subject of the wider history, `perspective` the patient's view, `body` a place, `attribute` a property that is asked
of something else.
"""

BODY_WORDS = (
    "chest|tummy|stomach|belly|abdomen|head|temples?|forehead|neck|back|spine|arms?|legs?|knees?|calf|calves|thighs?"
    "|ankles?|foot|feet|toes?|hands?|fingers?|wrists?|elbows?|shoulders?|hips?|groin|ears?|eyes?|throat|nose|face|jaw"
    "|mouth|skin|breasts?|navel|ribs?|side|breastbone|buttocks?|bottom|heel"
)
_NUMBER = (
    r"(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|couple of|few|several)"
)
_SPAN = r"(?:seconds?|minutes?|hours?|days?|nights?|weeks?|fortnight|months?|years?)"
_DAY = r"(?:yesterday|(?:mon|tues|wednes|thurs|fri|satur|sun)day|christmas|easter|spring|summer|autumn|winter)"

FINDINGS: dict[str, str] = {
    "pain": r"pain\w*|killing me|tightness|heaviness|ach(?:e|es|ing|y)|hurt\w*|sore|soreness|discomfort|tender\w*"
        r"|cramp\w*|\w+aches?|agony|twinge\w*",
    "headache": r"head ?aches?|migraines?|head (?:hurts?|pain|is (?:pounding|throbbing))|pain in (?:your|my|the) head",
    "fever": r"(?<!hay )fever\w*|temperatures?|shiver\w*|feeling hot|felt hot|hot and \w+|chills?|rigors?|burning up"
        r"|boiling|roasting",
    "cough": r"cough\w*|hacking",
    "phlegm": r"phlegm\w*|sputum|mucus|bring\w* (?:anything|stuff|something|it) up|brought up"
        r"|cough\w* (?:\w+ )?(?:stuff )?up",
    "breath": r"breath\w*|s\.?o\.?b|wheez\w*|dyspnoea|dyspnea|puffed|puffing|winded|out of puff|gasp\w*"
        r"|catch my breath",
    "wheeze": r"wheez\w*|whistl\w*",
    "vomit": r"vomit\w*|been sick|being sick|be sick|feel(?:ing)? sick|felt sick|was sick|last sick|sick (?:with|once"
        r"|twice|at all)"
    r"|sickness|throw\w* up|threw up|thrown up|nause\w*|queas\w*|retch\w*",
    "stool": r"stools?|bowels?|poo\w*|diarrh?oe?a|motions?|loo|toilet|faeces|feces|the runs|open\w* (?:your"
        r"|my) bowels|number two",
    "constipation": r"constipat\w*|bunged up|blocked up|strain\w*",
    "blood": r"blood\w*|bleed\w*|bled|haemorrh\w*|hemorrh\w*|coffee grounds|black (?:stools?|poo|tarry)|tarry",
    "urine": r"urin\w*|pee\w*|wee|weeing|wees|waterworks|pass\w* (?:any )?water|bladder|the loo at night|pass\w* urine",
    "rash": r"rash\w*|spots?|hives|blotch\w*|blister\w*|eczema|red patches",
    "itch": r"itch\w*|scratch\w*",
    "swelling": r"swell\w*|swollen|swelled|puffy|bloat\w*|puffiness",
    "dizzy": r"dizz\w*|light[- ]?headed\w*|giddy|giddiness|vertigo|spinning|room spin\w*|unsteady|off balance",
    "faint": r"faint\w*|black\w* out|blackouts?|passed out|pass\w* out|collaps\w*|lost consciousness"
        r"|loss of consciousness|los\w+ consciousness",
    "palpitations": r"palpitations?|heart ?(?:beats?|rate|racing)|rac\w+ heart|flutter\w*|heart (?:is "
        r"|was )?(?:pounding|racing|skipping|jumping)"
    r"|skipp\w+ (?:a )?beats?|heart rhythm",
    "numb": r"numb(?:ness|ed|ing)?|tingl\w*|pins and needles|loss of (?:feeling|sensation)|sensation",
    "weak": r"weak\w*|limp|lost (?:the )?(?:strength|power)|loss of (?:strength|power)|strength",
    "tired": r"tired\w*|fatigue\w*|exhaust\w*|letharg\w*|energy|worn out|drained|shattered|knackered|run ?down",
    "sweat": r"sweat\w*|clammy|night sweats",
    "weight": r"(?<!heavy )weight(?! on)|lost (?:a )?(?:stone|pounds?|kilos?)|thinner|clothes (?:are |have got "
        r"|feel )?(?:loose|looser"
        r"|tighter)|pounds lighter",
    "appetite": r"appetite|off (?:my|your|her|his) food|hungry|hunger|eating (?:well|properly|normally|ok|okay)"
        r"|eat(?:ing)? (?:much )?(?:less|more)",
    "thirst": r"thirst\w*|dry mouth|parched|dehydrat\w*",
    "vision": r"vision|eye ?sight|blurr\w*|seeing|double vision|see (?:properly|clearly|well)|flashing lights"
        r"|floaters|glasses",
    "light": r"(?:bright )?lights?(?! ?headed)|photophobia|look at (?:the )?light",
    "hearing": r"hearing|hear (?:properly|well|very|anything)|deaf\w*|can't hear|muffled",
    "tinnitus": r"ringing|tinnitus|buzzing",
    "swallow": r"swallow\w*|dysphagia|food (?:gets |getting |got )?st(?:uck|icks|icking)",
    "speech": r"slurr\w*|difficulty speaking|trouble speaking|words out|speech",
    "heartburn": r"heart ?burn|indigestion|reflux|acid\w*|burp\w*|belch\w*",
    "lump": r"lumps?|bumps?|growths?|masses|mole|moles|nodules?",
    "sleep": r"sle(?:ep|eps|pt|eping)|insomnia|wak\w+ (?:up|me|you)|awake|woke|nightmares?|snor\w*|night'?s rest"
        r"|nod\w* off",
    "mood": r"mood\w*|depress\w*|feeling (?:low|down|sad|blue)|low in yourself|spirits|tearful\w*|crying|hopeless\w*"
        r"|enjoy\w*|miserable"
    r"|in yourself|interest in things",
    "self_harm": r"suicid\w*|kill (?:yourself|myself)|harm\w* (?:yourself|myself)|self[- ]harm\w*|end(?:ing)? (?:your"
        r"|my|it) (?:life|all)"
    r"|not worth living|life (?:is|isn't|was) (?:not )?worth|better off dead",
    "discharge": r"discharge\w*|ooz\w*|pus|leak\w*|coming out of",
    "cold": r"runny nose|blocked nose|a cold|the flu|flu|sneez\w*|stuffy|cold or flu|sniffl\w*|congest\w*",
    "jaundice": r"jaundic\w*|yellow\w*",
    "tremor": r"tremors?|shak(?:e|es|ing|y)|trembl\w*",
    "memory": r"memory|forget\w*|forgot\w*|confus\w*|muddled|concentrat\w*",
    "seizure": r"seizures?|fits|convuls\w*",
    "stiff": r"stiff\w*|lock(?:s|ed|ing) up|can't bend|move (?:your|my) (?:neck|back|knee|arm|leg|shoulder)",
    "injury": r"injur\w*|fell|fall|falls|falling|fallen|accidents?|bang\w*|knock\w*|trauma|twist\w*|hit (?:your|my)",
    "bruise": r"bruis\w*",
    "bite": r"bites?|bitten|stung|ticks?",
}  # fmt: skip

BODY: dict[str, str] = {
    "chest": r"chest|breastbone|ribs?|sternum",
    "abdomen": r"tummy|stomach|belly|abdom\w+|navel|gut|guts",
    "head": r"head(?:aches?)?|temples?|forehead|scalp|migraines?",
    "neck": r"neck",
    "back": r"(?:my|your|the|her|his|lower|upper|of) back|back ?(?:ache|pain)|backache|spine",
    "arm": r"arms?|elbows?|forearms?",
    "leg": r"legs?|ankles?|calf|calves|thighs?|shins?",
    "knee": r"knees?",
    "foot": r"foot|feet|toes?|ankles?|heels?",
    "hand": r"hands?(?! side)|fingers?|wrists?|thumbs?",
    "shoulder": r"shoulders?",
    "hip": r"hips?|groin",
    "ear": r"ears?|earaches?",
    "eye": r"eyes?",
    "throat": r"throats?|tonsils?|voice|hoarse\w*",
    "nose": r"nose|nostrils?|sinus\w*",
    "face": r"face|cheeks?|jaw\w*",
    "mouth": r"mouth|tongue|lips?|teeth|tooth|gums?",
    "joint": r"joints?|knuckles?|arthritis",
    "breast": r"breasts?|nipples?",
    "whole_body": r"all over|whole body|rest of (?:the|your|my) body|everywhere",
}  # fmt: skip

ATTRIBUTES: dict[str, str] = {
    "onset": rf"how long|when (?:did|was|were|has)|start\w*|beg[aiu]n\w*|came on|come on|onset|since"
        rf"|first (?:notice\w*|got|had|felt|happen\w*)|c[oa]me first|started first"
    rf"|ago|last(?:ed|ing)?|going on|duration|(?:for|past|over|last) (?:the )?(?:past |last |about |around |nearly "
    rf"|almost ){{0,4}}{_NUMBER} {_SPAN}"
    rf"|(?:this|last|on|since) (?:morning|week|night|{_DAY})|{_DAY}|for (?:a while|ages|some time)",
    "sudden": r"sudden\w*|gradual\w*|all at once|out of the blue|crept|build\w* up|built up|slowly|came on (?:quick"
        r"|slow)\w*",
    "site": rf"where(?:abouts)?|which (?:side|part)|point (?:to|with)|show me|location|what (?:part|side)|one side"
        rf"|both sides"
    rf"|(?:in|on|around|below|above|across|behind|near|over|under|towards|at|down) (?:the |my |your |her |his "
    rf"|one )?(?:\w+ ){{0,3}}(?:{BODY_WORDS})",
    "character": r"what (?:is|was|does|'?s) (?:it|the \w+|this|that)(?: \w+)? (?:feel )?like|describ\w*|what (?:sort"
        r"|kind|type) of|character|nature of"
    r"|burn(?:s|ing)|sharp|dull|stab\w*|crampy?|cramping|throb\w*|tight\w*|crush\w*|(?<!blood )pressure|gnaw\w*"
    r"|heav\w+|squeez\w*|shoot\w*|(?<!you )like an?\b"
    r"|itchy|red|raised|dry|wet|lumpy|pound\w*|electric|prickl\w*|watery|loose|what do you mean|feels? like",
    "radiation": r"radiat\w*|spread\w*|mov(?:e|es|ed|ing) (?:anywhere|to|into|down|up|around|elsewhere|towards)"
        r"|go(?:es|ing)? anywhere"
    rf"|(?:go(?:es|ing)?|shoot\w*) (?:right )?(?:down|up|into|through|to) (?:the |my |your |her "
    rf"|his )?(?:\w+ ){{0,2}}(?:{BODY_WORDS})"
    r"|travel\w* (?:anywhere|down|up|to|into|elsewhere)|anywhere else|elsewhere|stays? in",
    "severity": r"how (?:bad|severe|painful|strong|intense)|sever\w*|mild|moderate|out of (?:ten|10)|scale|scor\w*"
        r"|worst|unbearable|one to ten|1 to 10|really bad"
    r"|excruciating|bad (?:is|was)",
    "pattern": r"com(?:e|es|ing) and go\w*|comes and goes|constant\w*|all the time|on and off|off and on"
        r"|intermittent\w*|waves|continuous\w*|always there"
    r"|time of (?:the )?day|mornings?|evenings?|at night|nights|when (?:is|does) it (?:worst|happen)",
    "frequency": r"how (?:often|many|frequent\w*|regular\w*|much)|times? (?:a|per|each|every) (?:day|night|week"
        r"|month)|every (?:day|night|hour|week|morning|few|other)"
    r"|(?:once|twice|two|three|four|five|six|seven|eight|ten|twenty|\d+|several|few|a couple|couple|bottles?|pints?"
    r"|glasses|units) (?:of \w+ )?"
    r"(?:or \w+ )?(?:times )?(?:a|an|per|each|every|or|times) ?(?:day|night|week|hour|month|twice|three)?|daily"
    r"|weekly|amount|quantity|regularly|now and (?:then|again)",
    "progress": r"get\w* (?:any )?(?:worse|better)|worsen\w*|improv\w*|progress\w*|chang(?:e|ed|ing)|worse or better"
        r"|better or worse|easing off|settl\w*|getting there"
    r"|same as (?:it was|before)|got (?:any )?(?:worse|better)",
    "relief": r"(?:make|makes|made|making|feel|feels) (?:\w+ ){0,3}(?:better|easier)|eas(?:e|es|ed|ier)|reliev\w*"
        r"|relief|help(?:s|ed|ing)? (?:it|with|the|at|a)"
    r"|(?:anything|nothing|what|does anything|doesn't|didn't|not really|hasn't) (?:\w+ )?help\w*|goes (?:off|away)"
    r"|go(?:es)? (?:off|away)|fad(?:e|es|ing)|sooth\w*|alleviat\w*|does (?:it )?help|edge off",
    "trigger": r"(?:make|makes|made|making) (?:\w+ ){0,3}worse|worse (?:when|with|after|if|at|on)|bring\w* (?:it|this"
        r"|that|the \w+) on|brought (?:it|this) on|trigger\w*"
    r"|set\w* (?:it|this) off|aggravat\w*|exacerbat\w*|provok\w*|when you (?:move|walk|cough|breathe|climb|lie|bend"
    r"|exert)|doing (?:when|at the time)",
    "previous": r"(?:had|have|happened|get|got|seen|felt|experienced) (?:\w+ ){0,6}(?:before|in the past|previously)"
        r"|previous\w*|anything (?:like this|similar)|like this|similar"
    r"|first time|ever had|never had|happened before|episodes?",
    "colour": r"colou?r\w*|dark|pale|green|pink|clear|brown|red",
    "measured": r"measur\w*|thermometer|check\w* (?:your|my|it|the)|taken (?:your|my) temperature",
}  # fmt: skip

HISTORY: dict[str, str] = {
    "illness": r"medical (?:history|conditions?|problems?|issues?)|past (?:medical )?history|health (?:problems?"
        r"|conditions?|issues?)|conditions?|illness\w*|fit and well|past medical"
    r"|(?:general|overall) health|(?:usually|normally|otherwise|generally) (?:well|healthy|fit)|long[- ]term"
    r"|diagnos\w*|medical background|background"
    r"|other (?:medical|health)|serious illness|suffer from|asthma|diabet\w*|epilep\w*|thyroid|heart (?:disease"
    r"|problems?|trouble|attack)",
    "asthma": r"asthma\w*|inhalers?",
    "diabetes": r"diabet\w*|blood sugars?|insulin",
    "pressure": r"blood pressure|hypertension",
    "cholesterol": r"cholesterol|statins?",
    "surgery": r"surger\w*|surgical|operat\w*|appendix|in hospital|hospitali[sz]ed|admitted|anaesthetic|procedures?",
    "medication": r"medic(?:ation|ations|ine|ines)|meds|tablets?|pills?|drugs? (?:for|from|do|you take)|prescri\w*"
        r"|inhalers?|insulin|statins?|over the counter"
    r"|herbal|supplements?|vitamins?|contracepti\w*|i take|warfarin|digoxin|codeine|morphine|sertraline|metformin"
    r"|\w{3,}(?:pril|sartan|olol|statin|prazole|semide|dipine|oxetine|opram|lukast|terol|solone|thyroxine|xaban"
    r"|cycline)|regular(?:ly)? tak\w*|take (?:anything|something) (?:regular|every|for|else)|mg|sprays?"
    r"|repeat prescription|hrt",
    "otc": r"over[- ]the[- ]counter|herbal|supplements?|vitamins?|online|internet|bought|without a prescription"
        r"|not prescribed|nobody prescribed|(?:someone|somebody) else'?s|health shop",
    "treatment": r"tried|try anything|taken (?:anything|something|so far)|take anything|paracetamol|ibuprofen"
        r"|pain ?killers?|aspirin|remed\w*|antacids?|gaviscon|rennies?|antibiotics?"
    r"|done (?:anything )?(?:about|for) (?:it|this)|anything for (?:it|this|the)|self[- ]?treat\w*|pharmac\w*|chemist"
    r"|antihistamines?|treat\w*",
    "allergy": r"allerg\w*|react(?:ion|ions|ed)? to|intoleran\w*|penicillin",
    "hay_fever": r"hay ?fever|pollen",
    "family": r"family|famil\w+ history|run\w* in|hereditary|inherit\w*|genetic\w*|parents?|mother|mum|father|dad"
        r"|brothers?|sisters?|siblings?|relatives?|grand\w+|aunt|uncle",
    "smoking": r"smok\w*|cigarettes?|tobacco|vap(?:e|es|ed|ing)|nicotine|roll[- ]ups?|fags?|pack(?:s)? (?:a|of)"
        r"|cigars?",
    "alcohol": r"alcohol\w*|drink(?:s|er|ing)?(?! (?:\w+ ){0,2}(?:water|fluids?|plenty|enough|lots of|ok|okay))|drank"
        r"|drunk|beers?|wine|sherry|brandy|cider|spirits|pints?|units|booze|vodka|whisky|gin|sober"
    r"|lager|tipple|hangover",
    "drugs": r"recreational|street drugs?|illicit|cannabis|weed|cocaine|(?:use|take|taken|tried|any"
        r"|other) (?:any )?(?:other )?drugs(?! for)|heroin|ecstasy|substances?",
    "work": r"jobs?|work\w*(?! (?:ok|okay|well|properly|normally|fine|alright))|occupation\w*|employ\w*|profession"
        r"|career|for a living|retire\w*|office|colleagues?|boss|shifts?",
    "home": r"(?:at|your|my) home(?! remedy)|home (?:situation|life|alone|circumstances)|liv(?:e|es|ing) (?:with"
        r"|alone|on|at|in|there|together)|who (?:do you |else )?lives?|live|household"
    r"|house|flat|partner|husband|wife|married|children|kids|room ?mates?|support at home|lives?(?: \w+)? with|alone",
    "food": r"diet\w*|eat\w*|ate|foods?|meals?|takeaways?|restaurants?|breakfast|lunch|dinner|cook\w*|fruit|spicy"
        r"|fatty|greasy|snack\w*",
    "fluids": r"(?:eat\w* and )?drink\w* (?:\w+ ){0,2}(?:water|fluids?|plenty|enough|lots|ok|okay)|fluids?|hydrat\w*"
        r"|keep\w* (?:\w+ )?(?:water|anything|fluids?|food) (?:down|in)|glasses of water"
    r"|water down",
    "caffeine": r"coffee|caffeine|tea|energy drinks?|cola",
    "exercise": r"exercis\w*|gym|sports?|active|running|jog\w*|walk\w*|swim\w*|stairs|exert\w*|football|cycl\w*|hills?",
    "travel": r"travel(?:led|ling|s)?(?! (?:anywhere|down|up|to my|into))|abroad|holidays?|overseas|trips?|flight"
        r"|flew|flown|plane|foreign|other country|countries|away (?:recently|anywhere)",
    "contact": r"(?:any ?one|any ?body|some ?one|no ?one|every ?one|others?|people)(?: \w+){0,4} (?:unwell|ill|sick"
        r"|similar|symptoms|same|poorly)|in contact with|contact\w*|exposed|caught"
    r"|(?:unwell|ill|poorly) (?:too|as well|around you)|going (?:around|round)|same thing|ill (?:people|at)|(?:same"
    r"|similar) symptoms",
    "sexual": r"sexual\w*|intercourse|sex|unprotected|condoms?|sti|std|stds|stis|sex life",
    "contraception": r"contracepti\w*|the pill|coil|implant\w*|implanon|barrier|condoms?",
    "periods": r"periods?(?! of)|menstru\w*|cycle|time of the month|monthly",
    "pregnancy": r"pregnan\w*|baby|expecting a",
    "pets": r"pets?|dogs?|cats?|animals?|birds?|budgie\w*",
    "vaccine": r"vaccin\w*|jabs?|immunis\w*|immuniz\w*|injections?|boosters?",
    "stress": r"stress\w*|pressure at|under (?:a lot of )?(?:pressure|strain)|anxi\w*|nervous\w*|panic\w*"
        r"|going on in your life|difficult time|overwhelm\w*",
    "hobbies": r"hobb\w*|spare time|free time|interests|for fun|weekends?",
    "driving": r"driv\w*|car|licen[cs]e",
    "mobility": r"get\w* (?:about|around)|walking stick|frame|mobil\w*|manag\w+ (?:the )?stairs|wheelchair",
    "tests": r"(?:blood |any |urine |pregnancy )tests?|scans?|x[- ]?rays?|mri|ecg|screening|smear|results"
        r"|investigations?",
    "doctor_before": r"seen (?:a |your |any|the |another )?(?:doctor|gp|one|anyone|nurse)|see your (?:doctor|gp)"
        r"|been to (?:a |the |your )?(?:doctor|gp|a and e|a&e)|spoken to (?:a|anyone)",
    "birth_date": r"date of birth|d\.?o\.?b|birthday|when were you born|born (?:on|in)",
    "address": r"address|postcode|where do you live",
    "money": r"money|financ\w*|bills|benefits|rent|afford\w*|debts?",
    "mould": r"mou?ld\w*|damp|dust\w*|carpets?",
}  # fmt: skip

PERSPECTIVE: dict[str, str] = {
    "ideas": r"what (?:do|did|would|have) you (?:yourself |personally )?(?:think|feel|believe|suspect"
        r"|thought)(?! about (?:the|that|this) plan)|any (?:ideas?|thoughts)|(?:your|my) (?:own )?(?:ideas?|thoughts"
        r"|view|views)"
    r"|ideas?|(?:might|could|may) (?:be|have been|have) (?:\w+ )?(?:caus\w+|behind|going on|brought)"
    r"|what'?s (?:caus\w+|behind)|been thinking|i (?:just |did |do )?(?:think|thought|reckon|wonder|wondered|assumed?"
    r"|guess|suppose|suspect) (?:it|that|it's|this|if|whether|maybe|i)"
    r"|thoughts about what|put it down to|crossed (?:your|my) mind|^causes?$|, causes?\b",
    "concerns": r"worr\w+|concern(?:s|ed)?|afraid|scar(?:ed|y|es)|fear\w*|frighten\w*|on (?:your|my) mind|terrified"
        r"|dread\w*|frantic|main concern|bother\w* (?:you|me) most|troubl\w+ (?:you|me) most",
    "expectations": r"hop(?:e|es|ed|ing)(?!less)|expect\w*|(?:would|'d) you like (?:me |us )?(?:to|from|out)"
        r"|want (?:me|us) to|looking for (?:from|today)|what would (?:help|you like)|get (?:out of|from) (?:today"
        r"|this|coming)"
    r"|(?:like|want|need) (?:to get |to have )?(?:some |a |an )?(?:antibiotics|scan|tests?|x-?ray|reassur\w*"
    r"|sick ?note|fit ?note|referral|referred|answers|something for|tablets|check(?:ed)? (?:over|out))|in mind"
    r"|wish\w*",
    "impact": r"affect\w*|impact\w*|day[- ]to[- ]day|daily (?:life|living|activities)|everyday|cop(?:e|es|ed|ing)"
        r"|interfer\w*|stop\w* (?:you|me|her|him) (?:from )?\w+ing|getting in the way|because of (?:this|it)\b"
        r"|working from home|able to (?:do|work|go)"
    r"|time off|miss\w* (?:work|school|any)|off work|going (?:in ?to|to) work|manag\w+ (?:at home|at work|with"
    r"|to work|day)|difference to your life|can't (?:work|play|do|manage|go)",
}  # fmt: skip

KINDS: dict[str, dict[str, str]] = {
    "finding": FINDINGS,
    "body": BODY,
    "attribute": ATTRIBUTES,
    "history": HISTORY,
    "perspective": PERSPECTIVE,
}

# If a question names the left idea, the right ones only say where it occurs: "blood in your stools".
WITHIN: dict[str, tuple[str, ...]] = {
    "blood": ("stool", "urine", "vomit", "phlegm", "cough"),
    "pain": ("urine", "stool", "breath", "swallow"),
    "colour": ("stool", "urine", "vomit", "phlegm", "rash"),
    "contraception": ("medication",),
    "allergy": ("medication", "treatment", "food", "illness"),
    "family": ("illness", "asthma", "diabetes", "pressure", "work", "home"),
    "self_harm": ("mood", "ideas"),
    "concerns": ("stress",),
    "headache": ("pain", "head"),
    "wheeze": ("breath",),
    "pressure": ("blood",),
    "travel": ("work",),
    "fluids": ("food", "alcohol"),
    "asthma": ("medication", "illness"),
    "diabetes": ("medication", "illness"),
    "weight": ("food",),
}

# Topics that a patient does not volunteer when invited to say more.
ONLY_WHEN_ASKED = frozenset(HISTORY) | frozenset(PERSPECTIVE)
