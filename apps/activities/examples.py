"""OpenAPI examples of activities."""

from apps.core.api.examples import answered, sent

_NEW = {"pre_brief": "Chest tightness in general practice", "character_id": 1, "categories": [1]}
_ACTIVITY = {
    "id": 1, **_NEW,
    "character": {"id": 1, "title": "Desmond Clarke, 54, bus driver", "role": "Adult Man", "enable": True,
                  "content_warning": ""},
    "rubric": [{"id": 1, "name": "Opening the consultation", "total_required_to_pass": 2}],
}  # fmt: skip
_CHANGE = {"pre_brief": "Chest tightness on the way to work"}
_CHANGED = answered("The activity", {**_ACTIVITY, **_CHANGE})

LIST_AND_RETRIEVE = [answered("An activity", _ACTIVITY)]
CREATE = [sent("A new activity", _NEW), answered("The activity", _ACTIVITY)]
UPDATE = [sent("The whole activity", {**_NEW, **_CHANGE}), _CHANGED]
PARTIAL_UPDATE = [sent("Another brief", _CHANGE), _CHANGED]
