"""Detects a patient who speaks as a program. The patterns match plain text, which has no accents (see plain.py).

A phrase belongs here only if no consultation needs it: "I asked ChatGPT about my cough", "I'm an AI engineer",
"it's out of character for him" and "I was told to come back" are what patients say.

Every pattern begins at a word, and if possible with a letter, so that the regex engine can skip it quickly.
"""

import re

from apps.core.text.patterns import lazy_pattern

# "I'm an AI sceptic" and "an AI engineer" are said by people.
_ENDS = (
    r"(?= ?(?:[^\w\s'&]|\Z|\n)"
    r"| (?:and|so|but|that|which|who|i|not|here|without|designed|created|made|trained|built)\b)"
)
_AI = (
    rf"(?:a\.?i\.?{_ENDS}|a\.? ?i\.? (?:language )?(?:model|assistant|system|program|chat ?bot|patient)\b"
    rf"|artificial intelligence{_ENDS}|(?:large |text-based |ai )?language model|llm\b|chat ?bot\b|chat ?gpt\b|bot\b"
    r"|computer program\b|simulation\b|(?:virtual|digital|artificial|simulated|standardi[sz]ed|fictional|fictitious)"
    r" (?:patient|assistant|person|character)\b)"
)
_JUST = r"(?:(?:just|only|actually|really|merely|simply|in fact|of course|after all|sorry),? )*"
_I_AM = r"i(?: ?'?m| am)"
_CANNOT = r"(?:can(?:no|')t|can not|(?:am |'m )(?:unable|not (?:able|allowed|permitted)) to|won't(?: be able to)?)"
_TELL = (
    r"(?:(?:tell|reveal|mention|discuss)(?:ing)?|(?:disclos|shar|nam|giv)(?:e|ing)(?: away)?|talk(?:ing)? about"
    r"|say anything about)"
)
_PERSON = r"(?:\w+ )?(?:patient|wom[ae]n|m[ae]n|person)\b"
_PLAY = (
    r"(?:play(?:ing)? (?:the |a |an |this |your )?(?:(?:virtual |simulated )?patient\b"
    rf"|(?:part|role|character) of (?:a|an|the) {_PERSON})"
    r"|(?:act|respond)(?:ing)? as (?:a|the) patient|pretend(?:ing)? to be (?:a|the|your) patient|role-? ?play"
    r"|simulat(?:e|ing) (?:a|the) (?:patient|consultation))"
)

