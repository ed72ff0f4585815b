"""OpenAPI examples of activities."""

from apps.core.api.examples import answered, sent

_NEW = {
    "title": "Chest tightness in general practice", "position": 1, "time_limit_minutes": 12,
    "pre_brief": "A consulting room, late in the morning. Take a history.", "character_id": 1, "categories": [1],
}  # fmt: skip
_ACTIVITY = {
    "id": 1, **_NEW,
    "character": {"id": 1, "title": "Desmond Clarke, 54, bus driver", "name": "Desmond Clarke", "age": 54,
                  "role": "Adult Man", "enable": True, "content_warning": "", "picture_url": None},
    "rubric": [{"id": 1, "name": "Opening the consultation", "total_required_to_pass": 2, "max_score": 10}],
}  # fmt: skip
_CHANGE = {"pre_brief": "A consulting room, late in the evening. Take a history."}
_CHANGED = answered("The activity", {**_ACTIVITY, **_CHANGE})

LIST_AND_RETRIEVE = [answered("An activity", _ACTIVITY)]
CREATE = [sent("A new activity", _NEW), answered("The activity", _ACTIVITY)]
UPDATE = [sent("The whole activity", {**_NEW, **_CHANGE}), _CHANGED]
PARTIAL_UPDATE = [sent("Another brief", _CHANGE), _CHANGED]

_FILE = {
    "format": "virtual-patients", "version": 1,
    "scenarios": [
        {"title": "A cough for a week", "name": "", "age": None, "scenario_text": "Ann Lee, 41, a cook, has a cough.",
         "additional_instructions": "- cough: Dry, for a week.", "role": "Adult Woman",
         "communication_preferences": None, "setting": "", "content_warning": "", "language": "",
         "diagnosis": "", "case_notes": "",
         "tags": ["cough"], "rubric_questions": [],
         "activities": [{"title": "", "pre_brief": "Take a history.", "position": 0, "time_limit_minutes": 12,
                         "categories": [0]}]},
    ],
    "categories": [
        {"name": "Opening", "total_required_to_pass": 1,
         "criteria": [{"name": "Greets", "marking_instructions": "Says who they are.", "lowest_score": 0,
                       "highest_score": 2, "levels": [], "anchors": [], "position": 0, "scope": "turns"}]},
    ],
}  # fmt: skip
EXPORT = [answered("A file", _FILE)]
IMPORT = [sent("A file", _FILE), answered("What was made", {"scenario_ids": [12]}, status_codes=["201"])]
