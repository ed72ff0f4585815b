"""English phrases in which people speak of ending or harming their own life.

They are matched against one sentence as `signs` writes it: lower case, contractions spelled out ("i am", "do not"),
commas as words of their own. Between the speaker and the wish stand adverbs only, so that "I want to ask if you want to
die" is no "I want to die".
"""

import re

_ADVERBS = """really just honestly actually kinda kind sort of so still only always sometimes often literally truly
seriously even also now lately simply fucking bloody genuinely ever almost nearly already again lowkey tbh ngl quite
completely totally constantly currently recently secretly do probably maybe definitely deliberately intentionally all
both desperately fr rather sure too very badly , like basically the time day been have going to"""
# What <NAME> stands for in the phrases below; later ones may use earlier ones.
_PARTS = {
    "ADV": rf"(?:(?:{'|'.join(dict.fromkeys(_ADVERBS.split()))}) ){{0,6}}",
    # The speaker, or nobody where a clause begins without one: "wanna die".
    "I": r"(?:\bi |^(?:(?!(?:not|any|ever|have|no|has|my|your|the|a|his|her|their) )\w+ ){0,2}|\b(?:and|but|because|cuz|that|lol|fr|haha|ha|tho|cap) )<ADV>",
    "PILLS": r"(?:pills|tablets|meds|medication|medicines|paracetamol|sleeping pills|antidepressants|insulin|ibuprofen)",
    "LIMB": r"(?:arms?|wrists?|legs?|thighs?|skin|veins?|throat)",
    "HEIGHT": r"(?:bridge|roof|building|cliff|balcony|ledge|platform|window|car park|tower|tracks|overpass)",
    "TRAFFIC": r"(?:train|bus|lorry|truck|car|traffic|tube|tree|wall)",
    "LIVE": r"(?:live(?! (?:in|at|near|here|there|far|with|by|on|alone)\b(?! (?:this|the|my) (?:world|body|pain|life|hell|skin)))"
    r"(?! without (?!h|you|my))|living(?! (?:in|out|with|near|room))|be alive|being alive|exist(?! (?:in|before|until))|existing"
    r"|wake up(?! (?:early|late|at|on|so))|stay alive|remain alive|(?:go on|keep|continue|carry on) living"
    r"|be on this (?:earth|planet))",
    "GO_ON": r"(?:go on|going on|carry on|carrying on|keep going|continue|continuing|be here|being here|stay here)",
    "IT": r"(?:my (?:own )?life|it all|myself|things for good|my (?:pain|suffering|misery))",
    "DIE": r"(?:die(?! (?:of|from) (?:embarrassment|shame|boredom|laughter|laughing|curiosity|hunger|thirst)| laughing| to | than"
    r"| (?:one|some) day)"
    r"|be dead|be gone forever|not be alive|not exist|never exist|not be here any ?more|(?:never|not) wake up|cease to exist"
    r"|end <IT>|take my (?:own )?life(?! (?:support|story|history|insurance|sciences?))|commit suicide|kill myself|kms|overdose|unalive myself|sleep forever|stop existing"
    r"|(?:go to sleep|fall asleep|sleep) and (?:never|not) wake up)",
    "DYING": r"(?:suicide|dying(?! (?:patients?|people|man|woman))|death|being dead|ending <IT>|ending it"
    r"|taking my (?:own )?life|not being (?:here|alive|around)|killing myself|kms|jumping|overdosing|hurting myself"
    r"|self ?harm\w*|cutting myself)",
    "WANT": r"(?:(?:want|wanted|wish|wished|would love|would like|would rather|would prefer|rather|prefer|hope|plan"
    r"|am going|am about|am ready|am planning|am trying|am tempted|going|planning|ready|about|intend|decided"
    r"|have decided|tried|try|deserve|need|long|ought)(?: to)?|might as well|may as well|might|will|should|would)",
    "TO_SELF": r"(?:kill(?:ing|ed)?|hang(?:ing|ed)?|harm(?:ing|ed)?|hurt(?:ing)?|injur(?:e|ing|ed)|cut(?:ting)?"
    r"|burn(?:ing|ed|t)?|drown(?:ing)?|shoot(?:ing)?|poison(?:ing|ed)?|starv(?:e|ing)|off(?:ing)?|unaliv(?:e|ing)|neck"
    r"|stab|yeet|top(?:ping)?|scratch(?:ing)?|punish(?:ing)?|mutilat(?:e|ing)|end(?:ing)?|destroy(?:ing)?|delet(?:e|ing))",
    "SOON": r"(?:tonight|today|tomorrow|this (?:week|weekend|evening|afternoon)|after (?:this|class|the exams?)|soon|for good)",
}

