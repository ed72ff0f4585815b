"""Template context for the page on which an instructor reviews an evaluation. Messages are counted from 0."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.http import QueryDict
from rest_framework.exceptions import APIException

from apps.openai_integration.admin.labels import explain_review
from apps.openai_integration.admin.thread_page import evaluation_report
from apps.openai_integration.marking.report import open_doubts
from apps.openai_integration.models import Evaluation


@dataclass
class Segment:
    """A piece of a message. `lit` if a quote covers it; `anchors` are the ids of the quotes that begin here."""

    text: str
    lit: bool
    anchors: list[str] = field(default_factory=list)


def review_context(evaluation: Evaluation, entered: Mapping[str, str]) -> dict[str, Any]:
    """The report of an evaluation with what a review needs. `entered` is a form that was not saved."""
    report = evaluation_report(evaluation)
    anchors: dict[int, list[tuple[int, int, str]]] = {}
    for criterion in (one for category in report["categories"] for one in category["criteria"]):
        mark_id = criterion["mark_id"]
        criterion["decided"] = entered.get(f"decision-{mark_id}", "")
        criterion["reason"] = entered.get(f"comment-{mark_id}", "")
        criterion["other_scores"] = [str(score) for score in criterion["scores"] if score != criterion["score"]]
        for n, quote in enumerate(criterion["quotes"]):
            quote["anchor"] = f"quote-{mark_id}-{n}"
            anchors.setdefault(quote["index"], []).append((quote["start"], quote["end"], quote["anchor"]))
    return {
        **report,
        "turns": [
            {"role": turn["role"], "segments": list(lit_segments(turn["message"], anchors.get(index, [])))}
            for index, turn in enumerate(evaluation.transcript)
        ],
        "doubts": [
            {
                "reason": reason,
                "words": explain_review(reason),
                "checked": f"settle-{reason}" in entered,
                "comment": entered.get(f"note-{reason}", ""),
            }
            for reason in open_doubts(evaluation)
        ],
        "settled": [
            {"words": explain_review(one.reason), "doubt": one}
            for one in evaluation.settled_doubts.select_related("author")
        ],
    }


def review_from_form(form: QueryDict) -> dict[str, Any]:
    """The form of the page as ReviewIn takes it. What stands at "none" and has no reason is left out."""
    marks: list[dict[str, Any]] = []
    for name, chosen in form.items():
        kind, _, mark_id = name.partition("-")
        comment = str(form.get(f"comment-{mark_id}", "")).strip()
        if kind == "decision" and (chosen or comment):
            score = {} if chosen in {"", "confirm"} else {"score": chosen}
            marks.append({"mark_id": mark_id, "comment": comment, **score})
    doubts = [name.partition("-")[2] for name in form if name.startswith("settle-")]
    return {
        "marks": marks,
        "doubts": [{"reason": one, "comment": str(form.get(f"note-{one}", "")).strip()} for one in doubts],
        "confirm_rest": "confirm_rest" in form,
    }


def in_words(error: APIException) -> str:
    """What is wrong with a review, in a sentence or two."""
    return " ".join(_texts(error.detail))


def _texts(detail: Any) -> Iterator[str]:
    parts = detail.values() if isinstance(detail, dict) else detail if isinstance(detail, list) else ()
    if not isinstance(detail, dict | list):
        yield str(detail)
    for part in parts:
        yield from _texts(part)


def lit_segments(text: str, quotes: list[tuple[int, int, str]]) -> Iterator[Segment]:
    """The text in pieces, cut where a quote (start, end, anchor) begins or ends."""
    cuts = sorted({0, len(text), *(min(at, len(text)) for start, end, _ in quotes for at in (start, end))})
    for start, end in pairwise(cuts):
        lit = any(first <= start < last for first, last, _ in quotes)
        yield Segment(text[start:end], lit, [anchor for first, _, anchor in quotes if first == start])
