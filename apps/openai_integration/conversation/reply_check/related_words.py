"""Groups of words that ask about the same subject: "how many beers" asks about alcohol.

Limited to subjects that authors often lock and students name in many ways. Stems are those of knowledge.py.
"""

_GROUPS = [
    "alcohol drink drinker beer wine spirit vodka whisky gin sherry pint bottle booz unit lager cider pub",
    "drug cannabi weed cocain heroin joint spliff ecstas substanc recreational high",
    "smok smoke smoker cigarett cigar tobacco vape vap fag nicotin",
    "suicid suicidal kill harm hurt die dead death aliv live life end ending worth self-harm cut cutting",
    "sex sexual sexually intimat intimac erection partner relationship bed libido",
    "pregnant pregnanc period cycl contracept pill condom baby",
    "abus violen hit beat beaten hurt afraid scared safe argu husband partner home",
    "herbal remed supplement vitamin counter chemist pharmac online internet bought medicin medication tablet pill",
    "famil mother mum father dad parent brother sister relativ hereditar gene inherit",
    "mone debt bill rent loan gambl bet afford financ",
    "eat food meal diet binge vomit sick purg laxativ weight appetit",
    "job work employ boss colleagu redundan sack shift",
    "weight lost lose losing los thin slim cloth belt",
    "blood bleed stool bowel toilet motion poo loo",
    "bladder urin urine pee wee water waterwork pass",
    "travel abroad holida trip countr flew flight",
    "fall fell fallen trip stumbl balanc blackout faint",
]
_RELATED: dict[str, frozenset[str]] = {}
for _group in _GROUPS:
    for _word in _group.split():
        _RELATED[_word] = _RELATED.get(_word, frozenset()) | frozenset(_group.split())


def related_stems(stem: str) -> frozenset[str]:
    """The stem and all stems of its groups."""
    return _RELATED.get(stem, frozenset()) | {stem}
