"""The patterns of questions.py, by language. They match plain sentences, which have no accents (see plain.py)."""

import re

# A clause begins with the sentence, after a comma, or after one of these words.
_CLAUSE = r"(?:^|[,(] ?|- |\b(?:and|so|but|or|then|okay|ok|now|well|just|please) )"
# The same without the comma, after which a relative clause may follow.
_START = r"(?:^|- |^\w+, |\b(?:and|so|but|or|then|okay|ok|now|well|just|please) )"
_PEOPLE = (
    r"(?:people|patients|folks?|men|women|wom[ae]n|lads?|boys|girls|teenagers|kids|parents|mums|dads|students|mothers)"
)

_ENGLISH_ASKS = [
    # Question words, unless they begin a clause: "when you stand up, ...", "what you tell me", "how awful".
    rf"{_START}(?:since |for |at |in |on |with |to |from |about )?(?:who|whom|whose|which|why|where)\b(?! (?:we|i)\b)",
    rf"{_CLAUSE}(?:since |until )?when(?! (?:you|we|i|the|your|it|people|someone|they|he|she|this"
    rf"|that)\b[^,]{{0,80}},)\b",
    rf"{_CLAUSE}what(?:'s|s)?\b(?! (?:an?|i(?!'?d? (?:would )?(?:like|love|want|need) to (?:know|hear|ask"
    rf"|understand))|i'?ll"
    r"|we|we'?ll|this|that|it|you(?:'ve| have)? (?:just )?(?:tell|told|say|said|describe|described))\b)",
    rf"{_CLAUSE}how(?:'s|s)?\b(?! (?:awful|horrible|sad|terrible|kind|nice|lovely|frustrating|frightening|upsetting|i"
    rf"|we)\b)",
    # Inversion.
    rf"{_CLAUSE}(?:do|does|did|don't|doesn't|didn't|are|is|was|were|am|has|had|can|could|shall|will|would|may|isn't"
    rf"|aren't"
    r"|haven't|hasn't|didn't|wasn't|won't|wouldn't|can't|couldn't) (?:you|ya|u|yous|he|she|it|they|there|this|that"
    r"|these"
    r"|those|the|your|his|her|their|any\w*|i|we|someone|some\w*|both|either|things|everything|mum|dad|mam|people)\b",
    rf"{_CLAUSE}have (?:you|they|there|any\w*|things|your|i|we|he|she|the)\b",
    rf"{_CLAUSE}(?:any|ever|still|anything|anyone|anybody|anywhere|been|got|mind (?:if|me|telling)|okay to|is|are|did"
    rf"|does|was|were|had)\b",
    r"\b(?:anything|anyone|anybody|any other|any more|something else|what else) (?:else|more|from|you|that you)\b",
    # At the end.
    r"(?:, ?(?:right|yes|no|yeah|eh|correct|ok)| is it| isn't it| are you| aren't you| do you| don't you| have you"
    r"| haven't you| did you| didn't you| or not| or no| or anything| or something| then| i take it| i gather)$",
    # Requests.
    r"\b(?:(?<!you )(?<!you've )tell (?:me|us)|talk (?:me|us|to me|to us|about)|walk me|run me|take me (?:through"
    r"|back)|fill me in|remind me"
    r"|say (?:more|a bit|a little|something)|help (?:me|us) (?:to )?(?:understand|see|get)|give me (?:an?|some|the)"
    r"|let me know|let's (?:hear|talk|start|go|discuss|think|look back)|(?<!sorry to )hear (?:about|more|how|what"
    r"|your|from|anything|it)"
    r"|go on|carry on|keep going|take (?:your|all the) time|in your own|i'?m listening|all ears|here to listen"
    r"|(?:no|not any) (?:rush|hurry)|feel free|you can (?:say|talk|speak|trust|be|share|always)|be (?:honest|open"
    r"|straight"
    r"|frank)|hold (?:anything |nothing )?back|nothing you|whatever (?:it|you|is)|judge|judgement|judgment|shock me"
    r"|safe space|don't be (?:shy|embarrassed|afraid)|don't worry about (?:what|saying)|now's the time"
    r"|no (?:need|reason) to be (?:embarrassed|ashamed|shy))\b",
    rf"{_CLAUSE}(?:describe|explain|elaborate|continue|list|quantify|specify|clarify|confirm|share|rate|name|point|show"
    r"|start|begin|mention|think back|imagine|say|tell|expand|outline|summari[sz]e for|paint|try to)\b",
    r"\b(?:would|'d|do|did) (?:really |also |just |very much |quite )*(?:like|love|want|need|be (?:good|useful|helpful"
    r"|interested|keen|great|able))(?: you| for you)? (?:to )(?:know|hear|ask|understand|get|find|learn|talk|go|explore"
    r"|discuss|check (?:if|whether|how)|see (?:if|whether|how)|tell|describe|share|say|walk|take me)\b",
    r"\b(?:need|want|have|going|wanted|wants|ought) to (?:know|ask|understand|hear|find|get an?|discuss|talk"
    r"|check (?:if"
    r"|whether|how))\b(?! (?:you )?(?:some|a few|a couple of)(?: more)? questions(?: now| today| first)?$)",
    r"\b(?:wonder\w*|curious|intrigued|interested (?:in|to)|keen to (?:know|hear)|would help|be helpful|be useful"
    r"|ask (?:you )?(?:about|something|whether|if|how|what)|questions? about|a word about|move on to|turn to"
    r"|come (?:back )?to your|not (?:quite |really )?sure (?:i|what|why|how) |didn't (?:quite )?(?:catch|get)"
    r"|(?:don't|do not) (?:quite )?understand)\b",
    # What is noticed, guessed, or said of others: the patient may take it up.
    r"\byou (?:mentioned|hinted|touched on|alluded|hesitated|paused|seem|seemed|look|looked|sound|sounded|appear|went"
    r"|must have (?:your|a)|may have|might have|know (?:him|her|them|best|yourself))\b",
    r"\bi (?:\w+ )?(?:notice|noticed|sense|sensed|suspect|imagine|guess|suppose|reckon|bet|gather|picture|take it"
    r"|get the|have the|got the)\b(?! (?:this|that|it|so)$)",
    r"\b(?:sounds?|seems?|looks?|feels?) (?:to me )?(?:like|as though|as if|that) (?:there|something|someone|you(?:'re|"
    r" are) (?:not|carrying|holding|hiding|worried about)|that (?:might|may))\b",
    r"\b(?:there (?:may|might|must|could|seems|is|'s) (?:be |to be )?(?:something|someone|more|a reason)"
    r"|there's (?:something"
    r"|someone|more|a reason)|(?:something|someone|somebody) (?:is|about|tells|else|that|you|on|may|might|behind|close)"
    r"|more to (?:it|this|say|tell)|on your (?:mind|own mind|chest)|weighing|worries you|troubling you|bothering you"
    r"|behind (?:that|this)|carry a lot|brings? (?:something|back))\b",
    rf"\b(?:a lot of|lots of|loads of|many|some|other|plenty of|sometimes|it's common for"
    rf"|not unusual for) (?:\w+ ){{0,2}}"
    rf"{_PEOPLE}\b|\b{_PEOPLE} (?:\w+ ){{0,6}}?(?:often|sometimes|tend|find|struggle|notice|forget|don't always)\b",
    # "And you still take them": a statement about the patient without a subject of its own.
    r"^(?:and |so |but )?you(?:'re|'ve|'d| are| have| do| don't| haven't| aren't| didn't| still| never| always| just"
    r"| only)*"
    r" (?:\w{2,20} )?(?:it|them|that|him|her|nothing|no one|nobody|anyone|anybody|any)(?: (?:every day|regularly|yet"
    r"|before|at all"
    r"|now|too|then|all the time))?$",
    r"\b(?:used|found|felt|been|were|are) (?:\w+ )?since$|\bnothing since$",
]
_ENGLISH_SILENT = (
    # Any other subject, and its verb.
    r"(?:(?:[\w'-]{1,30} ){1,5}(?:is|are|will|helps?|means?|makes?|causes?|lowers?"
    r"|gives?)"
    r"|i|i'?m|i'?ll|i'?ve|i'?d|im|ive|we|we'?re|we'?ll|we'?ve|we'?d|let me|let us|let's|my|our|it|it'?s|it'?ll|that"
    r"|that'?s|thats|that'?ll|this|these|those|there|there'?s|here|here'?s|nothing|no (?:problem|worries|need|wonder"
    r"|doubt)|the|an?|your|you|you'?re|you'?ve|you'?ll|he|she|they|he'?s|she'?s|his|her|most|everyone|everybody"
    r"|everything|all|one|two|both|from what|sounds?|looks|seems|must|can't be|if|when|as|because|since|after|before"
    r"|while|although|once|what|how|not|today|next|first|perhaps|maybe|high|low|good|great|lovely|nice|sorry|so sorry"
    r"|thank|thanks|many|excellent|brilliant|perfect|wonderful|glad|pleased|happy|well|poor|bless|what a|hello|hi|hey"
    r"|welcome|congratulations|apologies|lie|sit|stand|breathe|take|follow|look|open|close|squeeze|push|pull|lift"
    r"|raise|bend|turn|roll|relax|hold|pop|hop|come|have a|hang on|bear with|excuse|stick|mind|deep|stay|keep|rest"
    r"|cough|swallow|just a|only a|see|bye|goodbye|cheers|right then|do (?:sit|take|have|come)|don't (?:worry"
    r"|apologi\w+|panic)|please (?:lie|sit|take|come|have|stand|hold)|in (?:a|the|my|summary|short|that case)"
    r"|to (?:summari\w+|sum|recap)|summari\w+)\b"
)
# A clause has a verb: "Blood, urine, bowels" is a list of questions.
ENGLISH_VERB = re.compile(
    r"\b(?:is|are|was|were|am|be|been|will|would|can|could|should|may|might|must|has|have|had|do|does|did|need|needs"
    r"|means"
    r"|sounds?|looks?|seems?|makes?|goes|going|know|think|see|hear|understand|appreciate|believe|hope|thanks?|thank"
    r"|sorry"
    r"|meet|meeting|hello|hi|hey|morning|afternoon|evening|welcome|bye|goodbye|lets|let|take|lie|sit|stand|breathe|come"
    r"|\w+ed|\w+ing|[a-z]+'(?:s|m|re|ve|ll|d|t)|im|ive|thats|works?|gets?|helps?|can't|cheers|apologies|well|good|great"
    r"|follow|open|close|squeeze|push|pull|lift|raise|bend|turn|roll|relax|hold|pop|hop|wait|like|lovely|nice|pity"
    r"|shame"
    r"|said|told|came|began|felt|got|gets|use|check|want|worry|excuse|promise|explain|examine|happens|drops?|rises?"
    r"|causes?"
    r"|falls?|hurts?|carry|comes|takes?|gives?|shows?|pumps?|relaxes|squeezes|beats)\b"
)

