import pytest

from apps.scenarios.models import AssistantScenario
from apps.scenarios.tests.factories import AssistantScenarioFactory, TagFactory


@pytest.fixture
def scenario() -> AssistantScenario:
    """A scenario with two tags and two questions; everything that students must not see says SECRET."""
    scenario = AssistantScenarioFactory(
        additional_instructions="SECRET fact",
        communication_preferences="SECRET manner",
        language="SECRET language",
        diagnosis="SECRET diagnosis",
    )
    for word in ("cardiology", "first year"):
        TagFactory(scenario=scenario, tag=word)
    for question in ("SECRET question one?", "SECRET question two?"):
        scenario.rubric_questions.create(question=question)
    return scenario
