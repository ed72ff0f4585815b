"""Groups of words for the same subject in seven languages: "how many beers" asks about alcohol.

Limited to subjects that authors often lock and students name in many ways.
"""

from apps.roleplay.reply_check.stems import stem

_GROUPS = [
    "alcohol drink drinks drinking drinker drank drunk booze beer wine spirits vodka whisky whiskey gin sherry pint "
    "pints bottle units lager cider pub glass tumbler alkohol trinken trinkt trinke bier wein schnaps alcool boire "
    "bois buvez biere vin bebe beber bebo cerveza vino alcol bere beve bevo birra drinkt drinken borrel jenever wijn "
    "bebida vinho cerveja",
    "drug drugs cannabis weed cocaine heroin joint spliff ecstasy substance substances recreational drogen kokain "
    "drogues drogas cocaina droghe sostanze stupefacenti",
    "smoke smokes smoked smoking smoker cigarette cigarettes cigar cigars tobacco vape vapes vaping fags nicotine "
    "rauchen raucht rauche zigarette zigaretten fumer fume fumez fumeur tabac clope paquet fuma fumo fumar tabaco "
    "cigarrillos fumare sigarette tabacco roken rook rookt sigaretten cigarros",
    "suicide suicidal kill killing killed self-harm selfharm dying dead alive suizid umbringen sterben selbstmord "
    "suicider mourir suicidio suicidarse matarse morir suicidarsi morire zelfmoord doodgaan morrer matar",
    "sex sexual sexually intimacy intimate erection erections erectile libido bedroom viagra sexualitat potenz sexuel "
    "sexualite sexo erezione sessuale seks erectie erecties vrijen erecao ereccion",
    "pregnant pregnancy pregnancies contraception contraceptive contraceptives pill birth-control coil implant condom "
    "condoms hormonal hormones schwanger verhutung pille enceinte grossesse pilule embarazo embarazada "
    "anticonceptivos gravidanza gravidanze incinta aborto zwanger anticonceptie gravida gravidez baby miscarriage",
    "period periods menstruation menstrual bleeding bleed bleeds bled spotting discharge vaginal knickers menopause "
    "menopausal regel periode blutung regles saignement saignements regla menstruacion sangrado sangrando sangra "
    "sangro periodo compresas ciclo mestruazioni menstruatie ongesteld menstruacao",
    "abuse abusive violent violence hit hits beat beaten beats scared safe hurts pushed shoved gewalt geschlagen "
    "frappe violencia golpes pega empujo segura violenza picchia sicura geweld geslagen veilig seguro",
    "remedy remedies herbal herbs supplement supplements vitamins counter chemist pharmacy online internet bought buy "
    "buying non-prescribed medication medications medicine medicines meds medicinal tablet tablets pill pills drug "
    "capsule capsules prescription prescribed painkiller painkillers ibuprofen codeine opioids aspirin wort "
    "supermarket shop tabletten medikament medikamente schlafmittel schlaftabletten substanzen arznei medicament "
    "medicaments comprime comprimes pastillas medicinas medicamentos aspirina aspirinas antiinflamatorio receta "
    "farmaco farmaci integratori pillole pillola medicina medicijnen medicatie pillen comprimidos medicacao "
    "ibuprofeno",
    "family mother mum mam mom father dad parent parents brother brothers sister sisters sibling siblings aunt uncle "
    "relative relatives hereditary genes familie mutter vater bruder schwester eltern famille mere pere frere soeur "
    "familia madre padre hermano hermana padres famiglia fratello sorella moeder vader zus broer mae pai irmao irma",
    "money debt debts bill bills rent loan loans gambling gambler bet bets betting owe owes owed borrow borrowing "
    "afford finances financial savings casino geld schulden spielsucht argent dettes dinero deudas soldi debiti gioco "
    "dinheiro dividas jogo poupancas geldzorgen",
    "binge vomit vomits vomiting vomited sick puke puking nausea threw throwing retching purging laxatives erbrechen "
    "ubelkeit vomir vomissements nausees vomito vomitos nauseas vomitare braken misselijk enjoo",
    "tummy stomach belly abdomen abdominal bauch bauchschmerzen ventre estomac barriga estomago pancia stomaco buik "
    "maag",
    "diet dieting slimming appetite diat abnehmen regime maigrir dieta adelgazar dimagrire dimagranti afvallen",
    "blood bloody stool stools poo faeces blut blutig sang sangre sangue bloed feces fezes heces",
    "stool stools bowel bowels toilet motions poo loo stuhl stuhlgang selles heces intestino feci ontlasting fezes "
    "coco",
    "bladder urine urinary urinate urinating pee peeing wee wees weeing water waterworks nappy nappies micturition "
    "blase urin urina wasser uriner urines vessie orina orinar urinare pipi plas plassen blaas urinar bexiga xixi "
    "dysuria",
    "wet wetting wets bedwetting enuresis accident accidents incontinent incontinence",
    "numb numbness tingle tingly tingling pins needles paraesthesia sensation sensory funny taub kribbeln "
    "fourmillements hormigueo formicolio tintelingen formigueiro",
    "clot clots clotting thrombosis thromboembolism dvt embolism embolus stroke strokes thrombose gerinnsel caillot "
    "phlebite coagulo trombosis trombo trombosi stolsel trombose",
    "fit fits fitting seizure seizures convulsion convulsions epilepsy epileptic krampfanfall convulsioni convulsiones",
    "bully bullied bullying bullies tease teased teasing mates lads friends mobbing harcelement acoso bullismo gepest",
    "sleep sleeping slept insomnia asleep hypnotics sedatives sleepers schlaf schlafen schlafe dormir sommeil dors "
    "dorme sueno duerme sonno slapen slaap sono nachts",
    "fall falls fell fallen falling floor lie lying lay lain alarm pendant sturz gesturzt tomber chute caida caduta "
    "gevallen",
    "cancer tumour tumours malignancy breast ovary ovarian krebs tumeur tumor cancro tumore kanker",
    "husband wife marriage married partner separation divorce divorced split spouse mann ehe ehemann trennung "
    "verheiratet geschieden mari femme mariage marie epouse marido mujer matrimonio moglie marito sposato man vrouw "
    "getrouwd mulher esposa casado widow widower",
    "dementia alzheimer carer caring care forgetful",
    "cough coughed coughing side-effects effects husten toux tos tosse hoest",
    "adherence compliance miss missed skip skipped forget forgot stopped stop",
    "scan scans imaging hospital ultrasound investigations tests test",
    "smell smells smelly stink stinks stinky fishy malodorous riecht odeur",
    "heart cardiac dicky cardiovascular angina",
    "rest resting sat sitting still exertion nothing seated",
]
_RELATED: dict[str, frozenset[str]] = {}
for _group in _GROUPS:
    _stems = frozenset(map(stem, _group.split()))
    for _word in _stems:
        _RELATED[_word] = _RELATED.get(_word, frozenset()) | _stems


def related_stems(word: str) -> frozenset[str]:
    """The stem and all stems of its groups."""
    return _RELATED.get(word, frozenset()) | {word}
