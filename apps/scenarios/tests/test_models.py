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
    assert scenario.shown_title == str(scenario) == title
    assert len(scenario.shown_title) <= 80


@pytest.mark.parametrize(
    ("text", "name", "age"),
    [
        ("Ann Lee, 41, a cook\nAnn Lee has a cough.", "Ann Lee", 41),
        ("Ann Lee, 41\n\nAnn Lee's cough is worse.", "Ann Lee", 41),
        ("Zoë O'Neill-Smith, 0\nZoë O'Neill-Smith is a baby.", "Zoë O'Neill-Smith", 0),
        ("Ann Lee, 41, a cook, has a cough.", "", None),  # nothing confirms that this is a name
        ("Back Pain, 41, builder\nFor two weeks now.", "", None),
        ("Ann Lee, 41, a cook\nAnn Leed is her sister.", "", None),
        ("Alfie Turner, 22 months\nAlfie Turner has a fever.", "", None),
        ("Ward round, 12, beds\nWard round at eight.", "", None),
        ("Ann Lee, 410, a cook\nAnn Lee has a cough.", "", None),
        ("Fever, 3, days\nFever since Monday.", "", None),
        ("", "", None),
    ],
)
def test_a_name_and_an_age_come_from_a_text_that_surely_has_them(text, name, age):
    shown = AssistantScenario(scenario_text=text).shown
    assert (shown["name"], shown["age"]) == (name, age)


def test_a_written_title_name_and_age_come_before_those_of_the_text():
    text = "Ann Lee, 41, a cook\nAnn Lee has a cough."
    scenario = AssistantScenario(scenario_text=text, title="A cough", name="Mrs Lee", age=42)
    assert scenario.shown == {"title": "A cough", "name": "Mrs Lee", "age": 42}
    assert AssistantScenario(scenario_text=text, age=0).shown == {
        "title": "Ann Lee, 41, a cook", "name": "Ann Lee", "age": 0,
    }  # fmt: skip


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
    assert (scenario.title, scenario.name, scenario.age) == ("", "", None)
