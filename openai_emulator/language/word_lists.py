"""Sets of words."""


def word_set(text: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(text.split())


# Words that say nothing about the topic of a sentence.
STOP_WORDS = word_set(
    """
    a about above after again all also am an and any anything are as at be because been before being both but by can
    cannot could did do does doing done down each else ever few for from get gets getting go going got had has have
    having he her here hers him his how i if in into is it its just know like let lot many may me might mine more
    most much my myself need no nor not now of off okay ok on once one only or other our out over own perhaps please
    quite rather really right said same say see shall she should so some something sort still such sure take taken
    tell than thank thanks that the their them then there these they thing things think this those though through
    time times to today too um uh up us very was way we well were what when where which while who whom why will with
    would yeah yes yet you your yours yourself mean kind bit little maybe good fine great doctor dr mr mrs ms feel
    feeling felt notice noticed problem problems symptom symptoms issue issues since make makes made help moment
    currently normal normally usually ask asked want wanted look looking come comes came start started day days week
    weeks question questions able don didn doesn isn haven hasn wasn aren couldn wouldn won shouldn sorry hear
    alright hello hi morning afternoon evening mention mentioned tried try long often bad
    """
)

# Words of rubrics that do not say what a student should do.
# Of German, French, Spanish, Italian, Portuguese and Dutch, which say as little about a fact; without those that mean
# something in English, such as "die" and "son".
STOP_WORDS_ABROAD = word_set(
    """
    der das dem des ein eine einen einem einer ich du er sie es wir ihr mich mir dich dir sich uns ihm ihn ihnen
    ihre ihren ihrem ihrer mein meine meinen sein seine dein deine und oder aber auch nicht kein keine ist sind
    waren habe haben hatte wird werden kann mit von zu zur zum im am auf an bei nach vor seit aus wie wo wer wann
    warum welche wenn dass so noch schon nur denn geht gibt etwas nichts alles jetzt dann hier da
    le la les un une des du de ce cette ces il elle nous vous ils elles moi toi lui leur mon ma mes ton ta tes sa ses
    votre vos notre et ou mais ne pas est sont suis etes avez avait ai ont dans sur avec par que qui quoi comment
    quand est-ce comme bien ca ete fait
    el los las una unos y o pero no es soy esta estoy estan su sus mi mis tu te se le lo por para que como cuando
    donde cual muy mas ya hay ha he tiene tengo usted
    il lo gli uno e ma non sono sei ha ho hai per che chi come quando dove quale piu suo sua suoi mio mia lei si ci
    o os as um uma e nao sou tem tenho com por para que como quando onde qual mais seu sua meu minha voce
    het een en ik jij hij zij wij u uw mijn niet geen is was heeft heb met naar voor op aan bij hoe wat wie waar
    wanneer ook nog er
    """
)
RUBRIC_WORDS = word_set(
    """
    student students candidate learner patient patients doctor asks ask asked asking explores explore explored
    exploring enquires enquire inquires inquire elicits elicit establishes establish identifies identify obtains
    obtain takes take uses use using used demonstrates demonstrate shows show showed shown gives give given provides
    provide offers offer attempts attempt makes make checks check confirms confirm clear clearly appropriate
    appropriately effective effectively relevant specific specifically detail details detailed main current start
    starts beginning begin begins end ends during throughout before after later early mark marks award awarded score
    scores full partial partly least both either such including include includes symptom symptoms problem problems
    condition complaint presenting possible question questions consultation interview conversation encounter history
    information own each well good language word words manner way statement statements response responds respond
    phrase explicit explicitly direct directly brief briefly simple open closed concise accurate accurately correct
    correctly complete completely themselves themself self name role reason meaning side cause causes coming visit
    only single several various more most needs need should would could example eg ie one two three first second
    finally also must done does did skill skills communication communicates communicate able ability discusses
    discuss discussed mentions mention mentioned covers cover states state tells tell says say said talks talk
    addresses address considers consider invites invite allows allow seeks seek sought treats treat health medical
    clinical case key points point list lists aspect aspects area areas item items regarding related concerning
    subject subjects topic topics change changes sensitive private personal early further
    """
)
# Words that appear in the place of a name or an occupation.
NO_NAMES = word_set(
    """
    The A An This Your You He She They It His Her Patient Opening Age Adult Doctor Dr Male Female I My Simulated
    Virtual
    """
)
NOT_JOBS = word_set(
    """
    man woman boy girl male female lady gentleman patient child toddler person mother father parent baby infant
    adult smoker widow widower drinker worrier teenager bit little sister brother daughter sufferer former
    """
)