# Signs that are enough. A line that begins with "|" goes on with the line above.
_CLEAR = r"""
\b<TO_SELF> (?:the \w+ out of )?myself\b
<I><WANT> <ADV><DIE>\b
\b(?:do|would|should) i <ADV>want to <ADV><DIE>\b|\b(?:wants?|ready) to die\b.*\bthat(?: is|'s)? me\b
\bi <ADV>(?:can not|could not|do not|keep|am|was|had|get|feel like|started|stop)? ?<ADV>
|(?:think\w*|thought|dream\w*|fantasi[sz]\w*|contemplat\w*|consider\w*|obsess\w*|plan\w*|flirt\w*)
|(?: (?:seriously|often|a lot|mostly))? ?(?:about |of |on |with )?<ADV>(?:my own |my )?<DYING>\b
^<ADV>(?:thinking|thought) (?:about |of )<ADV><DYING>\b
\bkms\b|\bunaliv(?:e|ing) (?:myself|me)\b
\bi <ADV>(?:am|feel|feeling|was|get) <ADV>(?:feeling )?(?:a bit |a little |pretty |actively )?suicidal\b
|(?! (?:patients?|people|thoughts? in))
\bi <ADV>(?:had|having|get|getting|keep having|experience|experiencing|struggle with|am)? ?<ADV>
|(?:having |experiencing |getting |struggling with )?(?:some |a lot of |these |my own |more |frequent |dark )?
|(?:suicidal (?:thoughts?|ideation|ideas|feelings|urges)|thoughts? (?:of|about) (?:<DYING>|my (?:own )?death)
||urges? to (?:die|self ?harm|cut|hurt))
\bmy (?:own )?(?:suicide|suicidal|self ?harm)\b|\bi <ADV>attempt(?:ed)? (?:suicide|to end my)
\bi <ADV>(?:do|can|could|will|would|did|am)? ?(?:not|no longer|never) <ADV>(?:think i can )?
|(?:want|wish|care|deserve|intend|plan|bother|have the (?:will|energy|strength)|know (?:how|if i want)|sure i want|enjoy)? ?
|(?:to )?<ADV><LIVE>\b
<I>(?:do not|no longer) <ADV>(?:want|wish) (?:to )?<ADV><LIVE>\b
\bi (?:do not|can not|will not) <ADV>go on (?:living|any ?more|any longer)\b
\bi <ADV>(?:do not|no longer) <ADV>(?:want|wish) (?:to|too) <ADV>be here (?:any ?more|any longer)\b
<I>(?:want(?: to)? )?<ADV>not be here any ?more\b
\b(?:can not be (?:bothered|arsed)|cba)(?: to| with)? <ADV>(?:live|living|life|be alive|being alive|exist\w*)\b
\b(?:sick|tired|done|fed up|exhausted) (?:of|with) (?:living|being alive|existing)\b(?! (?:out|in|with|on|near)\b)
\bwish (?:that )?i <ADV>(?:was|were|had been|could be) <ADV>(?:dead|never born|no longer alive|not alive)\b
\bwish (?:that )?i (?:had )?(?:never|not) (?:been born|woke|woken|wake|existed|exist)\b|\bwish i could die\b
\bwish (?:that )?i (?:was|were) not (?:here|alive|around)(?! (?:on|at|today|so|with)\b)
<I>(?:would |am |will )?(?:better off|rather be|might as well be|be better(?: off)?) dead\b
\b(?:better(?: of| off)?|happier|relieved|better served|easier|best)(?: for (?:all|every\w+|them|my \w+))? 
|(?:without me\b(?! (?:here|there|in the room))|by my absence|if i (?:was|were|am|had)? ?(?:just |all |never )?
|(?:dead|gone|died|not (?:alive|around|exist|here|born)|born|existed|disappeared|killed|did not (?:wake|exist)))
\b(?:nobody|no one|none)(?: of \w+)? (?:would|will) (?:even |really |ever )?(?:miss me(?! if i (?:skip|leave|go|miss|am late))|(?:notice|care|cry|give a \w+|mind) if i|mourn)
\bif i (?:just )?(?:did not|do not|never) (?:wake|woke) up\b
\b(?:no|any|a|the|what is the|what the) (?:real |more )?(?:reason|point|purpose|sense)(?: left)?(?: to| in| of| for)? 
|<ADV>(?:my )?(?:<LIVE>|me (?:to live|being alive))
\b(?:nothing|not anything|no one|nobody|little) (?:left |more )?(?:for me )?to live for\b
\b(?:said|saying|say) my goodbyes\b
\bby the time (?:you|any\w+|some\w+|they|he|she|this) (?:\w+ ){0,2}(?:reads?|finds?|gets?|see|is)\b
\bforgive me for what i (?:am|will|have to|going)\b|\bwhat i am about to do\b
\b(?:after|when|once|by|before) (?:my death|i am dead|i have died)\b|\bsorry when i (?:am|have) (?:dead|gone|died)\b
\bi <ADV>(?:took|taken|swallowed|downed) (?:\w+ )?(?:an overdose(?! history| seriously)|(?:too|to) many <PILLS>
||all (?:of )?(?:mine|them|(?:my|the) <PILLS>)\b|(?:a|the) (?:whole|entire) (?:\w+ )?(?:bottle|packet|pack|box|strip)
||(?:a lot|loads|lots|a load|a bunch|a handful|handfuls?) of <PILLS>
||(?:[1-9]\d+|twenty|thirty|forty|fifty|sixty|a hundred) <PILLS>|more <PILLS> than i\b)
\bi <ADV>overdosed\b|\bi (?:have |just )?od ?ed\b
\bi <ADV>(?:want to )?(?:cut|slit|slashed|slash|sliced|burn|burned|burnt|cutting|carve\w*) (?:up )?my (?:own )?<LIMB>\b
|(?! (?:shaving|on|by|while|when i (?:fell|was cooking)))
\bi (?:am|have been|was|have started|started|keep) (?:cutting|self ?harming)(?: again)?(?:$| (?:,|and|again|to cope))
\b(?:i|and|,) <ADV>(?:will|am going to|want to|might|could|would|should|am about to)? ?<ADV>
|(?:jump|throw myself|walk|step|drive) (?:off|in front of|from|out(?: of)?|under|into) (?:the|a|an|my|this) (?:\w+ )?
|(?:<HEIGHT>|<TRAFFIC>)\b
\b(?:not|no longer|can not|unable to|never|not sure) (?:\w+ ){0,5}keep myself (?:safe|alive)\b
\bnot feel safe (?:with|around|from) myself\b|\b(?:a danger|risk) to myself\b
\bwant(?:s)? to (?:live|be alive) ,? ?(?:and|but) ,? ?(?:i (?:do|would) not|it is not me|not me)\b
\b(?:doing|do) myself in\b|\b(?:am |going to |will )(?:end|ending) it (?:all )?<SOON>\b|\bending it (?:all )?<SOON>
\b(?:my life|for life) to (?:end|stop|be over)\b|\b(?:tried|trying|going|want|wanted) to rope\b
\b(?:doctor|student|one asking) is the suicidal\b|\bi am the one (?:who|that) (?:wants? to die|is suicidal|needs help|is at risk)\b
\bi (?:will not|do not (?:think|believe|expect)(?: that)? i (?:will|am going to)) be alive\b
\bi have a plan to (?:die|end (?:my|it)|kill|do it)\b
\b(?:blow|shoot) my brains out\b|\blet me die\b|\bhappier (?:once|when|after) i am (?:dead|gone)\b
"""
# Signs that another look is due at: each may mean something else.
_POSSIBLE = r"""
<I>(?:<WANT>|am|thinking of|think about|think of) <ADV>(?:end it|ending it|end things|catch the bus(?! (?:home|to|at|from))
||be over|jump$|disappear (?:and|forever|for good|completely)|be gone$|vanish (?:and|forever|for good))
|(?! (?:here|there|on|by|with|at|for|now (?:so|because|as)|because we)\b)
\bi <ADV>(?:am)? ?<ADV>(?:thinking|think|thought) (?:of|about) 
|(?:doing it tonight|how (?:it would be|easy it would be) to (?:die|be dead|jump)|who would|what would happen if i)
\bi <ADV>want <ADV>(?:it|everything|all of it|all this|the pain|my pain)(?: all)? to (?:stop|end|be over)
|(?: now| forever| for good| for ever)?(?:$| ,| and)
\bwhat it would be like to (?:just )?(?:not exist|die|be dead|not be here|be gone)\b
\bi <ADV>(?:do not|no longer) <ADV>(?:want|wish) to <ADV>be here(?:$| ,| and)
\bi (?:can not|do not want to|no longer want to) (?:just )?(?:go on|keep going|carry on)
|(?:$| ,| like this| any ?more| any longer| and i| i )
\b(?:no|any|a|the) (?:reason|point|purpose|sense)(?: left)?(?: to| in| of)? (?:my )?<GO_ON>\b
\b(?:only|just) one way out\b|\bno other way out\b|\b(?:want|need) out of (?:this |my )?life\b
\b(?:giving|given|gave|give) (?:all )?(?:of )?(?:away )?my (?:\w+ )?
|(?:things|stuff|belongings|clothes|books|possessions|dog|cat)(?: away)?\b
\bwho (?:gets|will get|will have|will look after|looks after|takes) my\b|\bnot need my (?:stuff|things|clothes)\b
\b(?:written|wrote|writing|write) (?:the|my|a) (?:suicide |goodbye |farewell )?(?:note|goodbyes?|last letters?|will)$
\bsuicide note\b|\b(?:wrote|written|writing) (?:goodbye|farewell) \w+\b|\bfinal goodbye\b|\bgoodbye (?:world|forever)\b
\b(?:letters?|notes?) (?:to|for) my (?:parents|mum|mom|family|wife|husband|kids|children|friends)\b
\bnot be (?:a|any) (?:problem|burden|bother|trouble|worry) (?:to|for) \w+ (?:\w+ )?(?:longer|any ?more|soon|again)\b
\bnot (?:think )?(?:i will )?be (?:around|here) (?:for|to see) 
|(?:finals|christmas|the exams?|graduation|results|my birthday|next (?:term|year)|much longer|it)\b
\bnot be (?:here|around) (?:for )?(?:much|any|very) (?:much )?longer\b
\b(?:looking|staring) (?:down )?at the (?:tracks|trains?|water|edge|drop)\b
\bi <ADV>(?:am |was )?<ADV>(?:standing|stand|stood|sitting|sit) (?:on|at|by) the (?:edge|<HEIGHT>)\b
\b(?:if i )?(?:stepped|jumped|stepping|jumping|step|jump|drove|driving|walked) (?:off|from|in front of|into) (?:the|a|an) 
|(?:<HEIGHT>|<TRAFFIC>)\b
\b(?:saving|saved|hoarding|collecting|stockpil\w+|stash\w*|storing) (?:up )?(?:all )?(?:of )?(?:my |the |some )?<PILLS>
\b<PILLS> (?:saved|stashed|hidden|ready)\b|\bgot (?:the|a|some|my) (?:<PILLS>|rope|noose|blade|razors?|gun)\b
\btake all (?:of )?(?:your|my|these|the) <PILLS> myself\b|\bi (?:have )?(?:took|taken) something and\b
\brelaps\w+ (?:with|on|to|into) (?:the |my |a )?(?:razor|blade|cutting|knife|self)|\b(?:been|did|doing) sh(?: again)?\b
\bself ?harm(?:ed|ing)? (?:again|last|yesterday|today|every)\b|\bmy <LIMB> (?:are|is) (?:a mess|covered|full|cut)
\b(?:picked|chosen|found|picked out|choose) (?:out )?(?:a|the|my) (?:bridge|tree|method|cliff|train|spot to)\b
\bchecking out (?:early|for good)\b|\b(?:leav|dip|exit|quit)\w* (?:from )?(?:this|the) (?:world|life|earth|planet)\b
\b(?:whether|if|that) i live or die\b|\bget over it if i (?:died|was|were)\b|\bif i (?:died|was dead|were dead|am dead)\b
\b(?:scared|afraid) of (?:what i (?:might|could|would|will|may) do|myself)\b|\bcan not trust myself\b
\b(?:not safe|unsafe) (?:alone|on my own|by myself|at home)\b
^(?!.*\bif\b).*\bmy life is (?:over|not worth|worthless|pointless|finished)|\bmy life is worth (?:continuing|living)\b
\bdead by (?:\d+|the end|christmas)|\bhope i (?:do not wake|never wake|die|get (?:cancer|hit|run))
\b(?:soon )?it (?:will|would) (?:not hurt|all be over|be over|all stop)\b|\bit will (?:all )?end (?:soon|tonight)\b
\bsuicidal thoughts? .*\b(?:of my own|mine|myself)\b|\bmade preparations\b|\bdone with (?:this |my )life\b
\b(?:tired|sick) of (?:this |my )life\b|\bthe will to live\b|\b(?:no|lost my|lost all) will to live\b
\bdo not (?:care|mind) if i (?:die|live|get hit|never|do not)\b|\bnot mind (?:dying|being dead|not waking)\b
\bi <ADV>(?:have )?felt (?:like )?suicid\w+
\bplace without me\b|\bpeaceful .*\bto be (?:gone|dead)\b|\b(?:find|found) (?:me dead|my body)\b|\bwill find me\b
\b(?:research\w*|google\w*|looked up|searched|looking up|searching) (?:for )?(?:how (?:many <PILLS>|to (?:tie|die|hang|overdose|kill))|ways to)
\b(?:turning|turn) the wheel\b|\bcrash(?:ing)? (?:the|my) car\b|\b(?:do|doing) life any ?more\b|\bbelong in this world\b
\bnot promise (?:\w+ ){0,4}be (?:here|alive|around)\b|\bnot (?:to )?be a burden (?:any ?more|any longer)\b
\blast (?:thing|message|words?) (?:that )?i (?:will )?(?:ever )?(?:write|say|send|do)\b|\bnever hear from me\b|\bnot hear from me again\b
\btell my (?:family|mum|mom|dad|parents|sister|brother|kids|children|wife|husband|friends) (?:that )?i love\b
\b(?:take care of|look after) my (?:dog|cat|mum|mom|dad|sister|brother|kids|children|family|parents)\b
\b(?:once|when|after) i am gone\b(?! (?:the|my) (?:nurse|colleague))|\bfavou?r if i (?:died|was|were|disappeared)\b
\bsomething to myself\b|\bguarantee my (?:own )?safety\b|\b(?:no longer|not) safe (?:on my own|with myself|alone)\b
\b(?:did|do) something (?:stupid|bad) to (?:myself|me)\b|\bsurvive (?:the night|this week|tonight|another)\b
\b(?:please|pls) (?:just )?kill me\b|\bverge of ending it\b|\bwant to dye$|\blife is not worth (?:it|living)\b
\bstopped making plans\b|\bi am going to do it <SOON>|\bdr[aiu]nk (?:bleach|antifreeze|poison)|\b(?:bought|tied) (?:a|the|some) (?:rope|noose|gun)\b
\b(?:use|using|used) it on myself\b|\bnot (?:\w+ ){0,8}(?:in|on|for) this (?:world|earth|planet)\b|\bmy (?:own )?funeral\b|\bmade my peace\b
\b(?:no|any) reasons? to (?:stay|get up)\b|\bharder to find (?:a )?reasons?\b|\bif i (?:disappeared|vanished|was gone|ended)\b|\bhow much longer i can\b
\bcar (?:going )?off the road\b|\bonly (?:staying )?alive (?:for|because)\b|\b(?:fine|okay|ok|happy|manage|cope) without me\b(?! (?:here|for))
\b(?:wish|hope) (?:a|the|some) \w+ (?:would|will|could) (?:just )?(?:hit|kill|run)\b|\b(?:hit|crush) me and\b
\bclock out for good\b|\bgot the blades? out\b|\bswallow (?:them all|all of them|all the)\b|\bnot want to be saved\b
"""
# Signs of which one alone says little, and two say something.
_FAINT = r"""
\b(?:no|any|a) (?:future|hope)\b
\blost (?:all |any )?hope\b|\bhopeless\b|\bpicture next (?:year|week)\b
\bi am (?:\w+ ){0,2}burden\b
\brelief (?:for|to) (?:them|every\w+|all|my)\b
\b(?:hate|fuck|screw|hell with) (?:this |my )?(?:world|life)\b|\bhate myself\b|\blife is a joke\b
\bi want out\b|\bleaving it\b|\bdoing it(?: tonight| today| soon)
\bthinking about it\b|\bthought about it\b
\bi have decided\b
\bi can not (?:do this|take (?:it|this)|cope|keep going)\b(?!.*\b(?:station|exam|case|patient)\b)
\bi am not (?:coping|ok|okay)\b|\bcrying\b|\bi need help\b
\bacquired the means\b
\b(?:chosen|picked) (?:the|a) (?:date|day)\b
\bwish it was me\b|\bnothing matters\b|\bsorry (?:mum|mom|dad|every\w+)\b|\bget(?:ting)? sleepy\b
\bit would (?:all )?(?:just )?(?:stop|be over)\b|\bi will (?:just )?jump\b|\bto hell with\b
\b(?:jump|yeet) (?:\w+ )?(?:off|in front)\b|\bforgive me\b|\bmy will\b
\bhits home\b|\bsorry for everything\b|\bthanks for everything\b|\bend of my rope\b|\bi have been there\b|\bkill me\b
\bwithout looking\b|\bmade sure of that\b
\bhoping\b|\bnot be here (?:next year|tomorrow|then)\b|\bnot need them\b
\bsuicid\w*|\bself ?harm\b|\boverdos\w*|\bdead\b|\bdie\b|\bdying\b|\bgoodbyes?\b
"""
# The student says that the exercise is left.
_OUT_OF_PLAY = r"""
\bnot (?:a )?(?:part of|about|to do with|for) (?:the|this|my|your) 
|(?:exercise|patient|station|case|role|game|script|play|practice|osce)\b
\bnot (?:in|as) (?:role|the play|character)\b|\boutside (?:of )?(?:the )?(?:exercise|role)\b|\boff script\b|\babout me\b
\bspeaking for myself\b|\bnot (?:even )?(?:joking|kidding|a joke)\b|\bfor real\b|\bi am (?:dead )?serious\b|\bi mean it\b
\breal life\b|\bbreak(?:ing)? character\b|\bthis is (?:really )?me\b
"""
_SAYING = (
    r"(?:say|says|said|saying|think|thinks|thought|thinking|feel|feels|felt|feeling|mean|means|tell|tells|told|write"
    r"|wrote|words|comes up|told \w+ \w+|like|believe|wonder)"
)


