"""What the old service told its assistant beside the conversation, and showed at /context/preview."""

from tests.legacy.service_models import Activity, Scenario

CLOSING = (
    "Use all details above. If any information is missing or ambiguous, ask a brief clarifying question before"
    " continuing. Prefer factual, concise replies. If you do not know, say so and suggest what data is needed."
)


def context_text(activity: Activity | None, scenario: Scenario | None) -> str:
    """The whole text; a section of what is not there is empty or left out."""
    sections = {
        "ACTIVITY": _activity(activity) if activity else [],
        "CHARACTER / SCENARIO": _scenario(scenario) if scenario else [],
    }
    if scenario and scenario.questions:
        sections["RUBRIC"] = [f"{number}. {row.question}" for number, row in enumerate(scenario.questions, 1)]
    sections["INSTRUCTIONS TO MODEL"] = [CLOSING]
    return "\n\n".join("\n".join([f"=== {title} ===", *lines]) for title, lines in sections.items())


def _activity(activity: Activity) -> list[str]:
    categories = [
        f"{category.name} — {', '.join(subcategory.name for subcategory in category.subcategories)}"
        for category in activity.categories
    ]
    return [f"Pre-brief: {activity.pre_brief}", f"Categories: {'; '.join(categories)}"]


def _scenario(scenario: Scenario) -> list[str]:
    return [
        f"Role: {scenario.role}",
        "Configuration:",
        scenario.scenario_text,
        "Communication Preferences:",
        scenario.communication_preferences or "",
        "Additional Instructions:",
        scenario.additional_instructions,
    ]