_GERMAN_ASKS = [
    r"(?:^(?:\w+,? ){0,2}|\b(?:und|aber|also|oder|denn|dann|gut|okay) )(?:seit |von |bis |an |in |mit |ab )?(?:was"
    r"|wer|wen|wem|wessen"
    r"|wie|wieso|weshalb|warum|wo|woher|wohin|wofur|womit|wovor|woran|worum|wann|welche\w*|wieviel\w*|inwiefern|ob)\b",
    r"(?:^|[,(] ?|\b(?:und|aber|also|oder|dann|gut|okay) )(?!setzen|legen|atmen|machen sie sich|bitte|stehen|kommen"
    r"|nehmen sie"
    r" (?:platz|bitte)|warten|entschuldigen|folgen|drehen|offnen|halten|drucken|heben|schauen)\w+(?:en|t|st|d|n"
    r"|ind) (?:sie|du"
    r"|es|er|ihr|ihnen|ihre?\w*|da|das|der|die|jemand|irgend\w*|man|dir|dein\w*)\b",
    r"\b(?:erzahl\w*|schilder\w*|beschreib\w*|berichte\w*|sagen sie|sag mal|sprechen sie|reden sie|nennen sie"
    r"|zeigen sie"
    r"|fahren sie fort|nur zu|weiter so|und weiter|lassen sie sich|zeit lassen|in ruhe|hore ihnen|hore (?:ihnen "
    r"|dir )?zu|ganz"
    r" offen|frage mich|fragen (?:zu|nach|uber)|wissen|wusste gern|erfahren|verstehen, |interessier\w+|neugierig"
    r"|eindruck|gefuhl"
    r"|vermute|nehme an|scheint|scheinen|wirken|klingt (?:so )?als|noch (?:mehr|was|etwas)|(?:et)?was anderes|belastet"
    r"|bedruckt|manche|viele (?!kopfschmerzen|dank)\w+|irgend\w*|vertrau\w*|trauen|urteil\w*|keine (?:eile|scheu)"
    r"|unter uns|gern(?:e)? (?:horen|wissen|verstehen)|ehrlich)\b",
    r"(?:,? (?:oder|ja|nicht|richtig|gell|ne|nicht wahr|stimmt's|was))$",
]
_GERMAN_SILENT = (
    r"(?:ich|wir|das|dies\w*|es|der|die|den|mein\w*|unser\w*|ihr\w*|sie|danke|vielen|herzlichen|besten|guten|hallo"
    r"|gruss"
    r"|schon|sehr|gut|okay|alles|tut|leider|dann|jetzt|nun|zunachst|gleich|zuerst|heute|hier|dafur|damit|wenn|weil|da"
    r"|kein\w*"
    r"|nichts|viele kopf|viele dank|setzen|legen|atmen|stehen|kommen|bitte (?:setzen|legen|atmen|nehmen)"
    r"|nehmen sie platz"
    r"|auf|bis|einen? moment|entschuldig\w*|machen sie sich keine|schade|mit|bei|im|eine?)\b"
)
_FRENCH_ASKS = [
    r"(?:^(?:\w+,? )?|\b(?:et|mais|alors|donc|ou|bon) )(?:depuis |de |a |avec |pour |en |par |chez )?(?:qu'est-ce"
    r"|est-ce|que|quoi"
    r"|quel\w*|qui|quand|ou|comment|pourquoi|combien)\b",
    r"\b\w+-(?:vous|tu|il|elle|ils|elles|on|ce|t-il|t-elle|t-on)\b(?<!rendez-vous)(?<!asseyez-vous)(?<!allongez-vous)"
    r"(?<!detendez-vous)(?<!tournez-vous)(?<!inquietez-vous)(?<!levez-vous)",
    r"\b(?:racont\w+|dites|dis-moi|parl(?:ez|e)|decri\w+|expliqu(?:ez|e)-|precis(?:ez|er)|continuez"
    r"|prenez (?:tout )?votre temps"
    r"|allez-y|ecoute(?!r)|demande|aimerais|voudrais (?:savoir|comprendre|que|vous (?:poser|demander))|savoir"
    r"|impression"
    r"|sens (?:que|bien)|semble|semblez|dirait|(?:beaucoup|certain\w*|bien) (?:de|des) (?:gens|patients|personnes"
    r"|femmes"
    r"|hommes)|hesitez|pouvez (?:tout|me|en|parler)|confiance|l'air|quelque chose|d'autre|juge\w*|entre nous|imagine"
    r"|suppose|curieu\w+|question)\b",
    r"(?:,? (?:non|hein|n'est-ce pas|c'est ca|ou pas|d'accord|oui))$",
    r"^(?:et )?(?:vous |il y a|y a|ca |c'est comment|toujours|deja|pas de|du |de la |des )(?!avez (?:bien|raison"
    r"|maigri|fait)"
    r"|etes (?:bien|courageu)|a l'air|doit|va aller|me|fait)",
]
_FRENCH_SILENT = (
    r"(?:je|j'ai|j'|nous|on|c'est|ce|cela|ca|votre|vos|le|la|les|un|une|il faut|merci|bonjour|bonsoir|salut|d'accord"
    r"|tres|bien"
    r"|bon|desole\w*|pardon|excusez|enchante\w*|maintenant|d'abord|ensuite|aujourd'hui|si|quand vous|vous (?:avez"
    r"|etes)|allongez"
    r"|asseyez|respirez|toussez|au revoir|a bientot|bonne|voila|pour resumer|en resume|ne vous|notre|mon|ma|tout)\b"
)
_IBERIAN_ASKS = [
    r"(?:^|[,(] ?|\b(?:y|e|pero|mas|entonces|entao|o|ou) )(?:desde |de |a |con |com |por |para |en |em |hace "
    r"|ha )?(?:que|o que"
    r"|qual\w*|cual\w*|quien\w*|quem|como|cuando|quando|donde|onde|cuant\w+|quant\w+|por ?que|porque nao)\b",
    r"\b(?:cuente\w*|cuenta(?:me)|conte\w*|conta-me|digame|dime|diga(?!mos)|diz-me|hableme|hablame|fale(?:-me)?"
    r"|describ\w+"
    r"|descrev\w+|explique\w*|continue|siga|adelante|prossiga|tomese|tome (?:o|todo)|sin prisa|sem pressa|con calma"
    r"|com calma|escucho|ouvi-l[oa]|a ouvir|pregunt\w+|pergunt\w+|gustaria|gostava|gostaria|quisiera|queria|saber"
    r"|impresion"
    r"|impressao|noto|sinto que|siento que|parece\w*|confiar|confianca|a vontade|pode (?:falar|dizer)|puede (?:hablar"
    r"|decir|contar)|muchas (?:mujeres|personas|veces)|muchos|mucha gente|muitas|muitos|hay (?:mas|algo)|ha mais|algo"
    r"|alguma?|algun\w*|alguien|alguem|qualquer coisa|cualquier|algo mas|mais alguma|juzg\w+|julg\w+|imagino|supongo"
    r"|suponho|curios\w+|interesa|entre nosotros|no sale de aqui|no diga)\b",
    r"(?:,? (?:no|nao|verdad|verdade|si|sim|cierto|certo|no es|nao e|pois))$",
]
_SPANISH_SILENT = (
    r"(?:yo|soy|estoy|voy|vamos|vuelvo|tengo|entiendo|comprendo|veo|lamento|lo (?:siento|entiendo)|siento|me (?:llamo"
    r"|alegro"
    r"|llaman)|mi|le (?:voy|vamos|agradezco|explico)|ahora|ya|esto|eso|es|la|el|los|las|su|sus|un|una|debe|tiene que"
    r"|gracias|muchas gracias|muy|hola|buen\w*|vale|de acuerdo|bien|perfecto|claro|encantad\w+|perdon\w*|disculp\w+"
    r"|primero"
    r"|luego|hoy|ha hecho|no se preocupe|tumbese|sientese|respire|hasta|adios|en resumen|nuestr\w+|nos|queda|para)\b"
)
_PORTUGUESE_SILENT = (
    r"(?:eu|sou|estou|vou|vamos|volto|tenho|entendo|percebo|compreendo|vejo|lamento|sinto muito|chamo-me|o meu"
    r"|a minha|agora"
    r"|ja|isto|isso|e|a|o|os|as|um|uma|deve|obrigad\w+|muito|ola|bo[am]|esta bem|de acordo|bem|certo|claro|prazer"
    r"|desculp\w+"
    r"|primeiro|depois|hoje|fez|nao se preocupe|deite-se|sente-se|respire|ate|adeus|em resumo|no[s]?|para|os seus"
    r"|as suas)\b"
)
_ITALIAN_ASKS = [
    r"(?:^|[,(] ?|\b(?:e|ma|allora|quindi|o) )(?:da |di |a |con |per |in )?(?:che|cosa|chi|come|quando|dove|quant\w+"
    r"|qual\w*"
    r"|perche)\b",
    r"\b(?:racconti|raccontami|mi (?:dica|dici|parli|parla|descriva|spieghi|puo|potrebbe|faccia)|dica pure|parli"
    r"|descriva|vada"
    r" (?:pure|avanti)|continui|prosegua|si prenda|con calma|la ascolto|ascoltarla|chiedo|vorrei|piacerebbe|sapere"
    r"|impressione|sento che|sembra|sembrano|puo (?:dir|parl|fid)\w*|fidarsi|fiducia|molt[ei] (?:persone|donne|uomini"
    r"|pazienti)"
    r"|tant[ei]|a volte|qualcosa|qualcuno|qualche|c'e (?:altro|dell'altro)|altro|giudic\w+|immagino|suppongo|curios\w+"
    r"|interessa|tra noi|domand\w+)\b",
    r"(?:,? (?:no|vero|giusto|si|o no|eh))$",
]
_ITALIAN_SILENT = (
    r"(?:io|sono|sto|ho|vado|vengo|torno|capisco|comprendo|vedo|mi (?:dispiace|chiamo|spiace)|il|lo|la|i|gli|le|un"
    r"|una|questo"
    r"|questa|quest\w*|e|adesso|ora|faremo|facciamo|abbiamo|dobbiamo|possiamo|dev'essere|deve|grazie|molte|mille"
    r"|buon\w*|salve"
    r"|ciao|va bene|bene|d'accordo|certo|perfetto|piacere|scusi|prima|poi|oggi|ha fatto|non si preoccupi|si (?:sdrai"
    r"|sieda)"
    r"|respiri|arrivederci|a presto|in sintesi|nostr\w+|mio|mia|tutto|e normale)\b"
)
_DUTCH_ASKS = [
    r"(?:^(?:\w+,? )?|\b(?:en|maar|dus|of|dan|oke) )(?:sinds |van |met |in |op |aan |voor )?(?:wat|wie|waar\w*|waarom"
    r"|wanneer|hoe"
    r"|hoeveel|hoelang|welke?|of)\b",
    r"(?:^|[,(] ?|\b(?:en|maar|dus|dan|oke) )(?!dat|het|dit|ik|we|u|gaat u (?:maar )?(?:zitten|liggen))\w+ (?:u|je"
    r"|jij|er|ie"
    r"|het(?! (?:is|was|gaat))|uw|jouw|iemand|hij|zij|ze)\b",
    r"\b(?:vertel\w*|beschrijf|leg (?:eens )?uit|noem|zeg (?:het )?maar|ga (?:door|verder)|gaat u (?:door|verder)"
    r"|neem (?:rustig"
    r"|gerust|uw|de)|rustig|alle tijd|luister|vraag me|vragen (?:over|naar)|weten|horen|benieuwd|nieuwsgierig|idee"
    r"|gevoel"
    r"|indruk|lijkt|klinkt (?:als)?of|nog (?:iets|meer|wat)|iets anders|iets|iemand|veel (?:mensen|mannen|vrouwen)"
    r"|sommige"
    r"|oordeel\w*|eerlijk|vertrouw\w*|gerust|graag (?:weten|horen|willen)|stel me voor|neem aan|onder ons|dwarszit)\b",
    r"(?:,? (?:toch|he|niet|of niet|ja|klopt dat|nietwaar))$",
]
_DUTCH_SILENT = (
    r"(?:ik|we|wij|dat|dit|het|de|een|mijn|ons|onze|uw|u|dank|bedankt|goed\w*|hallo|dag|oke|prima|mooi|fijn|sorry"
    r"|helaas|nu"
    r"|eerst|dan|straks|vandaag|als|omdat|begrijp\w*|wat (?:vervelend|naar|erg)|tot|gaat u (?:maar )?(?:zitten|liggen)"
    r"|kom|adem|geen|maakt u zich geen|er|zo|heel|aangenaam)\b"
)


