"""Examples for the schema, by operation: "request", or the status of an answer."""

from typing import Any

_TIME = "2026-05-04T09:30:00.123456Z"
_THREAD = "6f0c3f0e-5a43-4c0e-9d59-1f2f6f3c7c11"
_RUN = "0a8c7f35-9f1d-4b8e-8a55-2f4f3c0f7e21"
_MARKING = "b7a5a7de-3c65-4e0e-8a40-2d8f0f0c9f10"
_PAIR = {"access": "eyJhbGciOiJIUzI1NiIs...", "refresh": "eyJhbGciOiJIUzI1NiIs..."}
_SIGNED_IN = {
    **_PAIR,
    "user": {
        "id": 1, "username": "Sam Student", "email": "student@example.org", "role": "student",
        "is_instructor": False, "is_admin": False,
    },
}  # fmt: skip
_SAID = "Good morning, I am Sam, a medical student. What has brought you in today?"
_REPLY = {
    "id": 2, "role": "assistant", "message": "I have had a tightness across my chest since this morning.",
    "client_message_id": "", "created_at": _TIME,
}  # fmt: skip
_QUEUED = {
    "id": _RUN, "thread_id": _THREAD, "activity_id": 1, "status": "queued", "error_code": "", "error_detail": "",
    "attempts": 0, "model": "", "paused": False, "events_url": f"/api/v2/runs/{_RUN}/events?ticket=...",
    "message": None, "checks": [], "deadline_at": _TIME, "created_at": _TIME, "started_at": None, "finished_at": None,
}  # fmt: skip
_ENDED = {
    **_QUEUED, "status": "completed", "attempts": 1, "model": "gpt-6-luna", "events_url": None, "message": _REPLY,
    "started_at": _TIME, "finished_at": _TIME,
}  # fmt: skip
_TALK = {
    "id": _THREAD, "student_id": 1, "scenario_id": 1, "activity_id": 1, "title": "Desmond Clarke, 54, bus driver",
    "created_at": _TIME, "updated_at": _TIME,
}  # fmt: skip
_ASKED = {
    "id": _MARKING, "thread_id": _THREAD, "student_id": 1, "activity_id": 1, "scenario_id": 1, "kind": "categories",
    "status": "queued", "error_code": "", "error_detail": "", "title": "Chest tightness in general practice",
    "total_score": None, "max_score": 2, "passed": None, "needs_review": False, "review_reasons": [], "model": "",
    "released_at": _TIME, "created_at": _TIME, "finished_at": None,
}  # fmt: skip
_MARK: dict[str, Any] = {
    "mark_id": 1, "subcategory_id": 1, "question_id": None, "name": "Introduces themselves with name and role",
    "instructions": "", "score": 2, "max_score": 2, "needs_review": False, "review_reason": "",
    "evidence": {"message_indices": [0], "quotes": ["Good morning, I am Sam, a medical student."]},
    "comment": "Name and role are given.", "rewrite_if_missing": "", "model_score": None, "sample_scores": [],
    "overrides": [],
}  # fmt: skip
_WHY = "The role was left out."
_OVERRIDDEN = {
    **_MARK, "mark_id": 2, "score": 1, "instructions": "2: greets the patient and gives name and role. 1: one of them.",
    "model_score": 2, "sample_scores": [2],
    "overrides": [
        {
            "mark_id": 2, "score": 1, "previous_score": 2, "comment": _WHY, "author": "Ines Instructor",
            "created_at": _TIME,
        }
    ],
}  # fmt: skip
_ACTIVITY = {
    "id": 1, "pre_brief": "Chest tightness in general practice", "character_id": 1, "categories": [1],
    "character": {"id": 1, "title": "Desmond Clarke, 54, bus driver", "role": "Adult Man", "enable": True},
    "rubric": [{"id": 1, "name": "Opening the consultation", "total_required_to_pass": 6}],
}  # fmt: skip
_CRITERION = {"name": "Summarises", "marking_instructions": "2: in their own words, and asks. 1: summarises."}
_CATEGORY = {"name": "Closing", "total_required_to_pass": 1, "subcategories": [_CRITERION]}
_PATIENT = {
    "scenario_text": "Ann Lee, 41, a cook, has a cough.", "additional_instructions": "- cough: Dry, for a week.",
    "enable": True, "role": "Adult Woman", "communication_preferences": "Short answers.", "tags": ["chest"],
    "rubrics": ["Was smoking asked about?"],
}  # fmt: skip
_ACCOUNT = {
    **_SIGNED_IN["user"],  # type: ignore[dict-item]
    "approved_role": None, "is_active": True, "date_joined": _TIME, "last_login": None,
}  # fmt: skip


def _marked(mark: dict[str, Any]) -> dict[str, Any]:
    """A marking by one criterion, which asks for both marks to pass."""
    passed = mark["score"] == mark["max_score"]
    category = {
        "category_id": 1, "name": "Opening the consultation", "score": mark["score"], "max_score": 2,
        "required_to_pass": 2, "passed": passed, "criteria": [mark],
    }  # fmt: skip
    return {
        **_ASKED, "status": "completed", "total_score": mark["score"], "passed": passed, "model": "gpt-6-luna",
        "finished_at": _TIME, "categories": [category], "transcript": [{"role": "user", "message": _SAID}],
    }  # fmt: skip


def _page(*rows: Any) -> dict[str, Any]:
    return {"count": len(rows), "next": None, "previous": None, "results": list(rows)}


EXAMPLES: dict[str, dict[str, Any]] = {
    "auth_login_create": {
        "request": {"email": "student@example.org", "password": "demo student pass"},
        "200": _SIGNED_IN,
    },
    "auth_register_create": {
        "request": {"username": "Sam Student", "email": "student@example.org", "password": "a long pass phrase"},
        "201": _SIGNED_IN,
    },
    "auth_refresh_create": {"request": {"refresh": _PAIR["refresh"]}, "200": _PAIR},
    "activities_list": {"200": _page(_ACTIVITY)},
    "activities_create": {
        "request": {"pre_brief": "Chest tightness in general practice", "character_id": 1, "categories": [1]},
        "201": _ACTIVITY,
    },
    "threads_create": {"request": {"activity_id": 1}, "201": _TALK},
    "threads_runs_create": {"request": {"content": _SAID, "client_message_id": "turn-1"}, "202": _QUEUED},
    "threads_messages_list": {"200": {"next": None, "previous": None, "results": [_REPLY]}},
    "runs_retrieve": {"200": _ENDED},
    "categories_create": {
        "request": _CATEGORY,
        "201": {"id": 9, **_CATEGORY, "subcategories": [{"id": 40, **_CRITERION, "category_id": 9}]},
    },
    "scenarios_create": {"request": _PATIENT, "201": {"id": 10, "openid": "asst_0123456789abcdef01234567", **_PATIENT}},
    "tags_counts_list": {"200": _page({"tag": "chest", "scenarios": 3})},
    "users_list": {"200": _page(_ACCOUNT)},
    "users_partial_update": {"request": {"is_active": False}, "200": {**_ACCOUNT, "is_active": False}},
    "threads_evaluations_create": {"request": {"activity_id": 1}, "202": _ASKED},
    "evaluations_retrieve": {"200": _marked(_MARK)},
    "evaluations_marks_override_create": {"request": {"score": 1, "comment": _WHY}, "201": _marked(_OVERRIDDEN)},
}
