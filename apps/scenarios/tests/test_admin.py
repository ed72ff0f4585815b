"""Admin pages of scenarios, tags and versions."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.scenarios.models import AssistantScenario, ScenarioPicture, ScenarioVersion
from apps.scenarios.services import set_picture
from apps.scenarios.tests.factories import AssistantScenarioFactory, TagFactory
from apps.scenarios.tests.samples import picture
from apps.users.models import User
from tests.admin_forms import errors_of, filled_in, submit

pytestmark = pytest.mark.django_db
LIST = "/admin/scenarios/assistantscenario/"
ADD = f"{LIST}add/"
PATIENT = {
    "scenario_text": "Ruth Bell, 41, a baker, comes because of her back.\r\nShe is in a hurry.",
    "opening": "It's my back.",
    "facts-0-kind": "locked",
    "facts-0-topics": "lifting",
    "facts-0-text": "I lift sacks.",
    "communication_preferences": "Brisk.",
    "role": "Adult Woman",
    "enable": "on",
    "tags-0-tag": "back pain",
    "rubric_questions-0-question": "Did the student ask about work?",
}


@pytest.fixture
def teacher(client: Client, instructor: User) -> Client:
    client.force_login(instructor)
    return client


def page_of(scenario: AssistantScenario) -> str:
    return f"{LIST}{scenario.pk}/change/"


def row(scenario: AssistantScenario) -> dict[str, object]:
    return AssistantScenario.objects.filter(pk=scenario.pk).values().get()


def test_a_scenario_is_created_with_tags_questions_and_its_first_version(teacher: Client) -> None:
    submit(teacher, ADD, **PATIENT)
    scenario = AssistantScenario.objects.get()
    assert scenario.scenario_text == "Ruth Bell, 41, a baker, comes because of her back.\nShe is in a hurry."
    assert scenario.additional_instructions == "Opening: It's my back.\n- [locked] lifting: I lift sacks."
    assert [tag.tag for tag in scenario.tags.all()] == ["back pain"]
    assert [one.question for one in scenario.rubric_questions.all()] == ["Did the student ask about work?"]
    version = scenario.versions.get()
    assert (version.number, version.openid, version.content) == (1, scenario.openid, scenario.content())


def test_a_scenario_needs_a_text(teacher: Client) -> None:
    answer = submit(teacher, ADD, **{**PATIENT, "scenario_text": " \r\n "})
    assert "required" in errors_of(answer)
    assert not AssistantScenario.objects.exists()


@pytest.mark.parametrize(
    "old",
    [
        {"scenario_text": "  Jane Doe \r\n is here\rfor a reason\n", "additional_instructions": "\n- a: b\r\n"},
        {"scenario_text": "", "additional_instructions": "", "communication_preferences": None, "role": "   "},
        {"role": "Robot\nwith a line", "communication_preferences": ""},
    ],
)
def test_saving_a_page_untouched_changes_nothing_and_makes_no_version(teacher: Client, old: dict[str, str]) -> None:
    scenario = AssistantScenarioFactory(**old)
    TagFactory(scenario=scenario, tag=" a tag ")
    scenario.rubric_questions.create(question="First line\nsecond line ")
    before = row(scenario)
    answer = submit(teacher, page_of(scenario))
    assert answer.redirect_chain, errors_of(answer)
    assert {**row(scenario), "updated_at": None} == {**before, "updated_at": None}
    assert scenario.versions.count() == 1
    assert (scenario.tags.get().tag, scenario.rubric_questions.get().question) == (
        " a tag ",
        "First line\nsecond line ",
    )


def test_changed_content_makes_a_new_version_and_a_tag_does_not(teacher: Client) -> None:
    scenario = AssistantScenarioFactory()
    TagFactory(scenario=scenario, tag="headache")
    first = scenario.openid
    submit(teacher, page_of(scenario), **{"tags-0-tag": "neurology", "tags-1-tag": "migraine"})
    assert [tag.tag for tag in scenario.tags.all()] == ["neurology", "migraine"]
    assert scenario.versions.count() == 1

    submit(teacher, page_of(scenario), communication_preferences="Long sentences.")
    scenario.refresh_from_db()
    latest = scenario.versions.latest("number")
    assert (latest.number, latest.content["communication_preferences"]) == (2, "Long sentences.")
    assert scenario.openid == latest.openid != first


def test_a_tag_and_a_question_are_deleted(teacher: Client) -> None:
    scenario = AssistantScenarioFactory()
    TagFactory(scenario=scenario)
    scenario.rubric_questions.create(question="Did the student ask about work?")
    submit(teacher, page_of(scenario), **{"tags-0-DELETE": "on", "rubric_questions-0-DELETE": "on"})
    assert not scenario.tags.exists()
    assert not scenario.rubric_questions.exists()


def test_deleting_several_warns_and_retires_each(client: Client, admin_user: User) -> None:
    client.force_login(admin_user)
    chosen = [scenario.pk for scenario in AssistantScenarioFactory.create_batch(2)]
    asked = {"action": "delete_selected", "_selected_action": chosen}
    assert "marks stay" in client.post(LIST, asked).content.decode()
    client.post(LIST, {**asked, "post": "yes"})
    assert not AssistantScenario.objects.exists()
    assert not ScenarioVersion.objects.filter(retired_at=None).exists()


@pytest.mark.parametrize(("action", "enabled"), [("enable_chosen", True), ("disable_chosen", False)])
def test_selected_scenarios_are_shown_to_students_or_hidden(teacher: Client, action: str, enabled: bool) -> None:
    chosen = AssistantScenarioFactory(enable=not enabled)
    other = AssistantScenarioFactory(enable=not enabled)
    answer = teacher.post(LIST, {"action": action, "_selected_action": [chosen.pk]})
    assert [str(message) for message in get_messages(answer.wsgi_request)] == [
        f"{'Opened' if enabled else 'Closed'} to students: 1."
    ]
    assert (row(chosen)["enable"], row(other)["enable"]) == (enabled, not enabled)


def test_scenarios_are_found_by_tag_and_text(teacher: Client) -> None:
    scenario = AssistantScenarioFactory(scenario_text="Ruth Bell, 41")
    TagFactory(scenario=scenario, tag="orthopaedics")
    for brief in ("Clinic", "Ward"):
        scenario.activities.create(pre_brief=brief)
    AssistantScenarioFactory(scenario_text="Somebody else")
    for words in ("orthop", "ruth"):
        page = teacher.get(LIST, {"q": words}).content.decode()
        assert "Ruth Bell" in page
        assert "Somebody else" not in page
    found = teacher.get(LIST, {"q": "orthop"}).context["cl"].result_list
    assert [one.activities_in_use for one in found] == [2]


def test_a_version_is_read_only(teacher: Client) -> None:
    version = AssistantScenarioFactory().versions.get()
    url = reverse("admin:scenarios_scenarioversion_change", args=[version.pk])
    assert "three days" in teacher.get(url).content.decode()
    assert teacher.post(url, {"title": "Forged"}).status_code == 403
    link = reverse("admin:scenarios_scenarioversion_changelist")
    assert teacher.get(link, {"scenario__id__exact": version.scenario_id}).context["cl"].result_count == 1


def test_a_picture_is_given_shown_and_taken_away(teacher: Client) -> None:
    scenario = AssistantScenarioFactory.create()
    page, shown = page_of(scenario), f"{LIST}{scenario.pk}/picture/"
    files = {"new_picture": SimpleUploadedFile("face.png", picture("png"), "image/png")}
    submit(teacher, page, **files)
    assert shown in teacher.get(page).content.decode()
    answer = teacher.get(shown)
    assert (answer.content, answer.headers["Content-Type"]) == (picture("png"), "image/png")
    refused = submit(teacher, page, new_picture=SimpleUploadedFile("face.png", b"<svg/>", "image/png"))
    assert "Only PNG, JPEG and WebP" in errors_of(refused)
    assert bytes(ScenarioPicture.objects.get().content) == picture("png")
    assert "Picture of a patient “image/png" in teacher.get(f"{LIST}{scenario.pk}/history/").content.decode()
    submit(teacher, page, no_picture="on")
    assert teacher.get(shown).status_code == 404


def test_nobody_else_sees_a_picture_in_the_admin_site(client: Client, student: User) -> None:
    scenario = AssistantScenarioFactory.create()
    set_picture(scenario.pk, picture("png"))
    client.force_login(student)
    assert client.get(f"{LIST}{scenario.pk}/picture/").status_code == 302


# The rows of facts

TEXT = (
    "Opening: It's my back.\nShe is proud.\n\n-pain,when :  At night.\r\n"
    "- [locked] lifting: I lift sacks.\n- [lockd] wine: Yes."
)


def text_of(scenario: AssistantScenario) -> str:
    return AssistantScenario.objects.get(pk=scenario.pk).additional_instructions


def warnings_of(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"] if message.level_tag == "warning"]


def test_a_changed_row_leaves_every_other_line_as_it_was(teacher: Client) -> None:
    scenario = AssistantScenarioFactory.create(additional_instructions=TEXT)
    page = teacher.get(page_of(scenario)).content.decode()
    assert "“[lockd]” is not understood" in page
    answer = submit(teacher, page_of(scenario), **{"facts-2-questions": "What do you lift,\r\nand when"})
    assert text_of(scenario) == TEXT.replace("lifting: I", "lifting, What do you lift?, and when?: I")
    [warning] = warnings_of(answer)
    assert warning.startswith("Line 6, “- [lockd] wine: Yes.”: “[lockd]” is not understood")
    assert scenario.versions.count() == 2


def test_rows_are_added_removed_and_moved(teacher: Client) -> None:
    scenario = AssistantScenarioFactory.create(additional_instructions=TEXT)
    changes = {
        "facts-0-DELETE": "on",
        "facts-1-ORDER": "9",
        "facts-3-topics": "wine",
        "facts-3-kind": "locked",
        "facts-4-topics": "sleep",
        "facts-4-text": "Badly: I\r\nwake up.",
        "facts-4-ORDER": "1",
        "opening": "Good day.",
    }
    answer = submit(teacher, page_of(scenario), **changes)
    assert text_of(scenario).split("\n") == [
        "Opening: Good day.",
        "- sleep: Badly: I wake up.",
        "- [locked] lifting: I lift sacks.",
        "- [locked] wine: Yes.",
        "",
        "-pain,when :  At night.\r",
    ]
    assert warnings_of(answer) == []


def test_a_row_that_would_be_misread_changes_nothing(teacher: Client) -> None:
    scenario = AssistantScenarioFactory.create(additional_instructions=TEXT)
    answer = submit(teacher, page_of(scenario), **{"facts-1-topics": "[locked pain", "title": "New"})
    assert "Correct the rows that are marked" in errors_of(answer)
    assert "Take “[locked” out." in answer.content.decode()
    assert (text_of(scenario), AssistantScenario.objects.get().title) == (TEXT, "")


def test_who_saves_other_rows_than_were_opened_is_told(teacher: Client) -> None:
    scenario = AssistantScenarioFactory.create(additional_instructions=TEXT)
    opened = filled_in(teacher.get(page_of(scenario)))
    AssistantScenario.objects.update(additional_instructions=f"- new: Yes.\n{TEXT}")
    answer = teacher.post(page_of(scenario), {**opened, "facts-1-text": "At noon."}, follow=True)
    assert "Somebody else has changed these facts" in errors_of(answer)
    assert text_of(scenario).startswith("- new: Yes.")
    told = teacher.post(page_of(scenario), {**opened, "title": "Ruth"}, follow=True)
    assert "changed this while you were editing: facts" in errors_of(told)
    assert filled_in(told)["facts-0-text"] == "Yes."
    teacher.post(page_of(scenario), filled_in(told), follow=True)
    assert text_of(scenario) == f"- new: Yes.\n{TEXT}"
    assert AssistantScenario.objects.get().title == "Ruth"


@pytest.mark.parametrize(
    ("opening", "theirs"),
    [("", ""), ("Opening: Hi.\n", "- new: Yes."), ("", "\n".join(f"- new {n}: Yes." for n in range(9)))],
)
def test_a_second_save_keeps_the_rows_that_were_typed(teacher: Client, opening: str, theirs: str) -> None:
    scenario = AssistantScenarioFactory.create(additional_instructions="- cough: Dry.\n- pain: None.")
    opened = filled_in(teacher.get(page_of(scenario)))
    AssistantScenario.objects.update(additional_instructions=opening + theirs)
    mine = {"facts-1-text": "At noon.", "facts-2-topics": "fever", "facts-2-text": "High."}
    refused = teacher.post(page_of(scenario), {**opened, **mine})
    assert text_of(scenario) == opening + theirs
    assert f"“{theirs}”" in errors_of(refused)
    assert "This field is required" not in refused.content.decode()
    assert teacher.post(page_of(scenario), filled_in(refused)).status_code == 302
    assert text_of(scenario) == f"{opening}- cough: Dry.\n- pain: At noon.\n- fever: High."


def test_the_opening_words_that_somebody_else_wrote_stay(teacher: Client) -> None:
    scenario = AssistantScenarioFactory.create(additional_instructions="Opening: Hello.\n- cough: Dry.")
    opened = filled_in(teacher.get(page_of(scenario)))
    AssistantScenario.objects.update(additional_instructions="Opening: Good evening.\n- cough: Dry.")
    refused = teacher.post(page_of(scenario), {**opened, "facts-0-text": "Wet."})
    assert "changed this while you were editing: Opening words" in errors_of(refused)
    assert teacher.post(page_of(scenario), filled_in(refused)).status_code == 302
    assert text_of(scenario) == "Opening: Good evening.\n- cough: Wet."
    refused = teacher.post(page_of(scenario), {**opened, "opening": "Good night."})
    assert "“Good evening.”" in errors_of(refused)


def test_a_row_that_a_broken_client_leaves_out_stays(teacher: Client) -> None:
    scenario = AssistantScenarioFactory.create(additional_instructions=TEXT)
    opened = filled_in(teacher.get(page_of(scenario)))
    sent = {name: value for name, value in opened.items() if not name.startswith("facts-1-")}
    teacher.post(page_of(scenario), {**sent, "facts-0-text": "Changed."})
    stored = AssistantScenario.objects.get().additional_instructions
    assert "Changed." in stored
    assert TEXT.splitlines()[-1] in stored


@pytest.mark.parametrize(
    "sent",
    [
        {"facts-TOTAL_FORMS": "rubbish"},
        {"facts-TOTAL_FORMS": "-5", "facts-INITIAL_FORMS": "99"},
        {"facts-TOTAL_FORMS": "1000000"},
        {"facts-0-kind": "rubbish"},
        {"facts-0-ORDER": "rubbish"},
        {"facts-0-ORDER": "9" * 5000},
        {"facts-0-text": "\0"},
        {"facts-read_from": "rubbish", "facts-0-text": "Changed."},
    ],
)
def test_rubbish_among_the_rows_is_refused_and_changes_nothing(teacher: Client, sent: dict[str, str]) -> None:
    scenario = AssistantScenarioFactory.create(additional_instructions=TEXT)
    opened = filled_in(teacher.get(page_of(scenario)))
    answer = teacher.post(page_of(scenario), {**opened, **sent})
    assert answer.status_code == 200 or "facts-0-kind" not in sent
    assert text_of(scenario) == TEXT


def test_a_page_with_more_than_a_thousand_fields_is_saved(teacher: Client) -> None:
    facts = "".join(f"- topic {n}: fact {n}\n" for n in range(200))
    scenario = AssistantScenarioFactory.create(additional_instructions=facts)
    submit(teacher, page_of(scenario), **{"facts-199-text": "the last one"})
    assert text_of(scenario) == facts.replace("fact 199", "the last one")


def test_who_may_only_look_sees_the_text(client: Client, instructor: User) -> None:
    writing = Permission.objects.filter(codename__in=["add_assistantscenario", "change_assistantscenario"])
    instructor.groups.get().permissions.remove(*writing)
    client.force_login(instructor)
    scenario = AssistantScenarioFactory.create(additional_instructions=TEXT)
    assert "[lockd] wine" in client.get(page_of(scenario)).content.decode()
