"""Examples of scenarios and their tags for the schema."""

from apps.core.api.examples import answered, sent

_NEW = {
    "scenario_text": "Ann Lee, 41, a cook, has a cough.", "additional_instructions": "- cough: Dry, for a week.",
    "enable": True, "role": "Adult Woman", "communication_preferences": "Short answers.", "tags": ["chest"],
    "rubrics": ["Was smoking asked about?"],
}  # fmt: skip

CREATE = [
    sent("A new scenario", _NEW),
    answered("The scenario", {"id": 10, "openid": "asst_0123456789abcdef01234567", **_NEW}),
]
TAG_COUNTS = [answered("A word", {"tag": "chest", "scenarios": 3})]
