"""The function words of each language, by ISO 639-1 code, spelled with their accents."""

from typing import Final


def profile(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


FUNCTION_WORDS: Final[dict[str, frozenset[str]]] = {
    "en": profile(
        """the a an and of to in is it that was for on are with as i my me his he she her they them you your we our be
        this have from or had by not but what all were when there can if do did does which their been has who would
        will how about up out then so some could him into only than its it's i'm i've don't didn't can't isn't
        wasn't doesn't that's there's he's she's no yes just like get got know think at because very really never
        always any more much too now here well oh doctor where why sorry please thanks thank hello yeah after before
        every since still feel again something nothing one two days weeks i'd i'll won't haven't couldn't wouldn't
        may might should anyone anything else okay mrs mr miss good morning afternoon evening pain chest fever cough
        hurt hurts tablets symptoms medicines drink smoke smoking allergies breath sleep worse better tell take
        taking going come came ever today pregnant uh um yep ok sure right great hi am you're we're what's how's
        who's let's name job home seem seems many see said say used call called someone problems problem loss
        happened next last week while being having those these such through make makes"""
    ),
    "de": profile(
        """der die das und ist in zu den mit von auf für ich du er sie es wir ihr nicht ein eine einen einem einer eines
        auch als an so wie aber aus bei nur noch nach habe hat haben hatte bin sind war waren wird werden kann können
        muss mir mich mein meine meinen meiner meinem ihnen ihre dass wenn weil oder dem des im am zum zur sich schon
        seit immer sehr mal ja nein doch dann hier was wer wo warum kein keine keinen über vor um gar nichts etwas
        vielleicht manchmal jetzt heute sein seine guten tag danke bitte deutsch sprechen gut mehr wieder wurde
        entschuldigung gestern ganz alles viel tut weh geht nie"""
    ),
    "fr": profile(
        """le la les de des du un une et est en à que qui dans pour pas sur au aux avec ce cette ces je j'ai tu il elle
        nous vous ils elles on ne se me ma mon mes sa son ses leur plus par ou où mais comme si tout tous très bien été
        être avoir ai as a avez sont était fait c'est n'ai n'est d'un d'une qu'il qu'elle depuis quand j'étais ça oui
        non aussi même peu rien jamais toujours parce alors encore suis y sans docteur bonjour merci parlez français
        chez pendant après avant moi lui j c d l n qu s m t c'était pouvez deux jours mal peut"""
    ),
    "es": profile(
        """el la los las de del un una unos y en que es por con para no se lo le les me mi mis su sus al como pero más
        muy yo tú él ella nosotros usted ustedes ya o si sí cuando donde qué porque desde hace hasta entre sin sobre
        también estoy está están es son fue era soy tengo tiene tenía he ha había nada algo todo todos siempre nunca
        este esta esto eso ese esa hola gracias doctor doctora buenos días habla español días dos mucho poco ahora
        duele creo aquí así después antes"""
    ),
    "it": profile(
        """il lo la i gli le di del della dei delle un una uno e è in che per con non si da dal dalla mi mio mia miei
        mie ti ci vi su al alla anche ma come più molto sono sei siamo ho hai ha abbiamo hanno era stato stata questo
        questa quello quella quando dove perché se sì no io tu lui lei noi voi loro cosa niente sempre mai ogni poi
        adesso ora qui dottore dottoressa buongiorno grazie parla italiano giorni due solo tutto fa c'è l'ho nel nella
        o ancora già po' bene male"""
    ),
    "nl": profile(
        """de het een en van ik je hij zij ze wij we jullie is in te dat die niet met op voor zijn er maar om ook als
        aan dan naar uit bij nog wel geen heb heeft hebben had was ben bent zou kan kunnen moet mijn me mij hem haar
        hun dit deze wat wie waar waarom hoe toen nu al altijd nooit veel heel erg over door of omdat sinds weer wordt
        werd niets iets ja nee dokter goedemorgen dank bedankt nederlands spreekt dagen twee eens even gewoon meer
        gaat mevrouw soms daar"""
    ),
    "pt": profile(
        """o a os as de do da dos das um uma e é em no na nos nas que por com para não se me meu minha meus minhas seu
        sua ao à aos mas mais muito eu tu ele ela nós você vocês eles elas já ou quando onde porque desde há até entre
        sem sobre também estou está estão são foi era sou tenho tem tinha nada algo tudo todos sempre nunca este esta
        isto isso esse essa olá obrigado obrigada doutor doutora bom dia fala português dias dois pouco agora dói acho
        aqui assim depois antes como faz pelo pela só"""
    ),
    "sv": profile(
        """och i att det som en på är av för med den till inte har de ett om hade men var jag du han hon vi ni mig min
        mitt mina dig din sig så när där här nu vad vem varför hur från eller bara också mycket alltid aldrig kan ska
        skulle måste vill blir blev varit efter sedan hela något inget ingen ja nej tack hej god svenska dagar två lite
        mer ont är känns kanske"""
    ),
    "da": profile(
        """og i at det som en på er af for med den til ikke har de et om havde men var jeg du han hun vi mig min mit
        mine dig din sig så når der her nu hvad hvem hvorfor hvordan fra eller kun bare også meget altid aldrig kan
        skal skulle må vil bliver blev været efter siden hele noget intet ingen ja nej tak hej god dansk dage to lidt
        mere ondt føles måske"""
    ),
    "no": profile(
        """og i at det som en på er av for med den til ikke har de et om hadde men var jeg du han hun vi meg min mitt
        mine deg din seg så når der her nå hva hvem hvorfor hvordan fra eller bare også mye alltid aldri kan skal skulle
        må vil blir ble vært etter siden hele noe ingenting ingen ja nei takk hei god norsk dager to litt mer vondt
        føles kanskje"""
    ),
    "pl": profile(
        """i w na z do nie się że to jest jak o co ale po tak za od mnie mi mam ma miał mój moja moje był była było
        są jestem czy już tylko przez dla jego jej ich bardzo może być bo kiedy gdzie dlaczego też jeszcze zawsze nigdy
        nic coś tu tam teraz ten ta te tym tego u ja pan pani dzień dobry dziękuję proszę polsku dni dwa trochę więcej
        boli przed"""
    ),
    "tr": profile(
        """ve bir bu da de için ile çok ben sen o biz siz ama gibi daha var yok ne mi mı mu mü değil en kadar sonra önce
        her şey bana beni benim olarak olan oldu oluyor ki hiç şimdi evet hayır doktor merhaba teşekkür ederim lütfen
        türkçe gün iki biraz ağrı ağrıyor neden nasıl zaman sadece bile ya"""
    ),
    "ro": profile(
        """și în de la cu pe nu este sunt un o care că mai din pentru ce am ai are avem au fost era mă mi te se îmi
        meu mea foarte dar sau când unde deci doar după până eu tu el ea noi voi acum aici da bună mulțumesc domnule
        doamnă zile două puțin doare"""
    ),
    "cs": profile(
        """a v na je se že to s z do ne jsem jsou byl byla bylo mám má jak ale po tak za od mě mi můj moje už jen pro
        jeho její velmi může být protože když kde proč také ještě vždy nikdy nic něco tady tam teď ten ta ty já pan paní
        dobrý den děkuji prosím česky dny dva trochu více bolí před nebo asi jako"""
    ),
    "hu": profile(
        """a az és hogy nem is egy van volt meg de ha csak már én te ő mi ti ők ez azt ezt mert mint vagy még nagyon
        amikor hol miért mindig soha semmi valami itt ott most igen jó napot köszönöm kérem magyarul napja két kicsit
        fáj óta után előtt lesz lett"""
    ),
    "fi": profile(
        """ja on ei se että en oli minä sinä hän me te he minun minulla mutta kun niin kuin myös vain jo tai jos ovat
        olen olin ole mitä missä miksi aina koskaan mitään jotain täällä nyt kyllä hyvää päivää kiitos suomea päivää
        kaksi vähän enemmän sitten sen tämä joka"""
    ),
}

# Function words of languages that share a script, by script.
SCRIPT_WORDS: Final[dict[str, dict[str, frozenset[str]]]] = {
    "cyrillic": {
        "ru": profile(
            """что это как не вы вас вам у на и в я мне меня мой моя очень уже было есть нет да где когда почему с по
            здравствуйте добрый день болит сколько только но или если сейчас спасибо пожалуйста давно чем от же бы он
            она они к вы ещё еще доктор"""
        ),
        "uk": profile(
            """що це як не ви вас вам у на і в я мені мене мій моя дуже вже було є немає ні так де коли чому з по та
            добрий добрий день болить скільки тільки але або якщо зараз дякую прошу давно чим від ж би він вона вони
            до ще лікарю"""
        ),
        "be": profile("што гэта як не вы вас у на і ў я мне мяне вельмі ўжо было няма дзе калі чаму баліць але"),
        "bg": profile(
            "какво това как не вие ви в на и аз ми съм е са имам имате много вече беше няма да къде кога защо ден боли"
        ),
        "sr": profile(
            "шта ово како не ви вас у на и ја ми је сам су имам имате много већ било нема да где кад када зашто дан"
        ),
    },
    "arabic": {
        "ar": profile(
            """ما ماذا هل من في على منذ متى هذا هذه أنا أنت عن مع لا نعم كيف أين لماذا كم لديك لديكم عندي عندك كان
            التي الذي هي هو مرحبا السلام عليكم أشعر ألم إلى أو أي شكرا صباح الخير بك لك حالك تشعر تشعرين"""
        ),
        "fa": profile("از به که این آن چه چی است هست را با برای کی کجا چرا چند شما درد دارم دارید می خیلی سلام بله"),
        "ur": profile("کیا ہے ہیں میں کو کا کی کے سے نہیں آپ مجھے کب کہاں کیوں جی ہاں اور یہ وہ تھا"),
    },
    "devanagari": {
        "hi": profile(
            """है हैं क्या में को का की के से नहीं आप आपको मुझे कब कहाँ क्यों जी हाँ और यह वह हो रहा रही था मैं मेरा
            मेरी बहुत कितने कैसे कुछ हुआ नमस्ते"""
        ),
        "mr": profile("आहे आहेत काय मला तुम्हाला कधी कुठे नाही आणि हे ते माझे माझा खूप होते का"),
        "ne": profile("छ छैन के मलाई तपाईंलाई तपाईं कहिले कहाँ किन र यो त्यो मेरो धेरै भयो हुन्छ"),
    },
    "he": {
        "he": profile("מה את אתה אני לא כן של על זה מתי איפה כמה יש לך לי שלום בוקר טוב איך כואב האם או אתם עם"),
        "yi": profile("וואס איר האט איך בין נישט און פאר די דער איז מיט צו ביי ווי מיר א"),
    },
}
