"""What a clinician or a student says, as patterns of plain text (see plain.py).

Patients say it now and then, but seldom when they say nothing of themselves.
"""

from apps.roleplay.reply_check.role.clinician_signs import FINDING, QUITE, SYMPTOM

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
    rf"when did (?:this (?:start|begin)|the {SYMPTOM}|your {SYMPTOM}|these|you (?:first|start (?:having|feeling)))",
    r"how (?:often|much|frequently|many (?:drinks|cigarettes|times|units|pillows)) (?:do you (?:have (?:bowel|to go"
    r"|these"
    r"|this)|go to the|get (?:these|the|this)|take|experience|smoke|drink|usually (?:have|drink|smoke)|wake|urinate)"
    r"|have you (?:lost|been)|weight)|how (?:severe|bad) is (?:the|your)",
    rf"any (?:\w+ )?{FINDING}[^.?!]{{0,40}}\?|any chance (?:that )?you(?: could|'re| are) (?:be )?pregnant",
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
    rf"|been having) (?:an? )?{SYMPTOM}|just to (?:confirm|summari[sz]e)|the first step is",
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
    r"increases? (?:the|your) (?:risk|chance)|many (?:people|patients) (?:find|experience|have|feel|with)|affects? your"
    r"|(?:suddenly|gradually) (?:or|and) (?:gradually|suddenly|slowly)\?|come on (?:suddenly|gradually)[^.!?\n]{0,20}\?"
    r"|helpful to know|keep in mind|remember to|you may (?:feel|experience|notice|need|want to)|can be (?:treated"
    r"|managed"
    r"|controlled)|in the right place|try to (?:lift|raise|move|bend|breathe|squeeze|push)",
    rf"it(?:'s| is) {QUITE}important to|(?:limit|reduce|cut down) (?:on )?your|try to (?:limit|cut|reduce)|your"
    rf" (?:intake|levels"
    r"|cholesterol)|can make (?:\w+ )?(?:symptoms|palpitations|pain|it|things) worse",
    r"is there anything (?:else|specific) (?:that )?you(?:'d| would)? (?:like|want)(?! to (?:ask me|know))|do you"
    r" find (?:it (?:hard"
    r"|difficult)"
    r"|that)|tell me (?:a (?:little |bit )+)?(?:more )?about (?:your|the (?:pain|symptoms))|would you describe"
    r"|(?:rest|stretching|gentle \w+) (?:and \w+ )+should",
]
WEAK += [
    r"(?:perhaps|maybe) you (?:could|should|might) (?:try|start|cut|rest|eat|drink|consider|reduce|avoid|see a)"
    r"|(?:you|should) (?:need to |must |should |really )?get (?:that|it"
    r"|this|them) (?:checked|seen|looked)"
    r"|(?:do not|don't) (?:stop|skip|drink|eat|drive|start)\b[^.!?\n]{0,30}(?:without|until|before|unless)|it would"
    r" be (?:wise|better|sensible|helpful"
    r"|good) (?:to|if you) (?:have|get|see|saw|had|went)|(?:adults|people|patients|everyone) should|(?:is|are)"
    r" (?:often|usually|sometimes|commonly)"
    r" (?:due to|caused by|a sign)|regular (?:checks|exercise|meals)|(?:often|usually) (?:has|have) no|(?:symptoms"
    r"|pain) like yours",
    r"(?:can|could|may|might|will) (?:also |often )?help (?:with|to|prevent|relieve|ease|manage|reduce|improve|you)\b"
    r"|to (?:relieve|ease|manage"
    r"|prevent|treat|improve|reduce) (?:the|your|this|\w+)[^.!?\n]{0,30}, (?:try|you|use|apply|take|avoid|it)|please"
    r" (?:go (?:straight|directly)"
    r"|stay (?:calm|hydrated)|speak (?:to|with)|talk to your|avoid|rest\b|drink)",
]
# These count only together with another sign.
FAINT = [
    rf"(?:it's|it is|that's|that is) {QUITE}(?:normal|understandable|natural|okay|ok|common|important) (?:to|that|for"
    r"|if)|that (?:must|can|sounds) (?:be |have been |feel )?(?:very |really |so )*(?:hard|difficult|tough|painful"
    r"|uncomfortable|frustrating|stressful)",
    r"i (?:completely |fully )?(?:understand|appreciate|hear) (?:your|that you|this|you being)|i'm listening",
    r"(?:have|take) a seat|take your time|how are you|tell me more|please (?:tell|take|make sure|avoid|keep|follow"
    r"|note)",
    r"is it (?:okay|ok|alright|all right) if i ask|if that's (?:alright|okay|ok) with you|is there anything else",
    r"when did (?:it|that) |does (?:it|this|anything) |have (?:they|you) been|did you |are you |do you |have you ",
    r"what (?:makes|kind|type|sort|about) |how (?:long|often|many|much) |where (?:is|are|do|does) ",
]
