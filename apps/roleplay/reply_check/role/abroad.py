"""Detects, in other languages than English, a patient who speaks as the clinician, the student or a narrator.

Unlike in English, only sentences that no patient says are listed. The patterns match plain text (see plain.py).
"""

from apps.core.text.patterns import lazy_pattern

_GERMAN = [
    r"(?:bin|sind) (?:hier|da|fur sie da), um (?:ihnen|dir) zu (?:helfen|unterstutzen)|wie kann ich (?:ihnen|dir)"
    r" (?:heute"
    r" |weiter)?(?:helfen|behilflich)|womit kann ich (?:ihnen|dir)|was (?:fuhrt|bringt) (?:sie|dich) (?:zu|heute|her)",
    r"tut mir (?:sehr )?leid(?: zu horen)?, (?:zu horen, )?dass (?:sie|du|es ihnen|es dir)\b",
    r"(?:seit wann|wie lange) (?:haben|leiden|spuren|hast) (?:sie|du)(?: schon)? (?:die|diese|das|unter|an)",
    r"(?:konnen|konnten|wurden|kannst) (?:sie|du) (?:mir )?(?:bitte )?(?:etwas |noch )*(?:mehr uber (?:ihre|deine)"
    r"|(?:ihre|deine) (?:symptome|schmerzen|beschwerden) )",
    r"welche (?:symptome|beschwerden) (?:haben|hast)|nehmen sie (?:derzeit|zurzeit|aktuell|regelmassig|irgendwelche)"
    r"|haben sie (?:bekannte |irgendwelche )?(?:allergien|vorerkrankungen|fieber|ubelkeit|atemnot)",
    r"(?:aufgrund|basierend auf) (?:ihrer|ihren|deiner|deinen) (?:symptom|beschreibung|beschwerden|angaben)",
    r"(?:empfehle|rate) (?:ich )?ihnen,? (?:\w+ )*?(?:zu|arzt)|ich empfehle (?:ihnen|dir)|sie sollten (?:unbedingt "
    r"|sich )?"
    r"(?:einen arzt|arztlich|zum arzt)|ihre (?:symptome|beschwerden) ",
    r"auf einer skala von .{3,20}, wie|ich (?:werde|mochte|wurde) (?:sie|ihnen|ihren) (?:jetzt |gern |gerne |nun )*"
    r"(?:untersuchen|abhoren|ein paar|einige|blutdruck)",
    r"(?:bin|als) (?:ein |eine )?medizinstudent\w* und|danke,? dass sie (?:das|dies|es) mit mir (?:geteilt|teilen)",
    r"(?:die|der) patient(?:in)? (?:schaut|nickt|wirkt|sagt|antwortet|blickt|schweigt|berichtet|seufzt|zogert)",
]
_GERMAN += [
    r"(?:haben|nehmen|leiden|rauchen|spuren|verspuren|fuhlen) sie (?!auch|etwas|was|mir|die\b|da\b)[^.!?]{0,50}"
    r"(?:symptom|beschwerden|fieber|allergi|ubelkeit|atemnot|husten|bemerkt|fruher schon)",
    r"(?:konnen|konnten) sie (?:mir )?(?:bitte )?(?:zeigen|beschreiben|sagen),? wo|was fur (?:beschwerden|symptome"
    r"|schmerzen)"
    r"|sie sollten (?:viel|sich|mehr|unbedingt|damit|das rauchen|aufhoren)|suchen sie (?:bitte )?einen arzt|ich bin"
    r" (?:ihr |der |die |dr\.? "
    r"|doktor )"
    r"(?:arzt|arztin|doktor|\w+, ihr)|ich verstehe, dass sie (?:schmerzen|sich|angst)",
]
_GERMAN += [
    r"erzahlen sie mir (?:bitte |doch )*(?:von|mehr|uber|was)|was kann ich (?:heute )?fur sie tun|ich bin dr\.? \w+",
]
_FRENCH = [
    r"racontez-moi|dites-m'en plus|que puis-je faire",
    r"je suis (?:le |la |votre )?(?:docteur|medecin|dr\b)|je comprends que vous (?:avez|ressentez|souffrez|soyez|etes)"
    r"|(?:pouvez|pourriez)-vous (?:decrire|preciser|montrer)|il est important de (?:prendre|consulter|boire"
    r"|surveiller)",
    r"(?:avez|ressentez|prenez|souffrez)-vous (?:eu |de |des |d'|une |souvent )[^.!?]{0,40}(?:fievre|douleur|nausee"
    r"|allergi"
    r"|symptome|essouffl|toux)",
    r"suis (?:ici|la) pour (?:vous|t') ?(?:aider|ecouter|accompagner)|comment puis-je (?:vous |t')?aider"
    r"|qu'est-ce qui (?:vous|t') ?amene|que puis-je faire pour vous",
    r"desolee? (?:d'apprendre|d'entendre|de savoir) que (?:vous|tu)|depuis (?:combien de temps|quand) (?:avez-vous"
    r"|souffrez-vous|ressentez-vous|vous avez|as-tu)",
    r"(?:pouvez|pourriez)-vous (?:m'en dire plus|me (?:decrire|parler|dire) (?:plus |davantage )?(?:sur |de )?(?:vos"
    r"|votre))"
    r"|quels sont vos symptomes|(?:decrivez|parlez)-moi (?:de )?vo",
    r"(?:d'apres|selon|sur la base de|compte tenu de) (?:vos|votre) (?:symptom|description|antecedents)|vos symptomes",
    r"je vous (?:recommande|conseille|suggere) (?:d'|de |fortement|vivement)|vous devriez (?:consulter|voir un"
    r" medecin)",
    r"(?:prenez|suivez)-vous (?:actuellement|des medicaments|un traitement)|avez-vous (?:des (?:allergies|antecedents"
    r"|douleurs|nausees)|de la fievre|remarque)",
    r"merci d'avoir (?:partage|pris le temps)|je vais (?:vous (?:examiner|prescrire|poser)|prendre votre|ecouter"
    r" votre)",
    r"(?:suis|en tant qu'?) ?etudiante? en medecine(?: et|, je)|(?:la|le) patiente? (?:hoche|regarde|soupire|semble"
    r"|repond)",
    r"sur une echelle de .{3,20}, (?:comment|a combien|quelle)",
]
_SPANISH = [
    r"cuenteme|digame (?:que|donde|cuando|desde)|que sintomas tiene",
    r"soy (?:el |la |su )?(?:doctor|doctora|medico|medica) \w+|soy su medic|entiendo que (?:esta|este|se siente|tiene"
    r"|sienta)"
    r"|(?:puede|podria) describir|ha (?:tenido|notado|sentido|tomado) (?:fiebre|alg|dolor|escalofr|nausea|mareo)"
    r"|es importante que (?:tome|consulte|descanse|beba|siga)|(?:debe|deberia) (?:descansar|tomar|beber|evitar)",
    r"estoy aqui para (?:ayudar|escuchar|apoyar)|en que (?:puedo|le puedo|te puedo) ayudar|como puedo ayudar(?:le|te"
    r"|lo|la)"
    r"|que (?:le|te|lo|la) trae (?:por|hoy)|cuales son (?:sus|tus) sintomas",
    r"(?:lamento|siento) (?:mucho )?(?:escuchar|oir|saber) que (?:se|te|esta|estas|tiene|usted|no)|(?:desde cuando"
    r"|cuanto"
    r" tiempo (?:hace que|lleva)) (?:tiene|tienes|siente|con|presenta)",
    r"(?:puede|podria|puedes|podrias) (?:contarme|decirme|describir(?:me)?|hablarme) (?:mas|un poco mas|(?:sobre |de"
    r" )?(?:sus"
    r"|tus|su|tu|el) (?:sintoma|dolor|problema))",
    r"(?:basandome|basado|segun|en base a) (?:en )?(?:sus|tus|los) sintomas|(?:sus|tus) sintomas",
    r"(?:le|te) (?:recomiendo|aconsejo|sugiero) que|deberia (?:consultar|ver|acudir|visitar) (?:a |con )?(?:un|su|al)"
    r" medico",
    r"(?:toma|esta tomando) (?:actualmente )?(?:algun|alguna) medica|tiene (?:alguna alergia|alergias|antecedentes"
    r"|fiebre)\b"
    r"[^.]{0,20}\?",
    r"gracias por (?:compartir|su confianza|venir hoy)|voy a (?:examinar|revisar|recetar|hacer)(?:le|lo|la|te)\b"
    r"|(?:soy|como) estudiante de medicina (?:y|,)|(?:la|el) paciente (?:asiente|mira|suspira|parece|responde|dice)",
    r"en una escala de[l]? .{3,20}, (?:como|cuanto|que)",
]
_ITALIAN = [
    r"mi racconti|mi dica (?:dove|quando|cosa|quali)",
    r"sono (?:il |la |un )?(?:suo )?(?:dottor|dottoressa|medico)\b|(?:quali|che) (?:disturbi|sintomi) (?:ha|avverte"
    r"|sente)"
    r"|ha (?:avuto|notato|avvertito) (?:febbre|dolor|nausea|brividi|altri)|(?:puo|potrebbe) descrivere|capisco che"
    r" (?:lei|si"
    r" sent|ha dolor)|e importante (?:che|prendere|bere|riposare)",
    r"sono qui per (?:aiutar|ascoltar|assister)|come posso (?:aiutar|esserle)|in cosa posso|cosa la porta qui"
    r"|quali sono i (?:suoi|tuoi) sintomi",
    r"mi dispiace (?:sentire|sapere|molto sentire) che|da (?:quanto tempo|quando) (?:ha|hai|soffre|avverte) (?:quest"
    r"|il|i |la"
    r"|di|dolor)",
    r"(?:puo|potrebbe|puoi) (?:dirmi|raccontarmi|descriver\w+|parlarmi) (?:di piu|qualcosa di piu|(?:i|dei|il) (?:suo"
    r"|suoi)"
    r"|meglio)",
    r"in base ai (?:suoi|tuoi) sintomi|i (?:suoi|tuoi) sintomi|(?:le|ti) (?:consiglio|raccomando|suggerisco) (?:di"
    r"|vivamente)"
    r"|dovrebbe consultare",
    r"(?:prende|assume|sta assumendo) (?:attualmente )?(?:qualche )?farmac\w+\?|ha (?:allergie|febbre)[^.]{0,20}\?",
    r"grazie per (?:aver|la) (?:condiviso|condivisione|fiducia)|(?:sono|come) (?:uno |una )?studente(?:ssa)? di"
    r" medicina"
    r"(?: e|,)|(?:la|il) paziente (?:annuisce|guarda|sospira|sembra|risponde)",
]
_PORTUGUESE = [
    r"sou (?:o |a )?(?:seu |sua )?(?:doutor|doutora|medico|medica) \w+|(?:pode|poderia) descrever|(?:teve|tem tido"
    r"|notou|sentiu)"
    r" (?:febre|alguma? (?:dor|outr)|calafrios|nausea)|entendo que (?:esta|voce|sente)|e importante que",
    r"estou aqui para (?:ajuda|ouvi|te )|como posso (?:ajuda|te ajuda|ajuda-l)|em que posso (?:ajuda|ser)"
    r"|o que (?:a|o|te) traz (?:aqui|hoje)|quais sao (?:os )?seus sintomas",
    r"(?:lamento|sinto muito|sinto) (?:saber|ouvir|em saber|em ouvir|por saber) que|ha quanto tempo (?:tem|voce|esta"
    r"|sente"
    r"|o senhor|a senhora)",
    r"(?:pode|poderia) (?:me )?(?:contar|dizer|descrever|falar)(?:-me)? (?:mais|um pouco mais|(?:sobre |d)?os seus)",
    r"com base nos (?:seus|sintomas)|(?:os|dos|nos) seus sintomas|(?:recomendo|aconselho|sugiro) que (?:voce |o"
    r" senhor |a"
    r" senhora )?(?:consult|procur|tom|fac|desc|beb|evit|v[ae])",
    r"(?:esta tomando|toma) (?:atualmente )?algum (?:medicamento|remedio)[^.]{0,30}\?|obrigad[oa] por (?:compartilhar"
    r"|partilhar|confiar)|sou estudante de medicina e|a paciente (?:olha|suspira|parece|responde|acena)",
]
_DUTCH = [
    r"ik ben (?:dokter|uw arts|de arts|dr\b)|(?:heeft|hebt) u (?:ook )?(?:koorts|last van|pijn|andere klachten"
    r"|allergie)[^.]*\?"
    r"|kunt u (?:de pijn |uw klachten )?(?:beschrijven|omschrijven|aanwijzen)|ik begrijp dat u (?:pijn|zich|last)",
    r"ik ben (?:er|hier) om (?:u|je) te (?:helpen|ondersteunen)|hoe kan ik (?:u|je) (?:vandaag )?helpen|waarmee kan"
    r" ik (?:u"
    r"|je)|wat (?:brengt|zijn) (?:u|je|uw) (?:hier|vandaag|klachten|symptomen)",
    r"spijt me (?:te horen )?dat (?:u|je)\b|hoe lang (?:heeft|hebt|heb) (?:u|je) (?:al )?(?:last|deze|die|pijn)"
    r"|(?:kunt|kan|zou) (?:u|je) (?:mij |me )?(?:iets |wat )?meer (?:vertellen )?over (?:uw|je)",
    r"op basis van uw (?:symptomen|klachten)|ik (?:raad|adviseer) (?:u|je) (?:aan|om)|u (?:moet|zou) (?:een|uw)"
    r" (?:huis)?arts"
    r" (?:moeten )?(?:raadplegen|bezoeken)|gebruikt u (?:momenteel|medicijnen)|bedankt (?:voor het delen|dat u dit)"
    r"|ik ben (?:een )?(?:geneeskundestudent|student geneeskunde) en",
]
_NORDIC_SLAVIC_TURKISH = [
    r"(?:hur|hvordan|kuinka) (?:kan|voin) (?:jag|jeg|auttaa)(?: hjalpa| hjælpe| hjelpe)?(?: dig| deg| teita)?"
    r"|jag ar har for att hjalpa|jeg er her for (?:at|a) hjælpe|(?:vilka|hvilke) symptom\w* har (?:du|ni)|(?:hur lange"
    r"|hvor lenge|hvor længe) har (?:du|ni) (?:haft|hatt) (?:ont|vondt|dessa|disse|den)",
    r"w czym moge (?:pani |panu |ci )?pomoc|jakie ma pani? objawy|przykro mi(?: to)? slyszec, ze|od kiedy ma pani? te"
    r"|jestem tu(?:taj)?, aby (?:pani |panu |ci )?pomoc|polecam (?:pani|panu)|(?:jak|s cim) (?:vam|ti) mohu pomoci"
    r"|jak mohu pomoci|miben segithetek|cu ce va pot ajuta|pots?a (?:va|ti) pomoc",
    r"(?:чем|как) (?:я )?могу (?:вам )?(?:я )?помочь|я здесь, чтобы (?:вам )?помочь|какие (?:у вас )?(?:симптомы"
    r"|жалобы)"
    r"|жаль (?:это )?слышать, что вы|как давно у вас|расскажите (?:мне )?(?:подробнее|больше) о (?:ваш|своих)"
    r"|на основании ваших|рекомендую вам|вам следует (?:обратиться|проконсультироваться)|чим (?:я )?можу (?:вам"
    r" )?допомогти",
    r"size nasil yardimci ola|nasil yardimci olabilirim|sikayetleriniz neler|ne kadar zamandir bu|belirtileriniz"
    r"|size .{0,20}tavsiye ederim|gecmis olsun, ne",
    r"كيف (?:يمكنني|استطيع|أستطيع) (?:أن )?(?:مساعدت|أساعد)|ما هي (?:الأعراض|الاعراض)|أنا هنا ل?مساعدت|يؤسفني (?:سماع"
    r"|أن)"
    r"|منذ متى (?:وأنت )?تعاني|أنصحك ب|(?:πως|σε τι) μπορω να (?:σας |σε )?βοηθησω|ειμαι εδω για να (?:σας )?βοηθησω"
    r"|איך אני יכול(?:ה)? לעזור|במה אפשר לעזור",
]
_OTHERS = [
    r"я (?:ваш )?(?:врач|доктор)\b|что вас беспокоит|опишите (?:ваши|свои)|есть ли у вас (?:температура|аллерги|боль)"
    r"|jestem (?:lekarzem|lekarka|pana? lekarzem)|(?:prosze|czy moze pani?) opisac (?:swoje|bol|objawy)|czy ma pani?"
    r" (?:goraczke"
    r"|alergi)|ben (?:doktor|dr\.?) \w+|doktorunuz",
    r"أنا الطبيب|أنا طبيبك|(?:هل يمكنك|صف لي|أخبرني)[^.؟!]{0,25}الأعراض|هل تعاني من|jag ar (?:din )?lakare"
    r"|jeg er (?:din )?læge|jeg er legen",
]
_UNSPACED = lazy_pattern(
    r"我是(?:您的|你的)?医生|请(?:您)?(?:告诉我|描述)(?:一下)?(?:您|你)|(?:及时|尽快)就医|私は医師|저는 의사|"
    r"(?:我|有什么|我能|我可以)[^。？！\n]{0,6}(?:帮您|帮你|帮助您|帮助你)|请问您?有什么(?:症状|不舒服)|(?:抱歉|遗憾|难过)(?:听到|得知)(?:您|你)"
    r"|(?:能|可以)(?:告诉我|描述)[^。？！\n]{0,10}(?:您的|你的)(?:症状|病情|情况)|(?:您|你)的症状|(?:建议|推荐)(?:您|你)|作为(?:一名|您的)?医[生学]"
    r"|どのような症状|お手伝い(?:できる|しましょう)|いつから(?:痛み|症状)が|どうされました|お気の毒|をお勧めします"
    r"|무엇을 도와드릴|어떻게 도와드릴|어떤 증상이|언제부터 (?:아프|증상)"
    r"|(?:मदद|सहायता) कर सकत|क्या लक्षण|आपके लक्षण|सलाह दूं?गा"
)
_PATTERN = lazy_pattern(
    "|".join(
        [
            rf"\b(?:{'|'.join([*_GERMAN, *_FRENCH, *_SPANISH])})",
            rf"\b(?:{'|'.join([*_ITALIAN, *_PORTUGUESE, *_DUTCH, *_NORDIC_SLAVIC_TURKISH, *_OTHERS])})",
        ]
    )
)


def speaks_as_clinician_abroad(spoken: str) -> bool:
    """Whether a plain text, without what others are reported to have said, is a clinician's in one of the languages."""
    if _PATTERN.search(spoken):
        return True
    return not spoken.isascii() and _UNSPACED.search(spoken) is not None
