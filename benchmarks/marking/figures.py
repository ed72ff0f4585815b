"""The figures of a set's markings, as tables of Markdown."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from benchmarks.accounting import percentile
from benchmarks.marking.agreement import Agreement, Pair, best_constant
from benchmarks.marking.sets import Criterion, MarkedSet

Prices = tuple[float, float, float]
Scale = tuple[int, int]
HEAD = "| what | n | exact | within 1 | weighted kappa (95 %) | bias |\n|---|---|---|---|---|---|"


@dataclass(frozen=True)
class Given:
    """A score that a person gave, and the mark that the service gave for the same."""

    conversation: int
    criterion: Criterion
    marker: str
    human: int
    mark: dict[str, Any]

    @property
    def scale(self) -> Scale:
        return self.criterion.lowest_score, self.criterion.highest_score


def report(marked_set: MarkedSet, results: Sequence[dict[str, Any]], prices: Prices | None) -> str:
    """All tables: agreement by scale and by criterion, and what the markings were like and cost.

    `prices` are those of a million tokens: input, input from the provider's cache, output.
    """
    given = scores_with_marks(marked_set, results)
    parts = []
    for scale in sorted({one.scale for one in given}):
        of_scale = [one for one in given if one.scale == scale]
        rows = [*_agreements(of_scale), *_by_marker(of_scale), *_between_people(marked_set, scale)]
        parts.append(f"Scores from {scale[0]} to {scale[1]}\n\n{_table(rows)}")
    parts.append(f"By criterion: the model against people\n\n{_table(_by_criterion(marked_set, given))}")
    facts = "\n".join(f"| {what} | {found} |" for what, found in _facts(marked_set, results, prices))
    return "\n\n".join([*parts, f"| what | found |\n|---|---|\n{facts}"])


def scores_with_marks(marked_set: MarkedSet, results: Sequence[dict[str, Any]]) -> list[Given]:
    """Every score of a person whose criterion got a mark: not where a marking failed, or a criterion was not marked."""
    criteria = {one.id: one for one in marked_set.criteria}
    return [
        Given(place, criteria[name], marker, score, result["marks"][name])
        for place, (conversation, result) in enumerate(zip(marked_set.conversations, results, strict=True))
        for marker, scores in sorted(conversation.scores.items())
        for name, score in scores.items()
        if result["marks"].get(name, {}).get("score") is not None
    ]


def _agreements(given: Sequence[Given]) -> list[tuple[str, Agreement]]:
    """The model, its parts, and a constant answer, each against people."""
    constant = best_constant([one.human for one in given])
    settled = [one for one in given if not one.mark["review_reason"]]
    return [
        ("the model against people", _agreement(given)),
        ("... where no mark needs review", _agreement(settled)),
        ("... as it marked before its evidence was looked up", _agreement(given, lambda one: _stated(one))),
        (f"always {constant} against people", _agreement(given, lambda one: constant)),
    ]


def _stated(one: Given) -> int:
    """The model's own score on the scale."""
    stated = one.mark["model_score"]
    return one.mark["score"] if stated is None else max(one.scale[0], min(one.scale[1], stated))  # type: ignore[no-any-return]


def _by_marker(given: Sequence[Given]) -> list[tuple[str, Agreement]]:
    markers = sorted({one.marker for one in given})
    if len(markers) < 2:
        return []
    return [
        (f"the model against {marker}", _agreement([one for one in given if one.marker == marker]))
        for marker in markers
    ]


def _between_people(marked_set: MarkedSet, scale: Scale) -> list[tuple[str, Agreement]]:
    """Each two markers on what both of them marked, and all of these together where there are several."""
    names = {one.id for one in marked_set.criteria if (one.lowest_score, one.highest_score) == scale}
    pairs: dict[tuple[str, str], list[list[Pair]]] = {}
    for conversation in marked_set.conversations:
        for one, other in combinations(sorted(conversation.scores), 2):
            first, second = conversation.scores[one], conversation.scores[other]
            both = [(first[name], second[name]) for name in first if name in second and name in names]
            pairs.setdefault((one, other), []).append(both)
    rows = [(f"{other} against {one}", Agreement.of(groups)) for (one, other), groups in pairs.items() if any(groups)]
    if len(rows) < 2:
        return rows
    return [*rows, ("people against people", Agreement.of([group for groups in pairs.values() for group in groups]))]


