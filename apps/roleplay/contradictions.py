"""Whether a reply says no where a fact says yes, or the reverse: rules over words, for what weak models get wrong.

They judge plain questions only: one sentence that can be answered with yes or no, about the first topic of a fact. What
they find is asked for once more and never more often, so a wrong finding costs a call.
"""

from collections.abc import Iterable

from apps.core.text.patterns import lazy_pattern
from apps.core.text.plain import plain
from apps.roleplay.reply_check.stems import stems_of
from apps.scenarios.facts import Fact

_NO = lazy_pattern(
    r"\W*(?:(?:well|oh|um|er|god|doctor|sorry)\b[, ]+)*(?:no|nope|nah|never|not (?:really|at all|that i know|any"
    r"|anymore)|none|nothing|i (?:don't|do not|never|haven't|have not|didn't)|i've never|i'm not|i am not|nein|nie"
    r"|niemals|non|jamais|nunca|mai|nee|nooit|nao)\b"
)
_YES = lazy_pattern(
    r"\W*(?:(?:well|oh|um|er|god|doctor)\b[, ]+)*(?:yes|yeah|yep|yup|i do|i am|i have|of course|ja|doch|oui|si|sim)\b"
)
_DENIES = lazy_pattern(
    r"\W*(?:no|not|none|never|nothing|nobody|neither|i (?:don't|do not|haven't|have not|never|didn't|can't)"
    r"|i've (?:never|not|no)|i'm not|there's no|nein|nie|kein\w*|nichts|non|jamais|rien|aucun\w*|nunca|nada"
    r"|ninguno?a?|mai|niente|nessuno|nee|nooit|geen|nao|nenhum)\b"
)
# What a question begins with if yes or no answers it.
_PLAIN = lazy_pattern(
    r"(?:(?:and|so|ok|okay|right|well|thanks|now|und|et|y|e|en)\b[, ]*)*(?:do|does|did|are|is|was|were|have|has|had|can"
    r"|could|any|ever|nehmen|haben|hat|sind|ist|rauchen|trinken|est-ce|avez|prenez|fumez|buvez|tiene|toma|fuma|bebe"
    r"|ha|prende|beve|heeft|bent|gebruikt|rookt|drinkt|tem)\b[^?]*\?$"
)
# A question in which "no" may agree.
_TURNED = lazy_pattern(
    r"\b(?:not|never|no|n't|or|apart from|other than|besides|else|nicht|kein\w*|pas|sans|sin|non)\b|n't\b"
)
_DIED = lazy_pattern(
    r"\b(?:died|dead|passed away|lost (?:my|her|his|our)|killed|gestorben|verstorben|tot|mort|morte|decede\w*|murio"
    r"|fallecio|morto|morta|overleden|morreu)\b"
)
_ALIVE = lazy_pattern(
    r"\b(?:still alive|alive and|(?:is|'s|are|'re) (?:still )?(?:alive|living|with us)|lebt noch|noch am leben"
    r"|encore (?:en vie|vivante?)|sigue vivo|sigue viva|ancora viv[oa]|leeft nog|ainda (?:esta )?viv[oa])\b"
)
_NOT_ALIVE = lazy_pattern(r"\b(?:not|no longer|n't|never|nicht|plus|ya no|non|niet|nao)\b[^.!?]{0,20}$")


def contradicted(facts: Iterable[Fact], question: str, reply: str) -> tuple[int, ...]:
    """The numbers of the facts that the reply to this question contradicts."""
    asked, said = plain(question).strip(), plain(reply).strip()
    about = stems_of(asked)
    return tuple(fact.number for fact in facts if _is_about(fact, about) and _contradicts(fact, asked, said))


def _is_about(fact: Fact, about: frozenset[str]) -> bool:
    """Whether a question with these stems asks for the fact by its first topic."""
    first = stems_of(fact.topics.split(",")[0])
    return bool(first) and first <= about


def _contradicts(fact: Fact, asked: str, said: str) -> bool:
    true = plain(fact.text)
    alive = _ALIVE.search(said)
    if alive and _DIED.search(true) and not _NOT_ALIVE.search(said[: alive.start()]):
        return True
    if "\n" in asked or asked.count("?") != 1 or not _PLAIN.match(asked) or _TURNED.search(asked):
        return False
    if stems_of(said) & (stems_of(true) - stems_of(asked)):
        return False  # it tells of the fact, whatever it begins with
    return bool(_YES.match(said)) if _DENIES.match(true) else bool(_NO.match(said))
