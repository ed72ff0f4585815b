"""Examples of threads, runs and evaluations for the schema."""

from typing import Any

from apps.core.api.examples import accepted, answered, sent

_TIME = "2026-05-04T09:30:00.123456Z"
_THREAD = "6f0c3f0e-5a43-4c0e-9d59-1f2f6f3c7c11"
_RUN = "0a8c7f35-9f1d-4b8e-8a55-2f4f3c0f7e21"
_FORK = "7c1d8a52-14b1-4c0e-8f6d-5b0f9c2a7d31"
_EVALUATION = "b7a5a7de-3c65-4e0e-8a40-2d8f0f0c9f10"
_AGAIN = "4c1d2f5e-8a0b-4b53-9d1e-6f0f4e7a9b21"
_SAID = "Good morning, I am Sam, a medical student. What has brought you in today?"
_REPLY = {
    "id": 2, "role": "assistant", "message": "I have had a tightness across my chest since this morning.",
    "client_message_id": "", "created_at": _TIME,
}  # fmt: skip
_HELP = {"text": "Talk to somebody you trust, or to your doctor.", "who_is_told": "Nobody watches conversations."}
_QUEUED = {
    "id": _RUN, "thread_id": _THREAD, "activity_id": 1, "status": "queued", "error_code": "", "error_detail": "",
    "attempts": 0, "model": "", "paused": False, "events_url": f"/api/v2/runs/{_RUN}/events?ticket=...",
    "message": None, "help": None, "checks": [], "left_out_messages": 0, "deadline_at": _TIME, "created_at": _TIME,
    "started_at": None, "finished_at": None,
}  # fmt: skip
_COMPLETED = {
    **_QUEUED, "status": "completed", "attempts": 1, "model": "gpt-6-luna", "events_url": None, "message": _REPLY,
    "started_at": _TIME, "finished_at": _TIME,
}  # fmt: skip
_CANCELLED = {
    **_QUEUED, "status": "cancelled", "error_code": "cancelled", "error_detail": "The reply was cancelled.",
    "events_url": None, "finished_at": _TIME,
}  # fmt: skip
_OPENED = {
    "id": _THREAD, "student_id": 1, "student_name": None, "scenario_id": 1, "activity_id": 1,
    "title": "Desmond Clarke, 54, bus driver", "state": "empty", "message_count": 0, "last_message": None,
    "open_run_id": None, "marks": None, "forked_from": None, "preview": False,
    "created_at": _TIME, "updated_at": _TIME,
    "suspended_at": None, "help": _HELP,
}  # fmt: skip
_TALKED = {
    **_OPENED, "state": "marked", "message_count": 2,
    "last_message": {name: _REPLY[name] for name in ("role", "message", "created_at")},
    "marks": {
        "id": _EVALUATION, "status": "completed", "total_score": 2, "max_score": 2, "passed": True,
        "needs_review": False, "created_at": _TIME,
    },
}  # fmt: skip
_FORKED = {
    **_OPENED, "id": _FORK, "state": "your_turn", "message_count": 2, "last_message": _TALKED["last_message"],
    "forked_from": {"thread_id": _THREAD, "message_id": 3},
}  # fmt: skip
_REPORTED = {
    "id": 1, "message_id": 2, "message": _REPLY["message"], "thread_id": _THREAD, "scenario_id": 1, "student_id": 1,
    "student_name": "Sam Student", "reason": "The pain began two months ago, not today.", "created_at": _TIME,
    "seen_at": None, "seen_by": None,
}  # fmt: skip
_ASKED = {
    "id": _EVALUATION, "thread_id": _THREAD, "student_id": 1, "activity_id": 1, "scenario_id": 1,
    "kind": "categories", "status": "queued", "error_code": "", "error_detail": "",
    "title": "Chest tightness in general practice", "total_score": None, "max_score": 2, "unmarked": 0,
    "passed": None, "needs_review": False, "review_reasons": [], "model": "", "repeats_id": None, "released_at": _TIME,
    "created_at": _TIME, "finished_at": None,
}  # fmt: skip
_MARK: dict[str, Any] = {
    "criterion_id": "c1", "mark_id": 1, "subcategory_id": 1, "question_id": None,
    "name": "Introduces themselves with name and role",
    "instructions": "", "levels": [], "score": 2, "min_score": 0, "max_score": 2,
    "needs_review": False, "review_reason": "", "review_reasons": [],
    "evidence": {"message_indices": [0], "quotes": ["Good morning, I am Sam, a medical student."]},
    "quotes": [
        {"message_id": 1, "index": 0, "quote": "Good morning, I am Sam, a medical student.", "start": 0, "end": 42},
    ],
    "comment": "Name and role are given.", "rewrite_if_missing": "", "model_score": None, "second_score": None,
    "sample_scores": [],
    "refused_quotes": [], "score_before": None, "overrides": [],
}  # fmt: skip
_FEEDBACK = {
    "went_well": {
        "text": "You opened with name and role.",
        "quotes": [
            {"message_id": 1, "index": 0, "quote": "Good morning, I am Sam, a medical student.", "start": 0, "end": 42}
        ],
    },
    "try_next": None,
}
_WHY = "The role was left out."
_OVERRIDDEN = {
    **_MARK, "mark_id": 2, "score": 1, "instructions": "2: greets the patient and gives name and role. 1: one of them.",
    "model_score": 2, "sample_scores": [2],
    "overrides": [
        {"mark_id": 2, "score": 1, "previous_score": 2, "comment": _WHY, "author": "Ines Instructor",
         "created_at": _TIME},
    ],
}  # fmt: skip

_HELD = {"number": 24, "topics": "at rest, at night", "text": "Twice last week it came when I was sat down."}

