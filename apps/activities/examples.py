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
    "rubric": [{"id": 1, "name": "Opening the consultation", "total_required_to_pass": 2}],
}  # fmt: skip
_CHANGE = {"pre_brief": "A consulting room, late in the evening. Take a history."}
_CHANGED = answered("The activity", {**_ACTIVITY, **_CHANGE})

LIST_AND_RETRIEVE = [answered("An activity", _ACTIVITY)]
CREATE = [sent("A new activity", _NEW), answered("The activity", _ACTIVITY)]
UPDATE = [sent("The whole activity", {**_NEW, **_CHANGE}), _CHANGED]
PARTIAL_UPDATE = [sent("Another brief", _CHANGE), _CHANGED]
