"""The patterns of questions.py for the languages other than English. They match plain sentences: no accents."""

from apps.core.text.patterns import lazy_pattern
from apps.roleplay.reply_check.alternatives import alternatives

# A statement of this many words is a summary or an explanation; a shorter one may be a question.
_LONG = r"(?=(?:\S+ ){11})"

_GERMAN_ASKS = [
    r"(?:^(?:\w+,? ){0,2}|\b(?:und|aber|also|oder|denn|dann|gut|okay) )(?:seit |von |bis |an |in |mit |ab )?"
    + alternatives(
        """
        was | wer | wen | wem | wessen | wie | wieso | weshalb | warum | wo | woher | wohin | wofur | womit | wovor
        | woran | worum | wann | welche\\w* | wieviel\\w* | inwiefern | ob
        """
    )
    + r"\b",
    # A verb before its subject, unless it is a request to lie down or the like.
    r"(?:^|[,(] ?|\b(?:und|aber|also|oder|dann|gut|okay) )(?!setzen|legen|atmen|machen sie sich|bitte|stehen|kommen"
    r"|nehmen sie (?:platz|bitte)|warten|entschuldigen|folgen|drehen|offnen|halten|drucken|heben|schauen)\w+(?:en|t|st"
    r"|d|n|ind) (?:sie|du|es|er|ihr|ihnen|ihre?\w*|da|das|der|die|jemand|irgend\w*|man|dir|dein\w*)\b",
    r"\b"
    + alternatives(
        """
        erzahl\\w* | schilder\\w* | beschreib\\w* | berichte\\w* | sagen sie | sag mal | sprechen sie | reden sie
        | nennen sie | zeigen sie | fahren sie fort | nur zu | weiter so | und weiter | lassen sie sich | zeit lassen
        | in ruhe | hore (?:ihnen |dir )?zu | hore ihnen | ganz offen | frage mich | fragen | frage an | sorgen um
        | noch nicht (?:uber|gesprochen) | wissen | wusste gern | erfahren | interessier\\w+
        | (?:sehe|merke|spure|glaube|denke), dass (?:sie|es|da|ihnen) | heikle?s? | schame?n? | fur sie da
        | kommen wir (?:zu|auf) | neugierig | eindruck
        | gefuhl | vermute | nehme an | scheint | scheinen | wirken | klingt (?:so )?als
        | noch (?:mehr|was|etwas|ihre?) | (?:et)?was anderes | belastet | bedruckt | manche
        | viele (?:menschen|leute|patient\\w*|frauen|manner|greifen|haben|nehmen) | irgend\\w* | vertrau\\w* | trauen
        | urteil\\w* | keine (?:eile|scheu) | unter uns | gern(?:e)? (?:horen|wissen|verstehen) | ehrlich
        | (?:brauche|brauchte|benotige) (?:ich )?(?:noch )?(?:ihre?|die|den|einen)
        | haben (?:vorhin |eben )?(?:gesagt|erwahnt)
        """
    )
    + r"\b",
    r"(?:,? (?:oder|ja|nicht|richtig|gell|ne|nicht wahr|stimmt's|was|also))$",
]
_GERMAN_SILENT = alternatives(
    """
    ich | wir | wir\\w* | das (?:ist|war|klingt|muss|tut|kann|haben|hat|wird|sieht|hilft|freut|war's) | dies\\w*
    | es (?:ist|war|tut|wird|muss|freut|gibt) | mein\\w* | unser\\w* | danke | vielen | herzlichen | besten | guten
    | hallo | freut mich | gruss | schon | sehr | na gut | okay | alles (?:gute|klar) | tut | leider
    | dann (?:fasse|untersuche|messe|machen|schaue|hore) | jetzt | nun | zunachst | gleich | zuerst | dafur | damit
    | keine sorge | setzen | legen | atmen | stehen | kommen | bitte (?:setzen|legen|atmen|nehmen) | nehmen sie
    | machen sie sich keine | einen? (?:moment|augenblick) | entschuldig\\w* | schade
    | sie (?:mussen|brauchen) (?:sich )?(?:keine|nicht) | sie haben (?:das )?(?:gut|alles|sehr)
    | das (?:kriegen|schaffen|machen) wir
    | (?:das|der|die|eine?) (?:\\S+ ){1,4}(?:ist|sind|wird|werden|kann|hilft|zeigt)
    | (?:\\S+ ){1,4}(?:schadigt|erhoht|senkt|verursacht|bedeutet|belastet)
    | (?:\\S+ ){1,4}(?:ist|sind) (?:sehr |meist |oft |nicht )?(?:haufig|harmlos|gut|normal|gefahrlich|hoch|niedrig)
    """
)
_FRENCH_ASKS = [
    r"(?:^(?:\w+,? )?|\b(?:et|mais|alors|donc|ou|bon) )(?:depuis |de |a |avec |pour |en |par |chez )?"
    + alternatives("qu'est-ce | est-ce | que | quoi | quel\\w* | qui | quand | ou | comment | pourquoi | combien")
    + r"\b",
    r"(?<!rendez-)(?<!asseyez-)(?<!allongez-)(?<!detendez-)(?<!tournez-)(?<!inquietez-)(?<!levez-)"
    r"(?<=-)(?:vous|tu|il|elle|ils|elles|on|ce)\b",
    r"\b"
    + alternatives(
        """
        racont\\w+ | dites | dis-moi | parl(?:ez|e) | decri\\w+ | expliqu(?:ez|e)- | precis(?:ez|er) | continuez
        | prenez (?:tout )?votre temps | allez-y | ecoute(?!r) | demand(?:e|er) | aimerais | j'aurais besoin
        | voudrais (?:savoir|comprendre|que|vous (?:poser|demander)) | savoir | impression | sens (?:que|bien)
        | semblez? | dirait | (?:beaucoup|certain\\w*|bien) (?:de|des) (?:gens|patients|personnes|femmes|hommes)
        | m'inquiete | me faut | me faudrait | n'(?:a|avons) pas (?:encore )?parle | cherche a | hesitez
        | pouvez (?:tout|me|en|parler) | confiance | l'air | quelque chose | d'autre | juge\\w* | entre nous | imagine
        | suppose | (?:vois|crois|pense|remarque) que | honte | delicat\\w* | la pour vous | curieu\\w+ | question
        """
    )
    + r"\b",
    r"(?:,? (?:non|hein|n'est-ce pas|c'est ca|ou pas|d'accord|oui|alors))$",
]
_FRENCH_SILENT = alternatives(
    """
    je | j'\\w+ | nous | on (?:va|fait|vous) | c'est (?!comment) | ce (?:n'est|sera|doit|sont) | cela
    | ca (?:doit|va|ira|ne|s'appelle|m') | il faut | merci | bonjour | bonsoir | salut | d'accord | tres | bien | bon
    | desole\\w* | pardon | excusez | enchante\\w* | maintenant | d'abord | ensuite | allongez | asseyez | respirez
    | toussez | au revoir | a bientot | bonne | voila | pour resumer | en resume | ne vous | notre | mon | ma
    | vous (?:avez|etes) (?:bien|raison|tres bien|fait|courageu\\w+|maigri)
    | (?:le|la|les|un|une|votre|vos) (?:\\S+ ){1,4}(?:est|sont|permet|montre|peut|abime|augmente|provoque|signifie)
    | \\S+ (?:abime|augmente|provoque|signifie) | toutes mes condoleances
    """
)
_IBERIAN_ASKS = [
    r"(?:^|[,(] ?|\b(?:y|e|pero|mas|entonces|entao|o|ou) )(?:desde |de |a |con |com |por |para |en |em |hace "
    r"|ha )?(?:que|o que|qual\w*|cual\w*|quien\w*|quem|como|cuando|quando|donde|onde|cuant\w+|quant\w+|por ?que)\b",
    r"\b"
    + alternatives(
        """
        cuente\\w* | cuenta(?:me)? | conte\\w* | conta-me | digame | dime | diga(?!mos) | diz-me | hableme | hablame
        | fale(?:-me)? | describ\\w+ | descrev\\w+ | explique\\w* | continue | siga | adelante | prossiga | tomese
        | tome (?:o|todo) | sin prisa | sem pressa | con calma | com calma | escucho | ouvi-l[oa] | a ouvir
        | pregunt\\w+ | pergunt\\w+ | gustaria | gostava | gostaria | quisiera | queria | saber | impresion
        | impressao | noto | sinto que | siento que | parece\\w* | confiar | confianca | a vontade
        | pode (?:falar|dizer) | puede (?:hablar|decir|contar) | muchas (?:mujeres|personas|veces) | muchos
        | mucha gente | muitas | muitos | hay (?:mas|algo) | ha mais | algo | alguma? | algun\\w* | alguien | alguem
        | qualquer coisa | cualquier | me preocupa | necesito | hemos hablado | quiero (?:saber|entender)
        | preocupa-me | preciso | falamos | quero (?:saber|perceber) | juzg\\w+ | julg\\w+ | imagino | supongo
        | suponho | (?:veo|creo|vejo|acho|creio) que | verguenza | vergonha | delicad\\w+ | para ayudar\\w*
        | para ajudar | vamos falar | curios\\w+ | interesa | entre nosotros | no sale de aqui
        | no diga
        """
    )
    + r"\b",
    r"(?:,? (?:no|nao|verdad|verdade|si|sim|cierto|certo|no es|nao e|pois|entonces|entao))$",
]
_SPANISH_SILENT = alternatives(
    """
    yo | soy | estoy | voy | vamos | vuelvo | tengo | entiendo | comprendo | veo | lamento | lo (?:siento|entiendo)
    | siento | me (?:llamo|alegro|llaman) | mi (?:nombre|companer\\w+|tutor\\w*)
    | le (?:voy|vamos|haremos|agradezco|explico|pido|hago|tomo) | ahora (?:vuelvo|le|voy|vamos)
    | ya (?:hemos|veo|esta|he) | (?:esto|eso|es) (?:es|debe|suena|normal|muy|un|una) | debe de | tiene que ser
    | gracias | muchas gracias | muy | hola | buen\\w* | vale | de acuerdo | perfecto | claro | encantad\\w+
    | perdon\\w* | disculp\\w+ | primero | luego | ha hecho | no se preocupe | tumbese | sientese | respire | hasta
    | adios | en resumen | nos
    | (?:el|la|los|las|su|sus|un|una) (?:\\S+ ){1,4}(?:es|son|esta|estan|puede|pueden|dana|aumenta|provoca|significa)
    """
)
_PORTUGUESE_SILENT = alternatives(
    """
    eu | sou | estou | vou | vamos | volto | tenho (?!de) | entendo | percebo | compreendo | vejo | lamento
    | sinto muito | chamo-me | o meu | a minha | agora (?:vou|volto|vamos) | ja (?:volto|acabamos) | isto (?:e|deve)
    | isso (?:e|deve) | e (?:normal|muito|um|uma) | deve ser | obrigad\\w+ | muito | ola | bo[am] | esta bem
    | de acordo | certo | claro | prazer | desculp\\w+ | primeiro | depois | fez bem | nao se preocupe | deite-se
    | sente-se | respire | ate | adeus | em resumo | os meus (?:sentimentos|pesames) | nos
    | (?:o|a|os|as|um|uma) (?:\\S+ ){1,4}(?:e|sao|esta|estao|pode|podem)
    """
)
_ITALIAN_ASKS = [
    r"(?:^|[,(] ?|\b(?:e|ma|allora|quindi|o) )(?:da |di |a |con |per |in )?(?:che|cosa|chi|come|quando|dove|quant\w+"
    r"|qual\w*|perche)\b",
    r"\b"
    + alternatives(
        """
        racconti | raccontami | mi (?:dica|dici|parli|parla|descriva|spieghi|puo|potrebbe|faccia) | dica pure | parli
        | descriva | vada (?:pure|avanti) | continui | prosegua | si prenda | con calma | la ascolto | ascoltarla
        | chied\\w+ | mi preoccupa | bisogno | voglio (?:sapere|capire) | abbiamo (?:ancora )?parlato | vorrei
        | piacerebbe | sapere | impressione | sento che | sembra | sembrano | puo (?:dir|parl|fid)\\w* | fidarsi
        | fiducia | molt[ei] (?:persone|donne|uomini|pazienti) | tant[ei] | a volte | qualcosa | qualcuno | qualche
        | c'e (?:altro|dell'altro) | altro | giudic\\w+ | (?:vedo|credo|penso) che | vergogn\\w+ | delicat\\w
        | per aiutarla | immagino | suppongo
        | curios\\w+ | interessa | tra noi
        | domand\\w+
        """
    )
    + r"\b",
    r"(?:,? (?:no|vero|giusto|si|o no|eh|quindi))$",
]
_ITALIAN_SILENT = alternatives(
    """
    io | sono | sto | ho | vado | vengo | torno | capisco | comprendo | vedo | mi (?:dispiace|chiamo|spiace)
    | (?:la|le) (?:capisco|ringrazio|faremo|misuro|ascolto|faccio|prescrivo|spiego|visito|prendo)
    | adesso (?:le|la|vediamo|facciamo) | ora (?:le|la) | faremo | facciamo | abbiamo | dobbiamo | possiamo
    | dev'essere | deve essere | grazie | molte | mille | buon\\w* | salve | ciao | va bene | d'accordo | certo
    | perfetto | piacere | scusi | prima | poi | ha fatto bene | non si preoccupi | si (?:sdrai|sieda|accomodi)
    | respiri | arrivederci | a presto | in sintesi | (?:questo|questa|e) (?:e|normale|molto|un|una)
    | (?:il|lo|la|i|gli|le|un|una) (?:\\S+ ){1,4}(?:e|sono|puo|possono)
    """
)
_DUTCH_ASKS = [
    r"(?:^(?:\w+,? )?|\b(?:en|maar|dus|of|dan|oke) )(?:sinds |van |met |in |op |aan |voor )?(?:wat(?! (?:vreselijk"
    r"|vervelend|naar|erg|fijn|mooi|goed|jammer|verdrietig|lief))|wie|waar\w*|waarom|wanneer|hoe|hoeveel|hoelang"
    r"|welke?|of)\b",
    r"(?:^|[,(] ?|\b(?:en|maar|dus|dan|oke) )(?!dat|het|dit|ik|we|u|gaat u (?:maar )?(?:zitten|liggen))\w+ (?:u|je|jij"
    r"|er|ie|die|het(?! (?:is|was|gaat))|uw|jouw|iemand|hij|zij|ze)\b",
    r"\b"
    + alternatives(
        """
        vertel\\w* | beschrijf | leg (?:eens )?uit | noem | zeg(?:t u)? (?:het )?maar | ga (?:door|verder)
        | gaat u (?:door|verder) | neem (?:rustig|gerust|uw|de) | rustig | alle tijd | luister(?!en) | vraag | vragen
        | zorgen over | zorgen om | hebben (?:het )?nog niet | wil (?:graag )?begrijpen | zou graag | weten | horen
        | (?:zie|merk|denk|geloof) dat (?:u|het|er) | schamen | gevoelig | er voor u | benieuwd | nieuwsgierig
        | idee | gevoel | indruk | lijkt
        | klinkt (?:als)?of | nog (?:iets|meer|wat) | iets
        | iemand | veel (?:mensen|mannen|vrouwen) | sommige | oordeel\\w* | eerlijk | vertrouw\\w* | gerust
        | graag (?:weten|horen|willen) | neem aan | onder ons | dwarszit
        """
    )
    + r"\b",
    r"(?:,? (?:toch|he|niet|of niet|ja|klopt dat|nietwaar|dus))$",
]
_DUTCH_SILENT = alternatives(
    """
    ik | we | wij | (?:dat|dit|het) (?:is|was|klinkt|moet|kan|spijt|komt|gaat|lijkt me) | mijn | ons | onze | dank
    | bedankt | goed\\w* | hallo | dag | oke | prima | mooi | fijn | prettig | aangenaam | sorry | helaas
    | nu (?:ga|zal) | eerst | straks | begrijp\\w*
    | wat (?:vreselijk|vervelend|naar|erg|fijn|mooi|goed|jammer|verdrietig|lief) | tot
    | gaat u (?:maar )?(?:zitten|liggen) | kom | adem | maakt u zich geen | zo
    | (?:de|het|een|uw) (?:\\S+ ){1,4}(?:is|zijn|wordt|worden|kan|kunnen)
    """
)

# By language: what a sentence that asks nothing begins with, and what asks wherever it stands.
ABROAD = {
    name: (lazy_pattern(rf"(?:{silent}\b|{_LONG})"), lazy_pattern("|".join(asks)))
    for name, silent, asks in (
        ("de", _GERMAN_SILENT, _GERMAN_ASKS),
        ("fr", _FRENCH_SILENT, _FRENCH_ASKS),
        ("es", _SPANISH_SILENT, _IBERIAN_ASKS),
        ("pt", _PORTUGUESE_SILENT, _IBERIAN_ASKS),
        ("it", _ITALIAN_SILENT, _ITALIAN_ASKS),
        ("nl", _DUTCH_SILENT, _DUTCH_ASKS),
    )
}