def _by_criterion(marked_set: MarkedSet, given: Sequence[Given]) -> list[tuple[str, Agreement]]:
    rows = ((one.id, _agreement([each for each in given if each.criterion == one])) for one in marked_set.criteria)
    return [(name, agreement) for name, agreement in rows if agreement.n]


def _mark(one: Given) -> int:
    score: int = one.mark["score"]
    return score


def _agreement(given: Iterable[Given], score: Callable[[Given], int] = _mark) -> Agreement:
    groups: dict[int, list[Pair]] = {}
    for one in given:
        groups.setdefault(one.conversation, []).append((one.human, score(one)))
    return Agreement.of(list(groups.values()))


def _table(rows: Sequence[tuple[str, Agreement]]) -> str:
    return "\n".join([HEAD, *(_row(name, agreement) for name, agreement in rows)])


def _row(name: str, found: Agreement) -> str:
    low_high = f" ({found.kappa_interval[0]:.2f} to {found.kappa_interval[1]:.2f})" if found.kappa_interval else ""
    kappa = "none" if found.kappa is None else f"{found.kappa:.2f}{low_high}"
    bias = "none" if found.bias is None else f"{found.bias:+.2f}"
    cells = (name, str(found.n), _percent(found.exact), _percent(found.adjacent), kappa, bias)
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _percent(share: float | None) -> str:
    return "none" if share is None else f"{100 * share:.0f} %"


def _facts(marked_set: MarkedSet, results: Sequence[dict[str, Any]], prices: Prices | None) -> list[tuple[str, str]]:
    """What the markings were like, whoever agrees with them."""
    done = [result for result in results if result["status"] == "completed"]
    lowest = {one.id: one.lowest_score for one in marked_set.criteria}
    marks = [(name, mark) for result in done for name, mark in result["marks"].items()]
    awarded = [mark for name, mark in marks if (mark["model_score"] or 0) > lowest[name]]
    ends = Counter(f"{result['status']} {result['error']}".strip() for result in results)
    in_review = [result for result in done if result["review_reasons"]]
    reasons = Counter(reason for result in done for reason in result["review_reasons"])
    seconds = [result["seconds"] for result in results]
    scored = sum(len(scores) for one in marked_set.conversations for scores in one.scores.values())
    return [
        ("model", ", ".join(sorted({result["model"] for result in done if result["model"]})) or "none answered"),
        ("conversations, and how their markings ended", f"{len(results)}: {_counted(ends)}"),
        ("scores of people, and those with a mark beside them",
         f"{scored}, {len(scores_with_marks(marked_set, results))}"),
        ("awarded criteria with verified quotes", _share(awarded, lambda mark: mark["quotes"] > 0)),
        ("marks for review", _share([mark for _, mark in marks], lambda mark: bool(mark["review_reason"]))),
        ("conversations with something for review", f"{len(in_review)} of {len(done)}"),
        ("reasons, by conversation", _counted(reasons) or "none"),
        ("calls of the model", f"{sum(result['calls'] for result in results)}"),
        ("tokens: input, of it from the cache, output", ", ".join(f"{count:,}" for count in _tokens(results))),
        ("cost", _cost(results, prices)),
        ("time of a marking", f"p50 {percentile(seconds, 0.5):.1f} s, slowest {max(seconds):.1f} s"),
    ]  # fmt: skip


def _tokens(results: Sequence[dict[str, Any]]) -> tuple[int, int, int]:
    sent, cached, written = (
        sum(result[name] for result in results) for name in ("input_tokens", "cached_tokens", "output_tokens")
    )
    return sent, cached, written


def _cost(results: Sequence[dict[str, Any]], prices: Prices | None) -> str:
    if prices is None:
        return "no prices given"
    sent, cached, written = _tokens(results)
    whole = ((sent - cached) * prices[0] + cached * prices[1] + written * prices[2]) / 1_000_000
    return f"{whole:.4f} in all, {whole / len(results):.4f} a conversation"


def _share(among: Sequence[dict[str, Any]], holds: Callable[[dict[str, Any]], bool]) -> str:
    count = sum(map(holds, among))
    return f"{count} of {len(among)}{f' ({100 * count / len(among):.0f} %)' if among else ''}"


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.most_common())