# The rules for the model are left out, because students can read the schema.
_CONTEXT = "...\n\n## Who you are\nDesmond Clarke, 54, bus driver"
_CALL_TOTALS = {
    "calls": 1, "failed_calls": 0, "input_tokens": 2100, "cached_tokens": 1024, "output_tokens": 40,
    "mean_latency_ms": 1800.0, "p95_latency_ms": 1800,
}  # fmt: skip
_GROUPS = {"model": "gpt-6-luna", "outcome": "answered", "purpose": "turn", "day": "2026-05-04"}


def _summary(mark: dict[str, Any]) -> dict[str, Any]:
    """An evaluation in a list, by one criterion with a pass mark of 2."""
    return {
        **_ASKED, "status": "completed", "total_score": mark["score"], "passed": mark["score"] == mark["max_score"],
        "model": "gpt-6-luna", "finished_at": _TIME,
    }  # fmt: skip


def _marked(mark: dict[str, Any]) -> dict[str, Any]:
    """The same evaluation with its mark and transcript."""
    summary = _summary(mark)
    category = {
        "category_id": 1, "name": "Opening the consultation", "score": mark["score"], "max_score": 2,
        "unmarked": 0, "required_to_pass": 2, "passed": summary["passed"], "criteria": [mark],
    }  # fmt: skip
    feedback = {**_FEEDBACK, "before_overrides": bool(mark["overrides"])}
    transcript = [{"role": "user", "message": _SAID, "message_id": 1}]
    return {**summary, "categories": [category], "doubts": [], "feedback": feedback, "transcript": transcript}


THREADS = [answered("A thread that is marked", _TALKED)]
CREATE_THREAD = [sent("On an activity", {"activity_id": 1}), answered("The thread", _OPENED)]
FORK = [sent("Before a message", {"message_id": 3}), answered("The new thread", _FORKED)]
REPORT = [sent("What was wrong", {"reason": _REPORTED["reason"]}), answered("The report", _REPORTED)]
REPORTS = [answered("A report that was seen", {**_REPORTED, "seen_at": _TIME, "seen_by": "Ines Instructor"})]
CREATE_RUN = [sent("A message", {"content": _SAID, "client_message_id": "turn-1"}), accepted("The queued run", _QUEUED)]
HELP = [answered("Help", _HELP)]
MESSAGES = [answered("A reply", _REPLY)]
RUNS = [answered("A completed run", _COMPLETED)]
CANCEL_RUN = [answered("The cancelled run", _CANCELLED)]
CREATE_EVALUATION = [sent("By an activity", {"activity_id": 1}), accepted("The queued evaluation", _ASKED)]
EVALUATIONS = [answered("A completed evaluation", _summary(_MARK))]
EVALUATION = [answered("A completed evaluation", _marked(_MARK))]
PROGRESS = [
    answered(
        "One conversation",
        {
            "categories": [
                {
                    "category_id": 1,
                    "name": "Opening the consultation",
                    "points": [
                        {
                            "evaluation_id": _EVALUATION, "activity_id": 1, "created_at": _TIME, "score": 2,
                            "max_score": 2, "passed": True,
                        }
                    ],
                }
            ]
        },
    )
]  # fmt: skip
AGAIN = [accepted("The queued evaluation", {**_ASKED, "id": _AGAIN, "repeats_id": _EVALUATION})]
OVERRIDE = [sent("A lower mark", {"score": 1, "comment": _WHY}), answered("The evaluation", _marked(_OVERRIDDEN))]
REVIEW = [
    sent(
        "A lower mark, and a doubt that is settled",
        {
            "marks": [{"mark_id": 1, "score": 1, "comment": _WHY}],
            "doubts": [{"reason": "one_quote_for_many", "comment": "It is a long question."}],
        },
    ),
    answered("The evaluation", _marked(_OVERRIDDEN)),
]
CONTEXT = [
    answered("Of an activity", {"activity_id": 1, "scenario_id": 1, "context": _CONTEXT, "length": len(_CONTEXT)})
]
_EXPORTED = {
    "conversation": _THREAD, "student": 7, "student_name": "Sam", "exercise_id": 1, "exercise": "A headache",
}  # fmt: skip
# Of a list, each of these is one row.
MARK_EXPORT = [
    answered(
        "One mark",
        {
            **_EXPORTED, "marking": _EVALUATION, "rubric": "History", "criterion_id": "c2",
            "criterion": "Asks about smoking", "score": 1, "max_score": 2, "model_score": 1, "needs_review": False,
            "review_reason": "", "reviewed": False, "comment": "Asked, not followed up.", "quotes": "Do you smoke?",
            "total_score": 1, "total_max_score": 2, "passed": False, "marked_at": _TIME, "released_at": _TIME,
        },
        media_type="application/json",
    )
]  # fmt: skip
MESSAGE_EXPORT = [
    answered(
        "One message",
        {
            **_EXPORTED, "patient": "Ruth Bell", "number": 3, "role": "student", "said_at": _TIME,
            "text": "Do you smoke?",
        },
        media_type="application/json",
    )
]  # fmt: skip
USAGE = [
    answered(
        "One reply",
        _CALL_TOTALS | {f"by_{group}": [{**_CALL_TOTALS, "value": value}] for group, value in _GROUPS.items()},
    )
]
LEDGER = [
    answered(
        "A ledger",
        {
            "told": [
                {"message_id": 4, "number": 3, "topics": "start, how long ago", "text": "About two months back.",
                 "locked": False, "asked": True, "judge": "model"},
            ],
            "still_locked": [_HELD],
            "held_back": [
                {"run_id": _RUN, "user_message_id": 5, "attempt": 1, "rule": "locked_fact", "action": "regenerated",
                 "facts": [_HELD]},
            ],
        },
    )
]  # fmt: skip
