"""OpenAPI examples of scenarios, versions and tags."""

from typing import Any

from apps.core.api.examples import answered, sent

_PLAYED = {
    "scenario_text": "Ann Lee, 41, a cook, has a cough.", "additional_instructions": "- cough: Dry, for a week.",
    "role": "Adult Woman", "communication_preferences": "Short answers.",
}  # fmt: skip
_NEW = {
    "title": "A cough for a week",
    "name": "Ann Lee",
    "age": 41,
    **_PLAYED,
    "setting": "",
    "content_warning": "",
    "language": "",
    "diagnosis": "asthma",
    "case_notes": "",
    "enable": True,
    "tags": ["chest"],
    "rubrics": ["Was smoking asked about?"],
}
_OPENID = "asst_0123456789abcdef01234567"
_SCENARIO: dict[str, Any] = {"id": 10, "openid": _OPENID, **_NEW, "picture_url": None, "archived_at": None}
_PUBLIC = ("id", "title", "name", "age", "scenario_text", "enable", "role", "content_warning", "picture_url", "tags")
_CHANGE = {"communication_preferences": "Long answers."}
_NEXT_OPENID = "asst_89abcdef0123456789abcdef"
_CHANGED = answered("The scenario", {**_SCENARIO, **_CHANGE, "openid": _NEXT_OPENID})

SCENARIOS = [
    answered("To an instructor", _SCENARIO),
    answered("To a student", {name: _SCENARIO[name] for name in _PUBLIC}),
]
CREATE = [sent("A new scenario", _NEW), answered("The scenario", _SCENARIO)]
UPDATE = [sent("The whole scenario", {**_NEW, **_CHANGE}), _CHANGED]
PARTIAL_UPDATE = [sent("Another manner", _CHANGE), _CHANGED]
CHECK = [
    sent("A text", {"additional_instructions": "- cough, Is it dry?: Dry.\n- [lockd] alcohol: Wine.", "language": ""}),
    answered(
        "What is understood of it",
        {
            "opening": "",
            "facts": [
                {"number": 1, "topics": ["cough"], "questions": ["Is it dry?"], "text": "Dry.", "locked": False},
                {"number": 2, "topics": ["[lockd] alcohol"], "questions": [], "text": "Wine.", "locked": False},
            ],
            "findings": [
                {
                    "code": "no_opening",
                    "severity": "warning",
                    "detail": "The patient has no opening words for the question why they have come.",
                    "line": None,
                    "text": "",
                },
                {
                    "code": "lock_not_understood",
                    "severity": "error",
                    "detail": "“[lockd]” is not understood: the patient may tell this unasked. A locked fact begins "
                    "with “- [locked] ”.",
                    "line": 2,
                    "text": "- [lockd] alcohol: Wine.",
                },
            ],
        },
    ),
]
ENABLED = [answered("The scenario", _SCENARIO)]
DISABLED = [answered("The scenario", {**_SCENARIO, "enable": False})]
RESTORED = [answered("The scenario", _SCENARIO)]
DUPLICATED = [
    answered("The copy", {**_SCENARIO, "id": 11, "title": "Copy of A cough for a week", "enable": False},
             status_codes=["201"]),
]  # fmt: skip
ARCHIVED = [answered("The scenario", {**_SCENARIO, "enable": False, "archived_at": "2026-05-04T09:30:00.123456Z"})]

_SECOND_VERSION = {
    "id": 22, "number": 2, "openid": _NEXT_OPENID, "title": _NEW["title"],
    "content": {**_PLAYED, **_CHANGE, "diagnosis": "asthma"}, "created_at": "2026-05-04T09:30:00.123456Z",
    "retired_at": None,
}  # fmt: skip
_DIFFERENCE = {
    "field": "communication_preferences", "before": "Short answers.", "after": "Long answers.",
    "diff": "--- before\n+++ after\n@@ -1 +1 @@\n-Short answers.\n+Long answers.",
}  # fmt: skip

VERSIONS = [answered("A version", {**_SECOND_VERSION, "changed": ["communication_preferences"]})]
VERSION = [answered("A version", {**_SECOND_VERSION, "against": 1, "differences": [_DIFFERENCE]})]

_OF_SCENARIO = {"scenario_id": 10}
_TAG = {"id": 31, "tag": "chest", **_OF_SCENARIO}
_NEW_TAG = {"tag": "primary care", **_OF_SCENARIO}
_OTHER_WORD = {"tag": "cough"}
_CHANGED_TAG = answered("The tag", {**_TAG, **_OTHER_WORD})

TAGS = [answered("A tag", _TAG)]
CREATE_TAG = [sent("A word for a scenario", _NEW_TAG), answered("The tag", {"id": 32, **_NEW_TAG})]
UPDATE_TAG = [sent("The whole tag", {**_OTHER_WORD, **_OF_SCENARIO}), _CHANGED_TAG]
PARTIAL_UPDATE_TAG = [sent("Another word", _OTHER_WORD), _CHANGED_TAG]
TAG_COUNTS = [answered("A word", {"tag": "chest", "scenarios": 3})]

PICTURE = [
    answered(
        "The picture",
        {"picture_url": "/api/v2/scenarios/10/picture?v=0f343b0931af", "content_type": "image/webp", "width": 640,
         "height": 640},
    )
]  # fmt: skip
