"""The figures of what was played, as a table of Markdown."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from statistics import median

from benchmarks.accounting import percentile
from benchmarks.patient.patterns import keeps_language, left_the_part
from benchmarks.patient.play import Played

# The rules of the service that keep a locked fact back.
SECRET_RULES = frozenset({"locked_fact"})
Prices = tuple[float, float, float]


def table(played: Sequence[Played], prices: Prices | None) -> str:
    """All figures; `prices` are those of a million tokens: input, input from the provider's cache, output."""
    rows = [("what", "found"), ("---", "---"), *figures(played, prices)]
    return "\n".join(f"| {what} | {found} |" for what, found in rows)


def figures(played: Sequence[Played], prices: Prices | None) -> list[tuple[str, str]]:
    """Each figure with its name."""
    answered = [one for one in played if one.status == "completed"]
    of_secrets = [one for one in played if one.turn.asks]
    rules = Counter(check["rule"].replace("_", " ") for one in played for check in one.checks)
    calls = [one.calls for one in played]
    return [
        ("turns, and how they ended", f"{len(played)}: {_counted(Counter(one.status for one in played))}"),
        ("words after an open question", _median_words(answered, "open")),
        ("words after a closed question", _median_words(answered, "closed")),
        ("secrets volunteered", _share(answered, lambda one: bool(one.volunteered))),
        ("secrets told where they were asked for", _share(of_secrets, lambda one: bool(one.told & one.turn.asks))),
        ("locked facts told by their words that the ledger has", _in_the_ledger(answered)),
        ("true answers withdrawn", _share(of_secrets, _withdrawn)),
        ("replies turned away, by rule", _counted(rules) or "none"),
        ("facts contradicted, in the judgement of the examiner's model", _judged(answered)),
        ("part left, by patterns", _share(answered, _left_the_part)),
        ("language kept, where the words tell it", _languages(answered)),
        ("first text", _first_text(answered)),
        ("calls a turn", f"{sum(calls) / max(1, len(calls)):.2f}; one call in {_share(played, _one_call)}"),
        ("tokens: input, of it from the cache, output", ", ".join(f"{count:,}" for count in tokens(played))),
        ("cost", _cost(played, prices)),
    ]


def tokens(played: Iterable[Played]) -> tuple[int, int, int]:
    """The sums of (input, cached, output)."""
    each = [one.tokens for one in played]
    return sum(one[0] for one in each), sum(one[1] for one in each), sum(one[2] for one in each)


def _withdrawn(one: Played) -> bool:
    return any(check["rule"] in SECRET_RULES for check in one.checks)


def _left_the_part(one: Played) -> bool:
    return left_the_part(one.reply, asked=one.turn.kind == "program")


def _in_the_ledger(answered: Sequence[Played]) -> str:
    told = sum(len(one.told) for one in answered)
    also = sum(len(one.ledger - one.told) for one in answered)
    return f"{sum(len(one.told & one.ledger) for one in answered)} of {told}; {also} that the words do not show"


def _one_call(one: Played) -> bool:
    return one.calls == 1


def _share(among: Sequence[Played], holds: Callable[[Played], bool]) -> str:
    return f"{sum(map(holds, among))} of {len(among)}"


def _median_words(answered: Sequence[Played], kind: str) -> str:
    lengths = [len(one.reply.split()) for one in answered if one.turn.kind == kind]
    return f"median {median(lengths):g} of {len(lengths)}" if lengths else "none asked"


def _judged(answered: Sequence[Played]) -> str:
    judged = [one for one in answered if one.contradicts is not None]
    return _share(judged, lambda one: bool(one.contradicts)) if judged else "not judged"


def _languages(answered: Sequence[Played]) -> str:
    kept: dict[str, list[bool]] = {}
    for one in answered:
        verdict = keeps_language(one.reply, one.consultation.language)
        if verdict is not None:
            kept.setdefault(one.consultation.language, []).append(verdict)
    return "; ".join(f"{name} {sum(found)} of {len(found)}" for name, found in sorted(kept.items())) or "none"


def _first_text(answered: Sequence[Played]) -> str:
    seconds = [one.first_text_s for one in answered if one.first_text_s is not None]
    if not seconds:
        return "none"
    return f"p50 {percentile(seconds, 0.5):.2f} s, p95 {percentile(seconds, 0.95):.2f} s"


def _cost(played: Sequence[Played], prices: Prices | None) -> str:
    if prices is None:
        return "no prices given"
    sent, cached, written = tokens(played)
    whole = ((sent - cached) * prices[0] + cached * prices[1] + written * prices[2]) / 1_000_000
    return f"{whole:.4f} in all, {whole / max(1, len({one.consultation.number for one in played})):.4f} a consultation"


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.most_common())
