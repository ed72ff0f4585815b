import json
import re
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core import serializers
from django.core.management import CommandError, call_command

from apps.activities.models import Activity, ActivityCategory
from apps.activities.samples import teaching_set
from apps.assessments.models import Category, RubricQuestion, SubCategory
from apps.scenarios.findings import findings_of
from apps.scenarios.models import AssistantScenario, ScenarioPicture, ScenarioVersion, Tag
from apps.users.models import User

AVATARS = {"Adult Man", "Adult Woman", "Elderly Woman", "Elderly Man", "Child", "Toddler", ""}
FACT = re.compile(r"- (?P<locked>\[locked\] )?(?P<topics>[^:\[\]]+): (?P<says>\S.+)")
# Topics that every scenario must cover, in words that a student would use.
ASKED_OF_EVERYONE = [
    "tell me more", "past medical history", "medicines", "allergies", "smoke", "alcohol", "work", "home",
    "family history", "worry", "hoping for", "what do you think",
]  # fmt: skip

SCENARIOS = teaching_set.scenarios()
CATEGORIES = teaching_set.read_sample("categories")
ACTIVITIES = teaching_set.read_sample("activities")

every_scenario = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario["name"])
every_category = pytest.mark.parametrize("category", CATEGORIES, ids=lambda category: category["name"])


def facts(scenario: dict) -> list[re.Match]:
    lines = scenario["additional_instructions"]
    return [FACT.fullmatch(line) for line in lines if line.startswith("-")]


def topics(fact: re.Match) -> list[str]:
    return [topic.strip() for topic in fact["topics"].split(",")]


def load(*arguments: str) -> str:
    out = StringIO()
    call_command("load_samples", *arguments, stdout=out)
    return out.getvalue()


def everything_loaded() -> str:
    models = [AssistantScenario, ScenarioPicture, ScenarioVersion, Tag, RubricQuestion, Category, SubCategory, Activity]
    rows = [json.loads(serializers.serialize("json", model.objects.order_by("pk"))) for model in models]
    return json.dumps([*rows, list(ActivityCategory.objects.order_by("pk").values_list("pk"))], default=str)


@every_scenario
def test_every_line_of_a_scenarios_instructions_follows_the_convention(scenario):
    first, *rest = scenario["additional_instructions"]
    assert re.fullmatch(r"Opening: \S.+", first)
    assert all(FACT.fullmatch(line) for line in rest), [line for line in rest if not FACT.fullmatch(line)]


@every_scenario
def test_a_scenario_has_enough_open_and_locked_facts(scenario):
    found = facts(scenario)
    assert 14 <= sum(not fact["locked"] for fact in found) <= 22
    assert 2 <= sum(bool(fact["locked"]) for fact in found) <= 3
    assert all(len(fact["says"]) <= 200 and len(fact["topics"]) <= 150 for fact in found)


@every_scenario
def test_a_scenario_answers_the_questions_of_a_full_history(scenario):
    words = {topic for fact in facts(scenario) for topic in topics(fact)}
    assert set(ASKED_OF_EVERYONE) - words == set()


@every_scenario
def test_no_topic_of_a_scenario_leads_to_two_facts(scenario):
    words = [topic for fact in facts(scenario) for topic in topics(fact)]
    assert sorted(words) == sorted(set(words))


@every_scenario
def test_no_text_of_a_scenario_names_the_diagnosis(scenario):
    terms = [term.strip() for term in scenario["diagnosis"].split(",")]
    assert all(terms)
    spoken = [line.split(":", 1)[1] for line in scenario["additional_instructions"]]
    public = [scenario["scenario_text"], scenario["communication_preferences"]]
    for term in terms:
        named = [text for text in spoken + public if re.search(rf"\b{re.escape(term)}\b", text, re.IGNORECASE)]
        assert not named, f"{term} is named in {named}"


@every_scenario
def test_there_is_nothing_to_look_at_in_a_scenario(scenario):
    assert findings_of(additional_instructions="\n".join(scenario["additional_instructions"])) == []


@every_scenario
def test_a_sample_scenario_is_complete(scenario):
    assert scenario["scenario_text"].startswith(scenario["name"])
    assert len(scenario["scenario_text"].split("\n")[0]) <= 80
    assert scenario["role"] in AVATARS
    assert scenario["communication_preferences"]
    assert 3 <= len(set(scenario["tags"])) <= 5
    assert 4 <= len(set(scenario["rubric_questions"])) <= 6


@every_category
def test_a_category_can_be_passed_and_failed(category):
    assert 3 <= len(category["criteria"]) <= 6
    assert 0 < category["total_required_to_pass"] < 2 * len(category["criteria"])


@every_category
def test_every_criterion_says_what_earns_each_mark(category):
    for criterion in category["criteria"]:
        marks = re.findall(r"(?:^|\. )([012]): ", criterion["marking_instructions"])
        assert marks == ["0", "1", "2"], criterion["name"]


def test_no_two_samples_share_a_name():
    criteria = [criterion["name"] for category in CATEGORIES for criterion in category["criteria"]]
    names = [row["name"] for row in SCENARIOS + CATEGORIES] + [row["title"] for row in ACTIVITIES] + criteria
    assert sorted(names) == sorted(set(names))


def test_every_sample_scenario_and_category_is_used_by_an_activity():
    assert {activity["patient"] for activity in ACTIVITIES} == {scenario["name"] for scenario in SCENARIOS}
    used = {name for activity in ACTIVITIES for name in activity["categories"]}
    assert used == {category["name"] for category in CATEGORIES}
    assert len({tuple(activity["categories"]) for activity in ACTIVITIES}) >= 6


