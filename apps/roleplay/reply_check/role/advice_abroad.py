"""Detects advice, comfort and offers of a clinician in other languages than English, and orders to the listener.

The patterns match plain text (see plain.py).
"""

from apps.core.text.patterns import lazy_pattern

# One language a line or two: advice, comfort with a question, an offer of help, an examination.
_ABROAD = [
    r"(?:ihr|ihre|ihren) (?:blutdruck|puls|herz|lunge|werte|temperatur|befund\w*|ergebnisse|blutwerte)\b|(?:votre"
    r"|vos) (?:tension|pouls|temperature"
    r"|coeur|poumons|resultats|analyses)\b|su (?:presion|tension|pulso|temperatura|corazon)\b|sus (?:resultados"
    r"|analisis|pulmones)|(?:la sua|il suo"
    r"|i suoi) (?:pressione|polso|temperatura|cuore|esami|risultati)|uw (?:bloeddruk|hartslag|temperatuur|hart|longen"
    r"|uitslag\w*)|(?:sua|seus?) (?:pressao"
    r"|pulso|temperatura|coracao|exames|resultados)\b|pani?a? (?:cisnienie|tetno|puls|temperatura|serce|wyniki)"
    r"|ваш[аеи]? (?:давление|пульс|температура"
    r"|сердце|результаты|анализы)|(?:tansiyonunuz|nabz[ıi]n[ıi]z|atesiniz|sonuclar[ıi]n[ıi]z)",
    r"(?:was ist der grund (?:ihres|fur ihren)|quel est le motif|cual es el motivo|qual e il motivo|qual (?:e )?o"
    r" motivo da|wat is de reden van)|haben sie"
    r" (?:gut|genug) geschlafen|vous devriez (?!me|m')|wat kan ik (?:vandaag )?voor|gehen sie (?:am besten |bitte "
    r"|sofort |lieber |morgen )+|(?:mal[ıi]s[ıi]n[ıi]z"
    r"|melisiniz)\b|\w{1,20}(?:mal[ıi]s[ıi]n[ıi]z|melisiniz)\b",
    r"es ist (?:sehr |auch )?(?:wichtig|ratsam|empfehlenswert),? (?:dass (?:sie|du)\b|(?:viel|ausreichend|genug|einen"
    r" arzt|sich|regelmassig))"
    r"|(?:wurde|kann|mochte|rate|empfehle) (?:ich )?(?:ihnen|dir)[^.!?\n]{0,15}(?:empfehlen|raten|vorschlagen|,|zu\b)"
    r"|(?:sollten|mussen) sie"
    r" [^.!?\n]{0,20}(?:arzt|notruf|notaufnahme|trinken|ausruhen|vermeiden|reduzieren)|rufen sie (?:bitte )?(?:den"
    r" notruf|112|sofort|einen)",
    r"danke,? dass sie (?:mir )?(?:das|dies|es)\b|(?:tut mir|es tut mir) (?:sehr )?leid(?:,? das)? zu horen|wie lange"
    r" geht das schon|seit wann haben"
    r" sie\b|(?:wie|was) (?:fuhlen sie sich|beschaftigt sie)[^.!?\n]{0,25}\?|nehmen sie (?:bitte )?platz|ich (?:werde"
    r"|mochte|wurde)"
    r" (?:jetzt |nun |gern\w* |sie |ihnen |mir )*(?:ihren?|ihr|ein paar fragen) |ich helfe ihnen|haben sie (?:noch"
    r" )?(?:weitere )?(?:fragen an"
    r"|vorerkrankungen|weitere fragen\?)|machen sie sich keine sorgen, wir",
    r"il est (?:tres |egalement )?(?:important|essentiel|conseille|recommande) (?:de |d'|que vous)|(?:je|nous)"
    r" (?:vous )?(?:recommande|conseille"
    r"|suggere|vous invite)|si (?:la|les|vos|votre|vous) [^.!?\n]{0,50}(?:consultez|appelez|contactez)|n'hesitez pas a",
    r"(?:suis|je suis) (?:vraiment |sincerement )?desolee? (?:d'apprendre|d'entendre|de l'apprendre|pour votre)"
    r"|depuis quand avez-vous|merci (?:de|d')"
    r" ?(?:m'avoir|me l'avoir|l'avoir|avoir|partager|m'en)[^.!?\n]{0,15}(?:partage|parle|dit|confie|informe)|comment"
    r" (?:vous sentez-vous|cela affecte"
    r"|cela a-t-il)|je vais (?:vous|ecouter|examiner|palper|prendre)|allongez-vous|asseyez-vous|qu'est-ce qui vous"
    r" (?:inquiete|preoccupe)",
    r"es (?:muy |tambien )?(?:importante|recomendable|fundamental|aconsejable) (?:que (?:usted |tu )?(?!mi\b|yo\b"
    r"|me\b)|(?:beber|acudir|consultar|descansar"
    r"|mantener|seguir))|(?:le|te) (?:recomiendo|aconsejo|sugiero|recomendaria|aconsejaria)|si (?:los|el|la|sus|su)"
    r" [^.!?\n]{0,50}(?:consulte|acuda"
    r"|llame|busque)|no dude en|deberia (?:de )?(?:intentar|reducir|dejar|evitar"
    r"|comer|hacer|beber|caminar)(?![^.!?\n]{0,120}\b(?:lo se|ya|yo|mi|me)\b)",
    r"(?:lamento|siento) (?:mucho )?(?:lo que|escuchar|oir|saber|su perdida|que (?:este|te|se))|desde cuando (?:tiene"
    r"|siente|le)|gracias por (?:compartir"
    r"|contarme|decirme|confiar)|como (?:le|te) (?:ha afectado|afecta|esta afectando)|voy a (?:tomar|examinar|revisar"
    r"|auscultar|hacer|palpar)(?:le|te)"
    r"|sub[ae]se|tumbese|acuestese|sientese|que (?:le|te) preocupa",
    r"e (?:molto |anche )?(?:importante|consigliabile|fondamentale|essenziale) (?:che (?:lei|tu)|consultare|bere"
    r"|riposare|seguire|rivolgersi|mantenere"
    r"|evitare)|(?:le|ti) (?:consiglio|raccomando|suggerisco|consiglierei)|se (?:i|il|la) [^.!?\n]{0,50}(?:consulti"
    r"|contatti|chiami|si rivolga)"
    r"|non esiti a|(?:lei )?dovrebbe (?:cercare|ridurre|evitare|bere|fare|mangiare|smettere)",
    r"mi dispiace (?:molto )?(?:sentir|per la sua|sapere|che lei)|da quanto tempo ha\b|grazie per (?:aver\w*"
    r" (?:condivis|dett|raccontat|parlat)|la sua fiducia)|come (?:posso|possiamo) (?:aiutar"
    r"|esser)|come (?:la|le) ha (?:influenzato|influito)|(?:ora|adesso) (?:le|la) (?:misuro|visito|ascolto)|si"
    r" (?:sdrai|accomodi|sieda)|cosa la preoccupa",
    r"het is (?:heel |ook )?(?:belangrijk|verstandig|raadzaam)(?: om| dat (?:u|je)|,)|ik (?:zou|raad|adviseer|kan)"
    r" (?:u|je)[^.!?\n]{0,25}(?:aan|om|aanraden"
    r"|adviseren|willen)|als de (?:klachten|pijn|symptomen) [^.!?\n]{0,40}(?:contact|bel|arts)|aarzel niet|u (?:moet"
    r"|zou) (?:proberen|minder|meer)",
    r"(?:vervelend|naar|spijtig) (?:om )?(?:dat )?te horen|spijt me (?:dat )?te horen|hoe lang (?:heeft|hebt) u"
    r"|waarmee kan ik|bedankt (?:dat|voor het)"
    r" (?:u|je|delen|vertellen)[^.!?\n]{0,25}|hoe (?:voelt u zich|gaat u|beinvloedt)|ik ga (?:nu )?(?:uw|u|naar uw)"
    r"|gaat u (?:zitten|liggen)|neemt u plaats",
    r"(?:recomendo|aconselho|sugiro|recomendaria)(?:-lhe)? (?:que|beber|procurar|fortemente)|e (?:muito |tambem"
    r" )?(?:importante|fundamental|essencial"
    r"|recomendavel) (?:beber|descansar|procurar|consultar|que (?:voce|o senhor|a senhora)|manter|seguir)|se (?:os|a"
    r"|o) [^.!?\n]{0,50}(?:procure|consulte"
    r"|ligue)|nao hesite em|(?:voce|o senhor|a senhora) deve(?:ria)? (?:evitar|tentar|reduzir|procurar|beber|fazer"
    r"|comer|parar)",
    r"(?:sinto|lamento) (?:muito )?(?:em |por |a sua )?(?:ouvir|saber|perda)|ha quanto tempo (?:voce|o senhor|a"
    r" senhora|sente|tem)|obrigad[oa] por (?:compart"
    r"|partilh|me contar|contar|confiar)|como posso (?:ajuda|te|lhe)|como isso (?:tem )?afet|vou (?:examinar|medir"
    r"|auscultar)|deite-se|sente-se, por"
    r"|o que (?:mais )?[oa] preocupa",
    r"(?:zalecam|polecam|radze|sugeruje|rekomenduje),? (?:aby|zeby|pani?|duzo|by|odpoczynek|konsult|picie)|wa[zż]ne"
    r" jest,? (?:aby|zeby)|jesli (?:objawy|bol"
    r"|stan) [^.!?\n]{0,40}(?:prosze|nalezy|skontakt)|powinien pan|powinna pani|prosze (?:skontaktowac|zglosic"
    r"|polozyc|pic|wezwac|usiasc|odpoczywac)"
    r"|nalezy (?:pic|skontaktowac|odpoczywac)",
    r"przykro mi (?:to )?s[lł]ysze[cć]|od kiedy (?:ma|boli|odczuwa) pani?a?|w czym (?:mog[eę]|moge)|dzi[eę]kuj[eę],?"
    r" ze (?:pani?|mi)[^.!?\n]{0,15}(?:powiedzi"
    r"|podziel)|jak (?:pani?|to) (?:si[eę] (?:czuje|pani?)|wp[lł]ywa)|zbadam (?:pania?|teraz)|co pania?a? (?:niepokoi"
    r"|martwi|sprowadza)",
    r"(?:рекомендую|советую|предлагаю|рекомендуется|рекомендуем)(?: (?:вам|тебе))?(?! мне)[, ]|важно (?:пить"
    r"|обратиться|отдыхать|соблюдать|принимать|чтобы вы"
    r"|помнить|следить)|если (?:боль|симптомы|у вас|вы|состояние) [^.!?\n]{0,40}(?:обратитесь|вызовите|позвоните"
    r"|следует)|вам (?:следует|нужно|необходимо"
    r"|стоит|лучше)|обратитесь к врачу|не стесняитесь|постараитесь",
    r"(?:мне )?(?:очень )?жаль(?: это)? слышать|как давно (?:у вас|вы)|с каких пор|чем (?:я )?(?:вам )?могу|чем (?:я"
    r" )?могу (?:вам )?|спасибо, что"
    r" (?:поделились|рассказали|сказали|сообщили)|как (?:вы себя чувствуете|это влияет|это повлияло)|я (?:осмотрю"
    r"|послушаю|измерю) (?:вас|ваш)|ложитесь|присаживаитесь",
    r"(?:oneririm|tavsiye ederim|onemle)\b|(?:icmeniz|dinlenmeniz|basvurman[ıi]z|gormeniz|gitmeniz|almaman[ıi]z"
    r"|danisman[ıi]z|kac[ıi]nman[ıi]z|yapman[ıi]z)\w*"
    r" (?:onemli|gerek|iyi|faydal|oner|tavsiye)|(?:doktora|hekime|saglik) (?:basvurun|dan[ıi]s[ıi]n|gorunun|gidin)"
    r"|cekinmeyin|bol su icin",
    r"duyduguma (?:cok )?uzuldum|ne zamand[ıi]r|size (?:bugun )?nas[ıi]l yard[ıi]m|nas[ıi]l yard[ıi]mc[ıi]"
    r"|paylast[ıi]g[ıi]n[ıi]z icin|gunluk"
    r" hayat[ıi]n[ıi]z|sizi muayene|sizi (?:ne|en cok) |uzan[ıi]n|buyurun oturun",
]
_UNSPACED = lazy_pattern(
    r"(?:我)?(?:建议|推荐|劝)(?:您|你)|(?:请|应)(?:及时|尽快|立即)(?:就医|看医生|就诊|拨打)|如果(?:症状|疼痛|您|你)[^。？！\n我]{0,20}(?:请|应|建议|就医)|(?:您"
    r"|你)(?:应该|需要|可以|最好)"
    r"(?:多|少|注意|避免|去看|尝试|休息)|(?:注意休息|多喝水，)|(?:很|非常)?(?:抱歉|遗憾|难过)(?:听到|得知)|什么时候开始的[?？]|(?:有什么|什么)(?:可以|能)(?:帮|为)"
    r"(?:到|助)?(?:您|你)|感谢(?:您|你)(?:的)?(?:分享|告诉)|(?:您|你)(?:感觉|觉得)(?:怎么样|如何)[^。\n]{0,4}[?？]|请(?:躺下|坐|深呼吸|张开)|我(?:来|给"
    r"|要)(?:给|为)?(?:您|你)(?:检查|听|量)"
    r"|(?:您|你)的(?:血压|脉搏|体温|心脏|检查结果|化验)|(?:您|你)(?:应该|最好|需要)(?!帮|给|告诉|看)[^。？！\n我]{2,80}[。！]|(?:た|だ)(?:ほう|方)がいいです(?:よ|ね)"
    r"|(?:血圧|脈|体温|数値)(?:が|は)[^。私\n]{0,10}ですね|يجب (?:عليك|أن ت)|ضغط دمك|نبضك|حرارتك|نتائجك"
    r"|お勧めし|おすすめし|(?:医師|医者|病院|医療機関)(?:に|を)[^。\n]{0,6}(?:相談して|受診して|ご相談)(?:ください|下さい)|(?:十分に|ゆっくり)[^。\n]{0,12}(?:てください"
    r"|ことが大切)"
    r"|(?:お辛い|大変)です(?:よ)?ね|いつ(?:から|頃から)[^。？！\n]{0,16}(?:ありますか|ですか|ましたか)[?？]?\Z|どう(?:されました|なさいました)|何かお(?:手伝い|困り)"
    r"|お話し?(?:いただき|くださり|して)"
    r"|診察(?:し|いたし|させて)|横になってください"
    r"|أنصح(?:ك|كم)|(?:من )?(?:المهم|الضروري|الأفضل) (?:أن ت|استشارة|شرب|الراحة|مراجعة)|إذا (?:ساءت|استمر|شعرت"
    r"|كنت)[^.؟!\n]{0,40}(?:الطبيب|الطوارئ|اتصل|راجع)"
    r"|يؤسفني|آسف (?:جدا )?ل?سماع|(?:منذ )?متى (?:و?أنت )?(?:تشعر|تعاني|بدأ)|كيف (?:يمكنني|أستطيع|أقدر)|شكرا (?:لك"
    r" )?(?:على )?(?:مشاركت|إخبار)|كيف (?:تشعر|أثر)|سأ(?:فحص|قوم بفحص)"
    r"|يجب (?:عليك|أن ت(?:ستشير|شرب|راجع|تجنب))|تفضل بالجلوس|استلق"
)
# Who says one of these words speaks of themselves: patients do not tell others alone what to do.
_SELF = lazy_pattern(
    r"\b(?:ich|mir|mich|mein\w*|wir|uns|je|j'\w+|me|m'\w+|moi|mon|ma|mes|nous|yo|mi|mis|conmigo|io|mio|mia|miei|ho|ik"
    r"|mij|mijn"
    r"|eu|meu|minha|mim|mnie|moj\w*|moja|я|мне|меня|мо[ияе]\w*|нас|ben|bana|beni\w*)\b|[我私俺僕]|ني\b"
)
_BEGINNING = r"(?:\A|(?<=[.!?\n] )|(?<=\n)|(?<=, )|(?<=: ))"
_ORDERS = lazy_pattern(
    _BEGINNING
    + r"(?:(?:bitte )?(?!schauen|sehen|warten|horen|entschuldigen|wissen|verstehen|glauben|haben|sind|konnen|meinen"
    r"|denken|wollen|machen)"
    r"\w{2,12}en sie (?!auch\b|das schon)|(?:evitez|prenez(?! votre temps)|buvez|reposez|mangez|respirez|consultez"
    r"|restez|essayez|continuez|surveillez|appelez"
    r"|contactez|n'oubliez pas|suivez|gardez|detendez|pensez a|veillez)\b|(?:evite|tome|beba|descanse|siga|intente"
    r"|acuda|consulte|llame al|mantenga"
    r"|coma|respire|relajese|recuerde|procure|trate de|no olvide|haga)\b|(?:eviti|beva|prenda|riposi|segua|cerchi di"
    r"|consulti|chiami il|mantenga"
    r"|mangi|respiri|si rilassi|ricordi|provi a|non dimentichi|faccia)\b|(?:vermijd|neem|drink|rust|probeer|houd"
    r"|raadpleeg|eet|vergeet niet|zorg"
    r" (?:dat|ervoor)|adem|ontspan)\b|(?:tente|ligue para|mantenha|relaxe|lembre-se|nao esqueca|faca)\b|prosze"
    r" (?!pani?a?\b|o\b|mi\b|powiedziec"
    r"|pomoc)\w+(?:ac|ic|yc|ec|sc)\b|(?:unikaj|pij|odpoczywaj|pamietaj)(?:cie)?\b|(?!скаж|помог|извин|прост|посмотр"
    r"|подожд|послуша|даит|здравств|понима"
    r"|знаит)[а-я]{2,14}(?:ите|аите|еите|оите)(?:сь)?\b)[^.!?\n]{0,120}(?:[.!\n]|\Z)"
    r"|\b\w{1,20}(?:may[ıi]n|kac[ıi]n[ıi]n|dinlenin|icin|kullan[ıi]n|unutmay[ıi]n|al[ıi]n)(?:[.!]|\Z)|请(?!问|帮|给|告诉|看"
    r"|救)[^。？！\n]{2,80}(?:[。！\n]|\Z)|避免[^。？！\n]{2,80}多"
    r"|(?<!助け)(?<!教え)(?<!見)(?<!治し)(?<!待っ)(?<!聞い)(?<!言っ)(?:て|で)ください(?:[。！\n]|\Z)"
    r"|(?:\A|(?<=[.!؟] ))(?:تجنب|اشرب|استرح|حاول|تناول|خذ|راجع|استشر|اتصل|لا تنس|احرص)\b"
)
_SYMPTOMS = lazy_pattern(
    r"\b(?:symptome?s?n?|beschwerden|sintoma[s]?|sintomi|disturbi|klachten|objawy|симптомы?|жалобы|belirti\w*"
    r"|sikayet\w*)\b"
    r"(?! (?:of|von|de|di|van|d'))[^.!?\n]{0,120}\?|症状[^。？！\n]{0,12}[?？]|أعراض[^.؟!\n]{0,20}؟"
)
_COMFORT = lazy_pattern(
    r"\b(?:ich verstehe (?:ihre|deine|dass sie|wie sie)|je comprends (?:votre|vos|que (?:vous|ce|cela))|entiendo"
    r" (?:su|tu|que (?:usted|se|esto))"
    r"|comprendo su|capisco (?:la sua|il suo|che (?:lei|sia))|ik begrijp (?:uw|dat u)|entendo (?:a sua|o seu|sua|que"
    r" voce)|compreendo (?:a sua|o seu)"
    r"|rozumiem pan\w+ (?:obaw|niepok|bol)|понимаю (?:ваш|как вам|что вам|что вы)|endisenizi|kayg[ıi]n[ıi]z[ıi])"
    r"|理解(?:您|你)的|ご心配です|お気持ち|أتفهم"
    r"|\b(?:wie wirkt sich|wie hat sich) (?:das|dies)[^.!?\n]{0,20}(?:ihren|ihr|auf sie)|haben sie (?:sonst )?noch"
    r" (?:andere )?(?:beschwerden|fragen|symptome)"
    r"|sie sollten (?:auf jeden fall |bitte |unbedingt )?(?:mit ihrem|ihren)|(?:pouvez|pourriez)-vous me montrer"
    r"|(?:tiene|toma) usted (?:algun|alergia)"
)
_PATTERN = lazy_pattern(rf"\b(?:{'|'.join(_ABROAD)})")


def advises_abroad(spoken: str) -> bool:
    """Whether a plain text in another language, without reports, is a clinician's to a patient."""
    if _PATTERN.search(spoken) or _COMFORT.search(spoken):
        return True
    if not spoken.isascii() and _UNSPACED.search(spoken):
        return True
    return (_ORDERS.search(spoken) or _SYMPTOMS.search(spoken)) is not None and _SELF.search(spoken) is None
