"""Examples of activities for the schema."""

from apps.core.api.examples import answered, sent

_ACTIVITY = {
    "id": 1, "pre_brief": "Chest tightness in general practice", "character_id": 1, "categories": [1],
    "character": {"id": 1, "title": "Desmond Clarke, 54, bus driver", "role": "Adult Man", "enable": True},
    "rubric": [{"id": 1, "name": "Opening the consultation", "total_required_to_pass": 6}],
}  # fmt: skip

LIST = [answered("An activity", _ACTIVITY)]
CREATE = [
    sent("A new activity", {"pre_brief": "Chest tightness in general practice", "character_id": 1, "categories": [1]}),
    answered("The activity", _ACTIVITY),
]