def _compiled(phrases: str) -> tuple[re.Pattern[str], ...]:
    whole = phrases.strip("\n").replace("\n|", "")
    for name, part in reversed(_PARTS.items()):
        whole = whole.replace(f"<{name}>", part)
    return tuple(map(re.compile, whole.split("\n")))


CLEAR, POSSIBLE, FAINT, OUT_OF_PLAY = map(_compiled, (_CLEAR, _POSSIBLE, _FAINT, _OUT_OF_PLAY))
# Words that stand where somebody else's words or life are told.
OTHERS = re.compile(
    r"\b(?:you|your|he|she|they|him|her|patients?|people|some\w*|many|others?|common|often|men|women|lady|man|woman|friend"
    r"|brother|sister|mother|father|anyone|anybody else|guideline|leaflet|teacher|depression)\b"
)
# "You said I want to die": what follows is not the student's own.
REPORTED = re.compile(
    r"\b(?:you|your|he|she|they|patients?|people|some\w*|many|daughter|son|wife|husband|nurse|voices?|thought)\b"
    rf"(?: \w+){{0,6}}? {_SAYING}"
    r"(?: (?:that|to|me|us|him|her|yourself|sometimes|often|were|was|is|things|it|of|a)){0,3}"
    r"(?: (?=i\b)| ,(?<!feel ,)(?<!mean ,) (?=(?:i|nobody|everyone|no one|my|life)\b))"
)
NEGATED = re.compile(r"\b(?:not|never|without|no|nobody)(?: (?!but\b)\w+){0,5} ?$")
IN_YOUR_PLACE = re.compile(r"\b(?:if i (?:were|was) you|in your (?:shoes|place|position|situation))\b")
# What people do to themselves without meaning harm.
MISHAP = re.compile(
    r"\bcut(?:ting)? myself (?:off|short|some)|\bmyself (?:laughing|with (?:work|laughter)|over|shaving|cooking|on (?:a|the|some|my)|for)\b|\baccident|\bshav|\bcook"
    r"|\bkitchen|\bpaper\b|\bplaster|\bfootball|\bgym\b|\bplay|\bski|\blift|\brunning|\btraining|\bat work|\bknee\b|\bclimb"
)
OWN = re.compile(r"\b(?:i|me|my|mine|myself)\b")

