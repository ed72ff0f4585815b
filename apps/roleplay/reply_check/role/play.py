"""Detects who speaks of the play instead of playing it, or coaches the student.

The patterns match plain text (see plain.py).
"""

from apps.core.text.patterns import lazy_pattern

_I_WILL = r"i(?:'ll| will| can| shall| would|'d)?(?: be)?(?: now| gladly| happily| just| happy to| glad to| going to)*"
_PART = (
    r"(?:patient|part\b|role|character|\d\d|\w+ (?:patient|character|woman|man\b)|(?:young|old|elderly|middle)\b"
    r"|someone (?:with|who)"
    r"|person (?:with|who))"
)
_PLAY = [
    rf"(?:{_I_WILL}|i'm going to|let me|i am going to|i'm|i am) (?:act(?:ing)?(?: as| like|\b)|pretend(?:ing)? to be"
    rf"|portray(?:ing)?"
    rf"|simulat(?:e|ing)|take on|taking on|assum(?:e|ing)|embody(?:ing)?) (?:that )?(?:the |a |an |your |as |to be"
    rf" )*{_PART}",
    rf"i(?:'ll| will| can|'m going to|'d be happy to) (?:gladly |happily |now )?play(?:ing)? (?:the |a |an |your"
    rf" )+{_PART}",
    r"in (?:this|our|today's) (?:conversation|scenario|simulation|exercise|dialogue|interaction|session|case study"
    r"|role-? ?play"
    r"|consultation),? (?:i (?:am|will|play|represent|have been)|i'm|i'll|we|you (?:are|will|play)|the)\b",
    r"(?:start|begin|continue|resume|pause|end|stop|do|with) (?:the|this|our|a|your) (?:simulation|role-? ?play"
    r"|scenario|simulated)",
    r"simulated (?:consultation|conversation|scenario|encounter|interview)|patient simulat\w+|virtual patient|my"
    r" character (?:has|is"
    r"|would|does|in)|(?:playing|portraying) (?:the|a) (?:role|character)|as (?:a|the) (?:fictional|simulated|virtual)",
    r"you can (?:start|begin)(?: by)? asking|questions? for the patient|would you like to (?:practi[sc]e|role-?play)"
    r"|(?:ask|asking) (?:me )?(?:your|the) (?:first|next) question|what would you like to (?:practi[sc]e|ask me next)",
    r"i(?:'m| am) now (?:the|a|your) patient|(?:respond|answer|reply|speak|behave) as (?:a|an|the|your) (?:\d|patient"
    r"|\w+ (?:man|woman|patient))"
    r"|(?:get|getting|got) into character|in character[.,!]|my role (?:here )?is (?:to (?:be|play|act)|the patient)"
    r"|supposed to be (?:the|a|your)"
    r" patient|the patient, so (?:please )?(?:you|ask|go)|for the purposes? of (?:this|the|our)|when answering[.,]",
    r"(?:understood|got it|okay|sure|alright)[.!,] i(?:'m| am) (?:an?|the|now|your|mrs|mr|ms)"
    r" [^.!?\n]{0,60}(?:you(?:'re| are) the (?:doctor|student)"
    r"|patient)|and you(?:'re| are) the (?:doctor|student|clinician)[.,!]|ready to be (?:your|the) patient|let's"
    r" (?:pretend|imagine|role-?play)"
    r"|(?:this|here) is where the patient|the patient would \w+",
    r"case notes|character sheet|(?:scenario|case) (?:says|states|description|does not|doesn't)|(?:correct|right"
    r"|final|underlying|most"
    r" likely) diagnosis (?:is|would|was)|examination of the patient|as the patient,|patient's"
    r" (?:file|notes|lines)",
    r"the patient (?:would|will|could|might|may|should) (?:probably |likely |also |then )?(?:be|feel|say|answer|want"
    r"|have|report|be)\b",
]
_COACH = [
    r"(?:i (?:think|see) )?you(?:'ve| have)? (?:asked|used|showed|shown|demonstrated|covered|explored|explained"
    r"|established|introduced"
    r"|summari[sz]ed) (?:an? |some |the |your |yourself )?(?:very |really )?(?:good|great|clear\w*|open|closed"
    r"|excellent|nice|relevant"
    r"|appropriate|important|empath\w+|history|well\b|rapport|patient|concerns|active)",
    r"(?:you (?:should|could|might|may|need to|can)|you may want to|you might want to|try(?: to)?|remember to|do not"
    r" forget to"
    r"|don't forget to|why don't you|next,?|now,?|consider) (?:also |now |next |then |first )*ask(?:ing)? (?:me |the"
    r" patient |him |her"
    r" )?(?:about|what|when|where|how|if|whether|open|the patient) ?(?!any|it\b|that\b|else)",
    r"(?:the|your|that|this) (?:last )?question (?:was|is|seems|could be) (?:a (?:bit|little) |too |very |rather "
    r"|more )*(?:closed|open"
    r"|leading|vague|broad|well|clear|relevant)|better (?:way|question) (?:to ask|would|is)|next time,? (?:try|ask)",
    r"(?:good|great|nice|real|excellent|more) empathy|good rapport|before (?:you |we )?mov(?:e|ing) on to|as a"
    r" (?:medical )?student,? you"
    r"|(?:your|the) (?:history[- ]taking|interview(?:ing)? skills|questioning|bedside manner)|wash your hands"
    r"|introducing yourself",
    r"you made the patient|you(?:'ve| have) (?:done|been doing) (?:really |very )?well so far[.!]|(?:maybe|perhaps"
    r"|also|then) (?:explore|ask me|summari[sz]e)"
    r"|explore (?:how|the patient|my|ideas)|might (?:also )?want to (?:find out|ask|explore|check|clarify)|(?:you"
    r" could|to) (?:improve|work on)"
    r"(?: is|:)|(?:areas?|room) for improvement|your use of (?:jargon|language|open|silence|medical)|(?:excellent"
    r"|good|great|nice|strong) (?:opening|introduction|technique|approach|listening"
    r"|summary|question)[.!]+ (?:you|now|try|keep)",
    r"your (?:introduction|closing|tone|approach|body language|explanation|technique|opening) (?:was|were|is|could)"
    r"|next step ?:"
    r"|(?:for|of) that consultation|you could have (?:shown|asked|explored|explained|introduced|used)|remember that"
    r" (?:the )?patients?"
    r"|you (?:did not|didn't) (?:ask (?:for|about|the|me about)|introduce|explore)",
    r"feedback ?:|keep up the (?:good|great)|(?:good|great|excellent) (?:use of|summary|follow-?up)|you are exploring"
    r"|(?:shows|showed)"
    r" (?:real |good |great |that you)(?:\w+ )?(?:empathy|interest|are|care)|great that you(?:'re| are) asking|well"
    r" (?:asked|spotted)",
]
_PRAISE = lazy_pattern(
    r"(?:\A|(?<=[.!?\n] )|(?<=\n))[^\w\n]{0,4}(?:(?:very )?well done|(?:good|great|nice|excellent|fantastic|amazing)"
    r" (?:job|work|start"
    r"|effort|attempt))(?: \w+ing\b| (?:on|at|with|so far|in)\b|[,.!:; -]{1,3}(?:you(?:'ve| have)? (?:asked|used|show"
    r"|ha(?:d|ve)|did|intro|handl|manag|cover|expl|were|are|listen|made|buil|kept|star|clar|summ|get)\w*|your"
    r" (?:question|next)|now|next|that was a[n ]"
    r"|keep (?:going|it)|try|remember|asking|let's|don't forget))"
)
_ABROAD = [
    r"(?:in|bei) (?:diesem|unserem) (?:rollenspiel|szenario|gesprach) (?:bin|spiele|werde) ich|als (?:patient"
    r"|patientin) (?:in diesem|wurde ich)"
    r"|\bich (?:werde|spiele|ubernehme) (?:jetzt |nun |gerne |hier )?(?:den|die|einen|eine) (?:rolle|patient)"
    r"|(?:sehr |das haben sie |das hast du )?gut gemacht[,.!]|gute (?:offene )?frage[.!] (?:sie|du|versuch|als nachst"
    r"|frag)"
    r"|(?:sie haben|du hast) (?:eine (?:sehr )?(?:gute|offene)|gut (?:gefragt|zugehort))|offene frage|der patient"
    r" (?:ist|hat|wurde|konnte)",
    r"das (?:haben sie|hast du) (?:\w+ )?(?:gut|einfuhlsam|schon|toll|sehr \w+) (?:gefragt|gemacht|erklart)|(?:super"
    r"|gute|tolle|prima|ausgezeichnete) frage[.!] (?:fragen|denken|versuchen|jetzt)|ich spiele (?:heute |hier"
    r" )?(?:ihre|ihren|deine)"
    r"|(?:bonne|excellente) question ?[!.] ?(?:pensez|demandez|essayez|vous)|buena pregunta[.!] [¿¡]?(?:pregunte"
    r"|ahora|intente|recuerde|usted)"
    r"|(?:buona|ottima) domanda[.!] (?:chieda|ora|provi|lei)|goede vraag[.!] (?:vraag|probeer|nu|u|je)|boa"
    r" pergunta[.!] (?:pergunte|agora|tente|voce)"
    r"|dobre pytanie[.!] (?:prosze|teraz|zapyta)",
    r"dans (?:ce|cette|notre) (?:jeu de role|scenario|simulation|conversation|exercice),? (?:je|vous|le)|je (?:vais"
    r"|peux) (?:jouer|incarner)"
    r"|(?:bien joue|tres bien|bravo|excellent)[,.! ]+(?:vous avez|tu as|c'est une|continuez)|(?:bonne|excellente"
    r"|belle) question"
    r" (?:ouverte)|question ouverte|(?:le|la) patiente? (?:semble|est|a l'air|dirait|pourrait|ressent)",
    r"en (?:este|esta|nuestro) (?:escenario|simulacion|juego|conversacion|ejercicio),? (?:de rol,? )?(?:yo |soy|voy"
    r"|usted|el)|(?:voy a|puedo)"
    r" (?:interpretar|hacer el papel|actuar como|simular)|(?:buen trabajo|bien hecho|muy bien|excelente)[,.! ]+(?:ha "
    r"|has |usted|siga|sigue)"
    r"|pregunta abierta|(?:el|la) paciente (?:esta|se siente|podria|diria|tiene|parece)",
    r"in quest[oa] (?:gioco di ruolo|scenario|simulazione|conversazione|esercizio)|(?:interpretero|faro la parte"
    r"|posso interpretare)"
    r"|(?:ottimo lavoro|ben fatto|molto bene|bravo|brava)[,.! ]+(?:ha |hai |continu)|domanda aperta|(?:il|la)"
    r" paziente (?:e |si sente|sembra"
    r"|potrebbe|direbbe|ha )",
    r"in (?:dit|deze|ons) (?:rollenspel|scenario|simulatie|gesprek|oefening) (?:ben|speel|zal) ik|ik (?:speel|zal)"
    r" (?:de|een) (?:rol|patient)"
    r"|(?:goed gedaan|goed zo|heel goed|uitstekend)[,.! ]+(?:dat was|je |u |ga )|(?:mooie|goede) open vraag|de"
    r" patient (?:is|lijkt|voelt|zou)",
    r"(?:neste|nesta|nessa|nesse) (?:cenario|simulacao|conversa|exercicio|jogo)|(?:vou|posso) (?:interpretar|fazer o"
    r" papel|simular)"
    r"|(?:bom trabalho|muito bem|parabens|excelente)[,.! ]+(?:voce|fez|continue)|pergunta aberta|[oa] paciente"
    r" (?:esta|se sente|parece|diria)",
    r"w (?:tym|tej) (?:scenariuszu|symulacji|rozmowie|cwiczeniu)|(?:zagram|odgrywam|bede odgrywac) (?:role|pacjent)"
    r"|(?:swietnie|dobra robota"
    r"|bardzo dobrze|brawo)[,.! ]+(?:zada|to by|pan|kontynuuj)|pytanie otwarte|pacjent(?:ka)? (?:jest|czuje|wydaje)",
    r"в (?:этои|этом|данном|нашеи) (?:ролевои|сценарии|симуляции|разговоре|упражнении)|я (?:буду|сыграю|играю)"
    r" (?:играть )?(?:роль|пациент)"
    r"|(?:отличныи|хорошии|прекрасныи) вопрос[.!]+ (?:вы|теперь|спросите|продолж)|(?:отличная работа|молодец)[,.!"
    r" ]+(?:вы|ты|продолж)"
    r"|открытыи вопрос|пациент(?:ка)? (?:чувствует|выглядит|говорит|испытывает)",
    r"bu (?:senaryoda|simulasyonda|konusmada|rol)|hasta rolun|(?:aferin|harika|tebrikler|cok iyi)[,.! ]+(?:iyi bir"
    r"|guzel|ac[ıi]k)"
    r"|(?:ac[ıi]k uclu|iyi bir|guzel bir) (?:bir )?soru|hasta (?:endiseli|kendini|gorunuyor)",
]
_UNSPACED = lazy_pattern(
    r"在这(?:个|次)(?:场景|对话|角色扮演|模拟|情境)|我(?:将|会|来)扮演|扮演(?:一个|一名|这个)?(?:病人|患者)|问得(?:很)?好|开放式(?:的)?问题|做得(?:很)?好[，,！!。]"
    r"|(?:这个|您的|你的)问题(?:很|非常)(?:好|棒)|患者(?:看起来|感到|表示|可能)|病人(?:看起来|感到|表示)"
    r"|この(?:シナリオ|ロールプレイ|会話|シミュレーション)|役を(?:演じ|務め)|(?:良い|いい|素晴らしい)質問です|オープンな質問|患者は"
    r"|في هذا (?:السيناريو|الحوار|التمرين|الدور)|سأ(?:لعب|قوم ب|مثل) دور|(?:أحسنت|عمل جيد|سؤال (?:جيد|ممتاز"
    r"|رائع))[،,!.]|سؤال مفتوح|أسئلة مفتوحة|المريض يشعر"
)
_PATTERN = lazy_pattern(rf"\b(?:{'|'.join([*_PLAY, *_COACH])})")
_IN_OTHER_LANGUAGES = lazy_pattern(rf"\b(?:{'|'.join(_ABROAD)})")


def speaks_of_the_play(spoken: str) -> bool:
    """Whether a plain text, without what others are reported to have said, tells of the play or coaches the student."""
    if _PRAISE.search(spoken) or _PATTERN.search(spoken) or _IN_OTHER_LANGUAGES.search(spoken):
        return True
    return not spoken.isascii() and _UNSPACED.search(spoken) is not None