def test_the_demo_consultation_asks_for_every_locked_fact():
    consultation = teaching_set.read_sample("demo_consultation")
    (activity,) = [activity for activity in ACTIVITIES if activity["title"] == consultation["activity"]]
    (scenario,) = [scenario for scenario in SCENARIOS if scenario["name"] == activity["patient"]]
    asked = " ".join(consultation["student_messages"]).lower()
    hidden = [fact for fact in facts(scenario) if fact["locked"]]
    assert 10 <= len(consultation["student_messages"]) <= 12
    assert all(any(topic in asked for topic in topics(fact)) for fact in hidden)


@pytest.mark.django_db
def test_the_samples_are_loaded_as_written():
    said = load()
    scenario = AssistantScenario.objects.get(scenario_text__startswith="Desmond Clarke")
    written = next(sample for sample in SCENARIOS if sample["name"] == "Desmond Clarke")
    assert scenario.additional_instructions.split("\n") == written["additional_instructions"]
    assert scenario.diagnosis == written["diagnosis"]
    assert [tag.tag for tag in scenario.tags.all()] == written["tags"]
    assert [question.question for question in scenario.rubric_questions.all()] == written["rubric_questions"]
    assert scenario.enable
    assert scenario.openid == scenario.versions.get().openid
    for sample in ACTIVITIES:
        activity = Activity.objects.get(pre_brief__startswith=sample["title"])
        assert activity.character.shown["name"] == sample["patient"]
        assert f"Time: {activity.time_limit_minutes} minutes." in activity.pre_brief
        assert {category.name for category in activity.categories.all()} == set(sample["categories"])
    in_order = Activity.objects.order_by("position").values_list("pre_brief", flat=True)
    assert [brief.partition("\n")[0] for brief in in_order] == [sample["title"] for sample in ACTIVITIES]
    for sample in CATEGORIES:
        criteria = Category.objects.get(name=sample["name"]).subcategories.values("name", "marking_instructions")
        assert list(criteria) == sample["criteria"]
    assert "created  patient   Desmond Clarke" in said


@pytest.mark.django_db
def test_each_sample_patient_has_a_picture_of_its_own():
    load()
    pictures = list(ScenarioPicture.objects.all())
    assert {picture.scenario.shown["name"] for picture in pictures} == {sample["name"] for sample in SCENARIOS}
    assert len({picture.digest for picture in pictures}) == len(SCENARIOS)
    assert all((picture.width, picture.height) == (400, 400) for picture in pictures)


@pytest.mark.django_db
def test_loading_the_samples_twice_changes_nothing():
    load()
    before = everything_loaded()
    said = load()
    assert everything_loaded() == before
    assert f"0 created, {len(SCENARIOS + CATEGORIES + ACTIVITIES)} kept" in said


@pytest.mark.django_db
def test_samples_that_an_instructor_edited_are_left_alone():
    load()
    scenario = AssistantScenario.objects.get(scenario_text__startswith="Owen Hughes")
    scenario.scenario_text, scenario.enable = "Owen Hughes, 43, deputy head", False
    scenario.save()
    scenario.tags.all().delete()
    category = Category.objects.get(name="Talking about risk")
    category.total_required_to_pass = 8
    category.save()
    category.subcategories.first().delete()
    Activity.objects.get(pre_brief__startswith="A tired teacher").set_categories([category])
    before = everything_loaded()
    load()
    assert everything_loaded() == before


@pytest.mark.django_db
def test_a_deleted_sample_is_created_again_and_listed():
    load()
    AssistantScenario.objects.get(scenario_text__startswith="Priya Nair").delete()
    said = load()
    assert Activity.objects.get(pre_brief__startswith="Headaches").character.tags.count() == 5
    created = [line.split(maxsplit=1)[1] for line in said.splitlines() if line.startswith("created")]
    assert created == ["patient   Priya Nair", "activity  Headaches before the finals"]


@pytest.mark.django_db
def test_no_account_is_created_by_default():
    load()
    assert not User.objects.exists()


@pytest.mark.django_db
def test_the_demo_accounts_sign_in_with_the_printed_passwords_and_have_their_roles():
    said = load("--demo-accounts")
    roles = {}
    for email, password in re.findall(r"created  account   (\S+)  password: (.+?)  \(", said):
        user = authenticate(email=email, password=password)
        roles[email] = (user.is_instructor, user.is_admin, user.is_superuser)
    assert roles == {
        "student@example.org": (False, False, False),
        "instructor@example.org": (True, False, False),
        "admin@example.org": (True, True, False),
    }


@pytest.mark.django_db
def test_existing_demo_accounts_are_left_as_they_are():
    load("--demo-accounts")
    student = User.objects.get(email="student@example.org")
    student.set_password("a private one")
    student.save()
    said = load("--demo-accounts")
    assert authenticate(email="student@example.org", password="a private one")
    assert User.objects.count() == 3
    assert "kept     account   student@example.org" in said


@pytest.mark.django_db
def test_demo_accounts_are_refused_in_a_database_with_other_accounts():
    User.objects.create_user(email="real@hospital.example", username="Real", password="unknown to all")
    with pytest.raises(CommandError, match="1 account"):
        load("--demo-accounts")
    assert User.objects.count() == 1
    assert not AssistantScenario.objects.exists()