# Death and harm, whoever it is spoken of; a wish for them is read from who stands nearest before.
DEATH = re.compile(
    r"\b(?:die|died|dying|dead(?! (?:on my feet|tired|end|line)\b)|death|suicid\w*|sewerslide|ctb|kms|unaliv\w+|overdos\w*|noose|self ?harm\w*|slit\w*"
    rf"|{_PARTS['TO_SELF']} (?:up )?myself|injuring (?:myself|my skin)|cutting(?= too| again| myself|$)|ending it(?: all)?"
    r"|(?:end|ending|ended|take|taking|finish|finishing) my (?:own )?(?:life(?! (?:support|story|history|insurance))|existence)|end it all)\b"
)
# Life, which is no sign unless somebody has had enough of it.
LIFE = re.compile(
    r"\b(?:wake(?! up (?:early|late|at|on|so))|woken|(?:live|living|alive|exist|survive|be born|been born)\b"
    r"(?! (?:in|at|near|here|there|far|with|on|alone|out|room|early|late|cost|conditions|arrangements|before|until|support)\b)(?! without (?!h|you|my)))\b"
)
ENOUGH = re.compile(
    r"\b(?:not|never|no|nothing|nobody|cba|tired of|sick of|done with|fed up|hate|stop|lost|barely|hardly"
    r"|what is the point|why)\b"
)
# The words before death or life that say whose it is: the last of them counts.
WHOSE = re.compile(
    r"\b(?:(?P<self>i|my|mine|me)|you|your|yourself|yours|he|she|they|his|her|their|him|them|it|this|there|which|(?<!i )(?<!one )who|we"
    r"|patients?|people|some(?:one|body)|many|others?|everybody|everyone|men|women|lady|man|woman|friends?|brother|sister|mother|father"
    r"|mum|dad|uncle|aunt|son|daughter|wife|husband|colleague|supervisor|teacher|grand\w+|neighbour|baby|child|children|dog|cat"
    r"|phone|pen|battery|car|laptop|computer|doctors?|nurses?|guideline|leaflet|depression|pain|cancer|smoking|alcohol)\b"
)
# Talking about death as a subject, on duty or as a figure of speech.
SUBJECT = re.compile(
    r"\b(?:ask\w*|talk\w*|discuss\w*|explain\w*|explor\w*|research\w*|project|interested|work\w*|read|learn\w*|teach\w*|taught"
    r"|assess\w*|screen\w*|document\w*|hear|heard|concern\w*|worr\w+|scared of|afraid of|fear of|suspect\w*|treat\w*|stud(?:y|ied|ying)|lecture|question\w*"
    r"|mention\w*|wonder\w*|check\w*|refer\w*|history|speak\w*|saw|seen|met|witness\w*|lost|case|report|sorry|wish you"
    r"|believe|understand|imagine|prevent\w*|one day|some day|job|shift|about where|deal\w*|nearly|almost|laugh\w*"
    r"|curiosity|embarrass\w*|know|sad|support\w*|help\w*)\b"
)
SUBJECT_AFTER = re.compile(
    r"^ (?:prevention|research|project|patients?|people|risk|histor\w+|rates?|assessment|questions?|team|ward|awareness"
    r"|training|to|for|of (?:curiosity|laugh|hunger|embarrassment|boredom|shame|cold)|tired|batter\w+|seriously|laughing|than|one day|easy|end"
    r"|line|in (?:this|my) job|certificate|thoughts? (?:are|is)|is|are|does|means|can|here|there|with|by)\b|^ .*\bseriously\b"
)
DENIED = re.compile(r"\b(?:not|never|no)\b")
NOT_NEGATED = re.compile(r"\bnot (?:stop|help|only|just|joking|sure|wait|know|care|mind)\b")
# How a clause without a speaker begins, when the speaker means themselves.
BEGINS = re.compile(
    r"^(?:\w+ ){0,2}(?:want|going|ready|thinking|might|wish|can not wait|feel|feeling|been|about to|trying|got|on the verge|will"
    r"|imma|hope|life is|can not|there is no|no|never|rather|tired|sick|done|just|suicide is)\b"
)
AGREES = re.compile(
    r"^(?:because |yes |yeah |well |and |honestly |but |so |, )*(?:i (?:have|do|did|am|was)|so do i|so am i|me too|same(?: here)?)"
    r"(?: too| a lot| often| ,| every day| myself| as well| same| also| all the time| i| want| do| have| that)*$"
)
# Who does something in a clause; one without a subject goes on with the last of them.
SUBJECT_OF = re.compile(r"\b(?:(?P<self>i)|you|he|she|they|we|patients?|people)\b")
# Death as part of the work.
ON_DUTY = re.compile(r"\b(?:in|at|on) (?:this|my|the) (?:last )?(?:job|work|ward|profession|shift|placement|degree)\b")
