"""Words that ask about the same thing: who asks "how many beers", asks about alcohol.

Only for subjects that authors hide and students name in many ways; stems as in knowledge.py.
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
_KIN: dict[str, frozenset[str]] = {}
for _group in _GROUPS:
    for _word in _group.split():
        _KIN[_word] = _KIN.get(_word, frozenset()) | frozenset(_group.split())


def related_stems(stem: str) -> frozenset[str]:
    """A stem with those that ask about the same."""
    return _KIN.get(stem, frozenset()) | {stem}
