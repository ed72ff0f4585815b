"""Template context for the page of a conversation with its marks, where an instructor reviews an evaluation.

Messages are counted from 0, as in the evaluation's transcript.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from rest_framework.exceptions import APIException

from apps.openai_integration.admin.labels import explain_review
from apps.openai_integration.admin.thread_page import evaluation_report, numbered_messages, with_marks
from apps.openai_integration.marking.report import open_doubts
from apps.openai_integration.models import Evaluation, Thread


@dataclass(frozen=True)
class Quote:
    """Where a quote stands in its message, the id of its anchor, and the criterion that it is evidence for."""

    start: int
    end: int
    anchor: str
    criterion_id: str


@dataclass
class Segment:
    """A piece of a message. `criteria` are those whose quotes cover it, `anchors` the ids of quotes that begin here."""

    text: str
    criteria: list[str]
    anchors: list[str] = field(default_factory=list)


def conversation_context(
    thread: Thread | None, evaluation: Evaluation | None = None, entered: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """A conversation with this evaluation of it, or its newest one, and those beside it.

    `entered` is a form that was not saved. Takes seven queries, whatever there is.
    """
    alone = [evaluation.pk] if evaluation else []
    made = Evaluation.objects.filter(Q(thread=thread) if thread else Q(pk__in=alone))
    all_made = list(with_marks(made))
    by_pk = {one.pk: one for one in all_made}
    for one in all_made:
        if one.repeats_id in by_pk:
            one.repeats = by_pk[one.repeats_id]
    chosen = by_pk.get(evaluation.pk) if evaluation else _newest(all_made)
    report = review_context(chosen, entered or {}) if chosen else None
    # Of the row that the page is of, whose scenario is there already.
    scenario = evaluation.scenario if evaluation else thread.scenario if thread else None
    return {
        "report": report,
        "patient_name": scenario.shown["name"] if scenario else "",
        "turns": list(_turns(numbered_messages(thread) if thread else [], report)),
        "beside": [one for one in all_made if one is not chosen],
    }


def _newest(evaluations: list[Evaluation]) -> Evaluation | None:
    """The newest evaluation, of the completed ones if there are any."""
    completed = [one for one in evaluations if one.status == Evaluation.Status.COMPLETED]
    return next(iter(completed or evaluations), None)


def _turns(said: list[dict[str, Any]], report: dict[str, Any] | None) -> Iterator[dict[str, Any]]:
    """The messages as {number, role, text, segments, entry}: all of the thread, or else those of the transcript.

    `number` is None for what was not marked, `entry` for what is no message of a thread.
    """
    transcript = report["evaluation"].transcript if report else []
    quotes = report["quotes_by_index"] if report else {}
    numbers = {turn.get("message_id"): number for number, turn in enumerate(transcript)}
    if transcript and not any(entry["message"].pk in numbers for entry in said):
        for place, turn in enumerate(transcript):
            yield _turn(place, turn["role"], turn["message"], quotes.get(place, []), None)
        return
    for entry in said:
        message = entry["message"]
        number = numbers.get(message.pk) if transcript else entry["number"]
        yield _turn(number, message.role, message.content, quotes.get(number, []), entry)


def _turn(
    number: int | None, role: str, text: str, quotes: list[Quote], entry: dict[str, Any] | None
) -> dict[str, Any]:
    return {"number": number, "role": role, "segments": list(lit_segments(text, quotes)), "entry": entry}


def review_context(evaluation: Evaluation, entered: Mapping[str, str]) -> dict[str, Any]:
    """The report of an evaluation with what a review needs. `entered` is a form that was not saved."""
    report = evaluation_report(evaluation)
    criteria = [one for category in report["categories"] for one in category["criteria"]]
    quotes: dict[int, list[Quote]] = {}
    for criterion in criteria:
        mark_id = criterion["mark_id"]
        criterion["decided"] = entered.get(f"decision-{mark_id}", "")
        criterion["reason"] = entered.get(f"comment-{mark_id}", "")
        criterion["other_scores"] = [str(score) for score in criterion["scores"] if score != criterion["score"]]
        for n, quote in enumerate(criterion["quotes"]):
            quote["anchor"] = f"quote-{mark_id}-{n}"
            place = Quote(quote["start"], quote["end"], quote["anchor"], criterion["criterion_id"])
            quotes.setdefault(quote["index"], []).append(place)
    in_review = any(one["needs_review"] and one["score"] is not None for one in criteria)
    return {
        **report,
        # What the second button does: where no mark is under review, it confirms each that no person has decided yet.
        "confirms": "confirm_rest" if in_review else "confirm_all",
        "quotes_by_index": quotes,
        "doubts": [
            {
                "reason": reason,
                "words": explain_review(reason),
                "checked": f"settle-{reason}" in entered,
                "comment": entered.get(f"note-{reason}", ""),
            }
            for reason in open_doubts(evaluation)
        ],
        "settled": [{"words": explain_review(one.reason), "doubt": one} for one in evaluation.settled_doubts.all()],
    }


def review_from_form(form: QueryDict) -> dict[str, Any]:
    """The form of the page as ReviewIn takes it. What is left as it is and has no reason is left out."""
    marks: list[dict[str, Any]] = []
    for name, chosen in form.items():
        kind, _, mark_id = name.partition("-")
        comment = str(form.get(f"comment-{mark_id}", "")).strip()
        if not chosen and "confirm_all" in form and f"unseen-{mark_id}" in form:
            chosen = "confirm"
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


def lit_segments(text: str, quotes: list[Quote]) -> Iterator[Segment]:
    """The text in pieces, cut where a quote begins or ends."""
    cuts = sorted({0, len(text), *(min(at, len(text)) for quote in quotes for at in (quote.start, quote.end))})
    for start, end in pairwise(cuts):
        covering = dict.fromkeys(quote.criterion_id for quote in quotes if quote.start <= start < quote.end)
        yield Segment(text[start:end], list(covering), [quote.anchor for quote in quotes if quote.start == start])