# What answers nothing and asks nothing, in any language.
_NODS = (
    r"ok, okay, okey, oke, right, alright, all right, fine, great, good, perfect, brilliant, excellent, lovely, "
    r"sure, yes, yeah, yep, no, nope, cool, i see, i understand, understood, got it, of course, absolutely, "
    r"thanks, thank you, cheers, very much, so much, a lot, sorry, i'?m sorry, hello, hi, hey, hiya, "
    r"good (?:morning|afternoon|evening|day), doctor, sir, madam, then, there, well done, bye, goodbye, m+h*m+, "
    r"a+h+, o+h+, hm+, uh-?huh, dear, not at all, no problem, no worries, take care, see you, nice, welcome, "
    r"you too, that'?s (?:fine|right|ok|okay|great|good|all), ja, genau, gut, schon, alles klar, verstehe, aha, "
    r"ach so, danke, danke schon, dankeschon, vielen dank, bitte, hallo, guten (?:tag|morgen|abend), in ordnung, "
    r"natur?lich, tut mir leid, auf wiedersehen, oui, non, bien, tres bien, d'accord, merci, merci beaucoup, "
    r"bonjour, bonsoir, madame, monsieur, je (?:vois|comprends), parfait, entendu, pardon, desolee?, "
    r"je suis desolee?, au revoir, si, vale, bueno, muy bien, de acuerdo, entiendo, comprendo, ya veo, claro, "
    r"gracias, muchas gracias, hola, buen[oa]s (?:dias|tardes|noches), lo siento, lo siento mucho, senora, "
    r"senor, perfecto, adios, hasta luego, va bene, capisco, certo, grazie, grazie mille, mille grazie, "
    r"molto bene, bene, buongiorno, buonasera, salve, mi dispiace, signora, signore, perfetto, arrivederci, "
    r"d'accordo, nee, goed, prima, begrepen, ik begrijp het, dank u, dank u wel, dank je, dank je wel, bedankt, "
    r"dankjewel, dag, goede(?:morgen|middag|navond), mevrouw, meneer, het spijt me, tot ziens, sim, nao, bem, "
    r"muito bem, esta bem, percebo, compreendo, entendo, obrigad[oa], muito obrigad[oa], ola, "
    r"bo[am] (?:dia|tarde|noite), lamento, lamento muito, sinto muito, perfeito, adeus, ate logo, de acordo"
)
# Sentences that are nothing but such words; the longest first, since none is tried again. A greeting may have a name.
NODDED = re.compile(
    rf"(?>(?:{'|'.join(sorted(_NODS.split(', '), key=len, reverse=True))})(?:[ ,]+|$))++"
    r"((?:mr|mrs|ms|miss|dr|herr|frau|monsieur|madame|m|mme|senora?|don|dona|signora?|meneer|mevrouw|senhora?)?"
    r"(?: ?(?!what|how|why|who|any)[a-z-]{2,40}){1,2})?"
)
GREETS = re.compile(
    r"(?:hello|hi|hey|hiya|good (?:morning|afternoon|evening)|hallo|guten (?:tag|morgen|abend)|bonjour|bonsoir|hola"
    r"|buen[oa]s"
    r"|buon|salve|ciao|dag|goede|ola|bo[am] |thanks|thank you|danke|merci|gracias|grazie|dank|bedankt|obrigad)"
)


def _any(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


RULES = {
    "en": (re.compile(_ENGLISH_SILENT), _any(_ENGLISH_ASKS)),
    "de": (re.compile(_GERMAN_SILENT), _any(_GERMAN_ASKS)),
    "fr": (re.compile(_FRENCH_SILENT), _any(_FRENCH_ASKS)),
    "es": (re.compile(_SPANISH_SILENT), _any(_IBERIAN_ASKS)),
    "pt": (re.compile(_PORTUGUESE_SILENT), _any(_IBERIAN_ASKS)),
    "it": (re.compile(_ITALIAN_SILENT), _any(_ITALIAN_ASKS)),
    "nl": (re.compile(_DUTCH_SILENT), _any(_DUTCH_ASKS)),
}