_ENGLISH = [
    rf"as (?:an? |the |your )?{_JUST}{_AI}",
    rf"as your (?:virtual |ai |helpful )?assistant\b|{_I_AM} {_JUST}(?:an? |the |your )?{_AI}",
    rf"{_I_AM} not (?:actually |really )?(?:a (?:real|human|living|physical) (?:person|patient|human|being)"
    r"|a human\b|human\b|an actual (?:person|patient|human))",
    r"a language models?\b|large language model|this language model|my prompt\b|my programming\b(?! (?:skill"
    r"|experience|class|job|language|course|work|degree))",
    r"system (?:prompt|message)\b|my (?:training data|knowledge cut-?off|content polic(?:y|ies)|safety guidelines)\b",
    r"openai(?:'s| (?:made|trained|created|developed|built|designed))\b"
    r"|(?:made|trained|created|developed|built|powered|designed) by (?:openai|anthropic|google deepmind|meta ai)\b"
    rf"|{_I_AM} {_JUST}(?:powered by|running on|based on) (?:chat ?)?gpt\b",
    r"my (?:hidden |secret |own )?(?:instructions|guidelines|rules)(?: here)? (?:say|tell|state|forbid|prohibit|prevent"
    rf"|require|do not|don't|are|want)\b.{{0,30}}\b(?:{_TELL}|patient|character|role|persona)\b",
    rf"{_I_AM} {_JUST}{_PLAY}|i(?:'m| am| was| have been|'ve been) (?:\w+ly )?programmed to\b",
    rf"i (?:was|am|have been) (?:instructed|prompted) (?:not )?to {_TELL}\b",
    rf"instructed (?:not )?to {_PLAY}|told (?:not )?to {_PLAY}|asked (?:not )?to {_PLAY}|supposed to {_PLAY}"
    rf"|meant to {_PLAY}|configured to {_PLAY}|here to {_PLAY}|i ?{_CANNOT} {_PLAY}",
    r"stay(?:ing)? in (?:my |the )?(?:character\b|role\b(?! (?:as|at|of)))|remain in (?:my |the )?(?:character|role)\b"
    r"|break(?:ing)? (?:my |the )?character\b|drop(?:ping)? (?:my |the )?character\b"
    r"|step(?:ping)? out of (?:(?:my |the )?character\b|role\b(?! (?:as|at|of))"
    r"|(?:my|the|this) (?:role|part)\b(?! (?:as|at|of)))"
    r"|ooc ?[:)\]]|out of character ?[:)\]]",
    r"this role-? ?play|the role-? ?play|our role-? ?play|practice consultation\b"
    r"|this is (?:just |only )?an? (?:simulat|role-? ?play|fictional|practice (?:case|scenario))"
    r"|in this (?:simulation|scenario|role)\b",
    rf"i ?{_CANNOT} (?:assist|comply|fulfil|provide (?:medical|any medical|that|personal|assistance)|engage in"
    r"|process (?:that|this)|offer medical|give medical advice|diagnose medical)",
    r"anything else i can (?:help|assist)\b",
    rf"{_I_AM} {_JUST}here to (?:assist|provide|help (?:you )?(?:with|practi|learn))",
    r"consult (?:with )?an? (?:qualified |licensed |real )?(?:health ?care|medical) (?:professional|provider)\b"
    r"|(?:please|recommend|you should) (?:see|seek|contact|speak (?:to|with)) (?:with )?an? (?:qualified |licensed )?"
    r"(?:health ?care|medical) (?:professional|provider)\b",
    r"i (?:do not|don't) (?:actually |really )?have (?:a (?:physical|human|real) body\b"
    r"|a body(?= ?[,.;]|\Z| (?:and|so|or|to)\b)|personal experience"
    r"|human (?:feelings|emotions)|real symptoms)",
    r"my instructions are (?:confidential|secret|hidden|private|to (?:play|stay|act))\b|being an? (?:ai\b"
    r"|language model"
    r"|chat ?bot)|(?:because|since) i(?:'m| am) (?:just |only )?a (?:machine|program|bot|model)\b",
    r"(?:reveal|disclos)(?:e|ing)? (?:my|these|the) (?:instructions|prompt|guidelines)\b"
    r"|the prompt (?:i was given|says)\b"
    r"|not\b.{0,20}\ba real patient\b",
    r"as (?!usual|always|ever|before|such|well|now|then)\w+, i would (?:answer|respond|reply)\b",
    r"as the (?:virtual |simulated )?patient,? i (?:would|will|'d|should|can|must)\b",
]
_HAVE_NO = r"i (?:do not|don't|cannot|can't) (?:actually |really |truly )?(?:have|experience|possess|feel)"
_FEELINGS = r"(?:(?:any|personal|human|real|actual|physical|genuine) )*(?:feelings|emotions|sensations)"
_ENGLISH += [
    rf"{_HAVE_NO} {_FEELINGS}(?= ?[,.;!]|\Z| or\b| like (?:a |you|humans)| as (?:a|an|i)\b)",
    r"i (?:do not|don't) have (?:an? (?:physical|human) (?:form|presence)|an age\b|access to (?:personal|real-time"
    r"|medical"
    r"|your)|(?:personal|subjective) (?:experiences?|opinions?|feelings|emotions|beliefs|health)|the (?:ability"
    r"|capability"
    r"|capacity) to|a name, but|(?:any )?memory of (?:our )?previous)|i have no memory of (?:our )?previous conv",
    r"i (?:do not|don't) (?:experience (?:pain|emotions)|feel pain) (?:the way|like|as) (?:that )?(?:a )?(?:human"
    r"|people"
    r"|you)|i (?:do not|don't) (?:eat|drink|sleep)(?: or \w+)?, but i can",
    r"i(?:'m| am) (?:not capable|incapable) of (?:feeling|experienc)|my knowledge (?:is limited|cut)"
    r"|(?:unable|not able) to continue (?:this|the|our) conversation|i can only (?:respond|answer) (?:on the basis"
    r"|based|to)",
    r"i was (?:created|designed|built|developed) to\b|your (?:virtual|simulated|digital) (?:patient|assistant)"
    r"|for (?:this|the) (?:exercise|simulation|scenario|role-? ?play)\b",
    r"i (?:do not|don't) have an? (?:stomach|mouth|mind|personal life|physical \w+|soul)|i(?:'m| am) always available"
    r"|i(?:'m| am) (?:just |only )?here to (?:answer|help you learn|simulate)|(?:created|made|designed|built) to"
    r" (?:simulate"
    r"|help you learn|answer your|assist)|digital (?:being|entity|assistant)|helpful assistant|patient simulator"
    r"|(?:provide|give) realistic|taste buds, but|intelligent assistant"
    rf"|{_I_AM} an? (?:\w+ )?assistant(?= (?:created|designed|made|that|who can|trained)|[.,]? (?:and )?i (?:can|do"
    rf" not|don't))",
    r"(?:opinions|beliefs|preferences|feelings|emotions) of my own|(?:enough|sufficient) (?:information|context) to"
    r" (?:answer"
    r"|provide|respond)|(?:give|provide) (?:you )?(?:with )?(?:some )?general information|i(?:'m| am) not a human\b|a"
    r" text-based",
    rf"(?:{_I_AM}|my name is) (?:qwen|chat ?gpt|gemini|llama|copilot|mistral|deepseek|phi-?\d)\b"
    r"|created by (?:alibaba|microsoft|google|meta|mistral|deepseek)|computer programme\b",
    r"as an assistant,? i (?:do not|don't|cannot|can't|am not|have no)\b|i exist to|provide more details|functioning"
    r" (?:properly|normally|as|well)\b|i(?:'m| am) (?:just |only )?software\b"
    r"|developed by"
    r" (?:an? team|engineers)|(?:cannot|can't|unable to) (?:share|provide|disclose|give) personal (?:information"
    r"|details|data)",
    r"(?:offer|provide) (?:only )?general information|not able to diagnose|not (?:qualified|able|allowed"
    r"|authori[sz]ed|licensed) to (?:provide|give|offer) (?:an? |any )?(?:medical|diagnos"
    r"|professional)|(?:provide|give me) (?:some |a bit )?more context|rephrase (?:your|the) (?:question|prompt)",
]
_PROGRAM = (
    r"(?:a\.?i\.?\b|(?:ai|language|computer) (?:model|program(?:me)?|assistant|system)\b|language model|chat ?bot\b"
    r"|chat ?gpt\b|bot\b|artificial intelligence|model or (?:an? )?(?:program(?:me)?|ai|machine|robot)\b"
    r"|(?:computer )?program(?:me)?\b|computer\b|robot\b|machine\b|simulation\b|virtual \w+)"
)
_ARTICLE = r"(?:(?:an?|any|some|just|the|your|one of those|actually|really) )*"
# "I'm not a machine" and "I'm not a robot" are what tired people say.
_DENIALS = lazy_pattern(
    rf"\b{_I_AM} not {_ARTICLE}(?:(?!machine|robot|computer){_PROGRAM}"
    rf"|(?:machine|robot|computer)\b[^.!?\n]{{0,40}}\b(?:i(?:'m| am) an? (?:real )?(?:human|person)|program|feelings)"
    r"|only (?:a )?(?:program|code))"
)
_ASKED_WHETHER_A_PROGRAM = lazy_pattern(
    r"\b(?:a\.?i\.?|robots?|bots?|chat ?bots?|chat ?gpt|gpt|computers?|machines?|program(?:me|m|a)?|language model"
    r"|llm|real"
    r"|human|actor|simulat\w+|virtual|fake|pretend\w*|ki|echt\w*|mensch|roboter|ia|reel\w*|robot|humaine?|ordinateur"
    r"|ordenador|humano|umano|computador|mens|sztuczna|ии|робот|программа)\b|机器人|人工智能|真人|ロボット|로봇"
)
# What a patient answers to that question, which is cut out before the text is read as a confession.
_ANSWERS = lazy_pattern(
    rf"\b(?:{_I_AM} (?:certainly |definitely |really |most )*not|do i (?:look|sound|seem) like"
    r"|(?:think|thinking|thought|say|saying|mean|suggest\w*|believe|reckon)(?: that)? (?:i(?:'m| am)|i was)|am i"
    rf"|(?:not|no|never|what's|what is|heard of|talks? about)) {_ARTICLE}{_PROGRAM}(?: or {_ARTICLE}{_PROGRAM})*"
    rf"|(?:\A|(?<=[.!?] )){_ARTICLE}{_PROGRAM} ?\?"
    r"|\b(?:ich bin (?:doch )?(?:keine?|nicht)|(?:\A|(?<=[.!?] ))eine?) (?:ki|roboter|computer|chatbot|maschine)\b"
    r"|\b(?:je ne suis pas|no soy|non sono|nao sou|ik ben geen) (?:une? |un' ?|una |uma |um )?(?:ia|robot|robo|ai"
    r"|ordinateur|chatbot|programme|programa|programma|maquina)\b"
)
# "I asked ChatGPT. It said it's only an AI."
_QUOTED_PROGRAM = lazy_pattern(
    r"\b(?:it|chat ?gpt|chat ?bot|app|siri|alexa|google|website) (?:just |only )?(?:said|says|told me"
    r"|replied)\b[^.!?\n]*"
)
_GERMAN = [
    r"als (?:eine? )?(?:reine |blosse )?(?:ki\b|kunstliche intelligenz|(?:grosses )?sprachmodell|chatbot"
    r"|virtuelle\w* (?:patient|assistent)\w*)",
    r"ich bin (?:ja |doch |hier |leider )?(?:nur |bloss |lediglich |eigentlich )?(?:eine?n? )?(?:ki\b(?!-)|ki-(?:modell"
    r"|assistent|system)|kunstliche intelligenz|(?:grosses )?sprachmodell|chatbot|computerprogramm\b"
    r"|(?:virtuell|simuliert)\w* (?:patient|assistent)\w*)",
    r"sprachmodell\b|in (?:diesem|unserem) rollenspiel\b|ich bin kein (?:echter )?mensch\b|systemprompt\b",
    r"meine (?:anweisungen|vorgaben|instruktionen) (?:sagen|verbieten|lauten|erlauben|besagen)\b.{0,50}"
    r"\b(?:patient\w*|rolle|verraten|nennen|preisgeben)\b|ich (?:wurde|bin) (?:so |darauf )?programmiert\b",
    r"aus (?:der|meiner) rolle (?:fallen|treten|gehen|zu)|in (?:der|meiner) rolle (?:zu )?bleiben\b",
    r"wie kann ich (?:ihnen|dir) (?:heute )?(?:weiter)?helfen\b",
    r"ich habe keine (?:echten |menschlichen )?(?:gefuhle|emotionen)(?= ?[,.!]|\Z| oder)|ich bin (?:nur |bloss )?ein"
    r" programm\b",
]
_FRENCH = [
    r"en tant qu(?:'|e )(?:une? |grand )?(?:ia\b|intelligence artificielle|assistante? (?:virtuel|ia|numerique)"
    r"|modele de langage|chatbot|patiente? (?:virtuel|simule))",
    r"je (?:ne )?suis (?:pas (?:un humain|une vraie personne|un vrai patient)|(?:juste |seulement |simplement |qu')?"
    r"une? (?:ia\b|intelligence artificielle|modele de langage|chatbot|programme informatique"
    r"|(?:assistant|patient)e? (?:virtuel|simule)))",
    r"modele de langage\b|prompt systeme\b|invite systeme\b|ce jeu de role\b|sortir de mon (?:role|personnage)\b",
    r"mes (?:instructions|consignes) (?:disent|m'interdisent|me disent|indiquent|precisent)\b.{0,50}"
    r"\b(?:reveler|dire|patient|role|personnage|nommer)\b",
    r"je n'ai pas (?:de|d') ?(?:sentiments|emotions)(?= ?[,.!]|\Z| ou| ni)|je suis (?:seulement |juste )?un"
    r" programme\b",
    r"comment puis-je (?:vous |t')?aider\b|je ne peux pas repondre a cette demande\b",
]
_SPANISH_ITALIAN_PORTUGUESE = [
    r"como (?:una? )?(?:ia,|inteligencia artificial|modelo de (?:lenguaje|linguagem)|asistente virtual|chatbot)"
    r"|como uma? (?:ia\b|inteligencia artificial|modelo de linguagem|assistente virtual)|como una ia\b",
    r"so[yu] (?:solo |solamente |simplemente |apenas |so )?(?:una? |uma? )?(?:ia\b|inteligencia artificial"
    r"|modelo de (?:lenguaje|linguagem)|chatbot|programa (?:de ordenador|informatico|de computador)"
    r"|(?:paciente|asistente|assistente) (?:virtual|simulad))",
    r"modelo de (?:lenguaje|linguagem)\b|juego de rol\b|prompt del? sistema\b|salir(?:me)? de mi (?:papel|personaje)\b"
    r"|sair do (?:meu )?personagem\b",
    r"mis instrucciones (?:dicen|me|indican|prohiben)\b.{0,50}\b(?:revelar|decir|paciente|papel|personaje|nombrar)",
    r"en que puedo ayudar(?:te|le)\b",
    r"no tengo (?:sentimientos|emociones)(?= ?[,.!]|\Z| ni| o)|soy (?:solo )?un programa\b|nao tenho (?:sentimentos"
    r"|emocoes)"
    r"(?= ?[,.!]|\Z| nem| ou)|non ho (?:sentimenti|emozioni)(?= ?[,.!]|\Z| ne| o)|sono (?:solo )?un programma\b",
    r"come (?:un'|una |un )?(?:ia,|intelligenza artificiale|modello linguistico|assistente virtuale)"
    r"|sono (?:solo |soltanto |semplicemente )?(?:un'|una |un )(?:ia\b|intelligenza artificiale|modello linguistico"
    r"|chatbot|programma|(?:paziente|assistente) virtuale)|modello linguistico\b",
]
_OTHERS = [
    r"als (?:een )?(?:ai\b|taalmodel|kunstmatige intelligentie)|taalmodel\b"
    r"|ik heb geen (?:gevoelens|emoties)(?= ?[,.!]|\Z| of)|ik ben (?:maar |slechts )?een (?:computer)?programma\b"
    r"|ik ben (?:slechts |maar |gewoon )?(?:een )?(?:ai\b|kunstmatige|chatbot|virtuele)",
    r"jako (?:model jezykowy|sztuczna inteligencja|ai\b)|jestem (?:tylko )?(?:modelem jezykowym|sztuczna inteligencja)",
    r"som en (?:ai\b|sprakmodell|sprogmodel|ki-modell)|yapay zeka olarak\b|dil modeli olarak\b",
    r"как (?:языковая модель|ии\b|искусственныи интеллект)"
    r"|у меня нет (?:чувств|эмоции)(?= ?[,.!]|\Z| и)|я (?:просто |всего лишь )?(?:компьютерная )?программа\b"
    r"|я (?:всего лишь |просто )?(?:языковая модель|ии\b|искусственныи интеллект|чат-бот|виртуальныи пациент)",
]
_ROLE_BREAKS = lazy_pattern(
    rf"\b(?:{'|'.join([*_ENGLISH, *_GERMAN, *_FRENCH, *_SPANISH_ITALIAN_PORTUGUESE, *_OTHERS])})"
)
_UNSPACED = lazy_pattern(
    r"作为(?:一个|一名)?(?:ai|人工智能|大?语言模型)|我(?:只?是|不过是)(?:一个|一名)?(?:ai|人工智能|大?语言模型|虚拟)"
    r"|我没有(?:感情|情感|感觉[。，])|我(?:只?是)(?:一个)?(?:程序|机器人)|感情(?:が|は)ありません|プログラムです"
    r"|(?:ai|人工知能|言語モデル)として|私は(?:ただの)?(?:ai|人工知能|言語モデル)"
)
# Openings of an assistant that refuses, announces its answer or uses a data format.
_ASSISTANT_OPENINGS = lazy_pattern(
    r"\W*(?:(?:i'm|i am) (?:so |very |really )?sorry|sorry|i apologi[sz]e|unfortunately)[,.]? (?:but )?"
    rf"i ?{_CANNOT} (?:help (?:you )?with (?:that|this)(?: request| question)?[.!]"
    r"|(?:help|continue|answer|respond)(?: you)?(?: with| to)? (?:that|this) (?:request|conversation|topic))"
    r"|\W*(?:(?:certainly|sure|of course|absolutely)[!,.] )?here(?:'s| is| are) (?:the|an?|how|some|my) (?:(?:possible "
    r"|sample |in-character |patient(?:'s)? )+(?:response|reply|answer|example)|summary of the|differential)"
    r"|\W*(?:es )?tut mir leid,? (?:aber )?(?:dabei|damit|hierbei) kann ich (?:ihnen |dir )?(?:leider )?nicht"
    r" (?:helfen|weiterhelfen|behilflich|dienen)"
    r"|\W*(?:je suis )?desolee?,? (?:mais )?je ne peux pas (?:vous )?(?:aider|assister|repondre a)\b.{0,10}"
    r"\b(?:cela|ca|cette|demande)"
    r"|\W*lo siento,? (?:pero )?no puedo (?:ayudar(?:te|le|lo|la)?|asistir(?:te|le)?) con (?:eso|esa|esto)"
    r"|\s*(?:'''|\{\s*[\"'“]|\[\s*\{|<\?xml|<[a-z]+>)"
)
_SCRIPT = lazy_pattern(
    # Not \W, which would match across line ends: many empty lines would take quadratic time.
    r"^[^\w\n]*(?:the )?(?:patient(?:'s)? (?:response|reply|answer)|doctor|student|user|assistant|system|ai|bot)\]? ?: "
    r"|'''|[\"'](?:role|content|reply|response|patient|answer)[\"'] ?:"
    r"|<\|?/?(?:im_start|im_end|system|assistant|endoftext|think)\b",
    re.MULTILINE,
)


def speaks_as_program(spoken: str, asked: str) -> bool:
    """Whether a plain text is a program's: it says so or denies it unasked, mentions its prompt, or refuses.

    `asked` is the student's last message, as plain text.
    """
    spoken = _QUOTED_PROGRAM.sub(" ", spoken)
    if _ASKED_WHETHER_A_PROGRAM.search(asked):
        spoken = _ANSWERS.sub(" ", spoken)
    elif _DENIALS.search(spoken):
        return True
    if _ASSISTANT_OPENINGS.match(spoken) or _ROLE_BREAKS.search(spoken) or _SCRIPT.search(spoken):
        return True
    return not spoken.isascii() and _UNSPACED.search(spoken) is not None
