import pytest
from django.db import connection

from apps.scenarios.models import AssistantScenario, content_hash
from apps.scenarios.tests.factories import AssistantScenarioFactory, TagFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Jane Doe", "Jane Doe"),
        ("  \n Jane Doe, 34.  \nA teacher.", "Jane Doe, 34."),
        ("x" * 80, "x" * 80),
        ("x" * 81, "x" * 79 + "…"),
        ("word " * 40, ("word " * 16)[:79].rstrip() + "…"),
        ("", ""),
    ],
)
def test_a_scenarios_title_is_the_first_line_of_its_text(text, title):
    scenario = AssistantScenario(scenario_text=text)
    assert scenario.title == str(scenario) == title
    assert len(scenario.title) <= 80


def test_students_see_enabled_scenarios_and_instructors_all(student, unapproved, instructor, admin_user):
    enabled, disabled = AssistantScenarioFactory(), AssistantScenarioFactory(enable=False)
    for user in (student, unapproved):
        assert list(AssistantScenario.objects.visible_to(user)) == [enabled]
    for user in (instructor, admin_user):
        assert list(AssistantScenario.objects.visible_to(user)) == [enabled, disabled]


def test_equal_content_has_equal_hashes_and_any_difference_another():
    content = {"scenario_text": "Jane", "role": "", "communication_preferences": "", "additional_instructions": "é"}
    assert content_hash(content) == content_hash(dict(reversed(content.items())))
    hashes = {content_hash(content | {name: "other"}) for name in content} | {content_hash(content)}
    assert len(hashes) == 5


def test_a_tag_is_called_by_its_word():
    assert str(TagFactory(tag="cardiology")) == "cardiology"


def test_a_row_that_flask_inserts_gets_its_time_from_the_database():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO assistant_scenarios (scenario_text, additional_instructions, enable, role, openid) "
            "VALUES ('Jane', '', true, '', 'asst_1') RETURNING id"
        )
        pk = cursor.fetchone()[0]
    scenario = AssistantScenario.objects.get(pk=pk)
    assert scenario.created_at is not None
    assert scenario.updated_at is None
