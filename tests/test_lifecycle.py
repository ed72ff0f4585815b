"""Patients are duplicated, archived, restored and deleted, in v2 and in the admin."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.activities.tests.factories import ActivityFactory
from apps.assessments.tests.factories import RubricQuestionFactory
from apps.openai_integration.tests.factories import MessageFactory, ThreadFactory
from apps.scenarios.models import AssistantScenario, ScenarioChange, ScenarioPicture
from apps.scenarios.services import set_picture
from apps.scenarios.tests.factories import AssistantScenarioFactory, TagFactory
from apps.scenarios.tests.samples import picture
from apps.users.models import User
from tests.annotations import ClientFor

pytestmark = pytest.mark.django_db
SCENARIOS = "/api/v2/scenarios/"
LIST = "/admin/scenarios/assistantscenario/"


@pytest.fixture
def scenario() -> AssistantScenario:
    made = AssistantScenarioFactory.create(title="A headache", case_notes="Ask about the pill.", age=34)
    TagFactory.create(scenario=made, tag="head")
    RubricQuestionFactory.create(scenario=made, question="Was the pill asked about?")
    set_picture(made.pk, picture("png"))
    ActivityFactory.create(character=made, title="Take a history")
    return made


@pytest.fixture
def teacher(client: Client, instructor: User) -> Client:
    client.force_login(instructor)
    return client


def do(api: Any, scenario: AssistantScenario, step: str, status: int = 200) -> dict[str, Any]:
    answer = api.post(f"{SCENARIOS}{scenario.pk}/{step}/")
    assert answer.status_code == status, answer.content
    return answer.json()


def listed(api: Any, **query: str) -> list[int]:
    return [row["id"] for row in api.get(SCENARIOS, query).json()["results"]]


def columns(scenario: AssistantScenario) -> dict[str, Any]:
    row = AssistantScenario.objects.filter(pk=scenario.pk).values().get()
    own = ("id", "title", "enable", "openid", "created_at", "updated_at")
    return {name: value for name, value in row.items() if name not in own}


def test_a_copy_has_all_of_a_patient_but_its_exercises(client_for: ClientFor, scenario: AssistantScenario) -> None:
    made = do(client_for("instructor"), scenario, "duplicate", 201)
    assert (made["title"], made["enable"], made["tags"], made["rubrics"]) == (
        "Copy of A headache", False, ["head"], ["Was the pill asked about?"],
    )  # fmt: skip
    copy = AssistantScenario.objects.get(pk=made["id"])
    assert columns(copy) == columns(scenario)
    assert bytes(copy.picture.content) == picture("png")
    assert made["picture_url"].startswith(f"{SCENARIOS}{copy.pk}/picture")
    assert ScenarioPicture.objects.count() == 2
    assert not copy.activities.exists()
    assert copy.openid == copy.versions.get().openid != scenario.openid
    assert copy.pk not in listed(client_for("student"))


def test_the_title_of_a_copy_is_cut_and_a_copy_of_an_archived_one_is_not_archived(client_for: ClientFor) -> None:
    scenario = AssistantScenarioFactory.create(title="x" * 80, enable=False, archived_at=timezone.now())
    made = do(client_for("instructor"), scenario, "duplicate", 201)
    assert (len(made["title"]), made["archived_at"]) == (80, None)


def test_the_archive_disables_hides_and_gives_back(client_for: ClientFor, scenario: AssistantScenario) -> None:
    api = client_for("instructor")
    assert listed(api) == listed(client_for("student")) == [scenario.pk]
    first = do(api, scenario, "archive")
    assert (first["enable"], first["archived_at"][-1]) == (False, "Z")
    assert do(api, scenario, "archive")["archived_at"] == first["archived_at"]
    assert listed(api) == listed(api, search="head") == listed(api, archived="false") == []
    assert listed(api, archived="true") == [scenario.pk]
    assert client_for("student").get(SCENARIOS, {"archived": "true"}).json()["results"] == []
    assert api.get(SCENARIOS, {"archived": "perhaps"}).status_code == 400
    assert api.get(f"{SCENARIOS}{scenario.pk}/").json()["archived_at"] == first["archived_at"]
    back = do(api, scenario, "restore")
    assert (back["enable"], back["archived_at"]) == (False, None)
    assert listed(api) == [scenario.pk]
    changes = ScenarioChange.objects.filter(kind="assistantscenario", after__archived_at__isnull=False)
    assert changes.filter(changed_by__isnull=False).exists()


@pytest.mark.parametrize("by", ["enable/", "patch", "flask", "old"])
def test_what_is_enabled_is_not_in_the_archive(by: str, client_for: ClientFor, scenario: AssistantScenario) -> None:
    api = client_for("instructor")
    do(api, scenario, "archive")
    if by == "flask":
        AssistantScenario.objects.filter(pk=scenario.pk).update(enable=True)
    elif by == "old":
        assert api.put(f"/api/scenarios/{scenario.pk}/enable").status_code == 200
    elif by == "patch":
        assert api.patch(f"{SCENARIOS}{scenario.pk}/", {"enable": True}).status_code == 200
    else:
        do(api, scenario, "enable")
    assert api.get(f"{SCENARIOS}{scenario.pk}/").json()["archived_at"] is None
    assert listed(api) == listed(client_for("student")) == [scenario.pk]
    do(api, scenario, "disable")
    assert listed(api) == ([] if by == "flask" else [scenario.pk])


def test_an_admin_page_has_buttons_and_the_list_actions(teacher: Client, scenario: AssistantScenario) -> None:
    page = f"{LIST}{scenario.pk}/change/"
    assert "Archive</button>" in teacher.get(page).content.decode()
    assert teacher.get(f"{LIST}{scenario.pk}/archive/").status_code == 405
    shown = teacher.post(f"{LIST}{scenario.pk}/archive/", follow=True).content.decode()
    assert "Restore from the archive</button>" in shown
    assert "Conversations with it go on" in shown
    assert not teacher.get(LIST).context["cl"].result_list
    assert [*teacher.get(LIST, {"archive": "only"}).context["cl"].result_list] == [scenario]
    teacher.post(f"{LIST}?archive=all", {"action": "restore_chosen", "_selected_action": [scenario.pk]})
    assert [*teacher.get(LIST).context["cl"].result_list] == [scenario]
    teacher.post(LIST, {"action": "archive_chosen", "_selected_action": [scenario.pk]})
    assert AssistantScenario.objects.archived().get() == scenario
    teacher.post(f"{LIST}?archive=all", {"action": "duplicate_chosen", "_selected_action": [scenario.pk]})
    copy = AssistantScenario.objects.current().get()
    copied = teacher.post(f"{LIST}{copy.pk}/duplicate/")
    assert copied["Location"] == f"{LIST}{AssistantScenario.objects.latest('pk').pk}/change/"
    assert teacher.post(f"{LIST}999999/duplicate/").status_code == 404


def test_only_admins_delete_and_are_told_what_goes_with_it(
    teacher: Client, admin_user: User, scenario: AssistantScenario
) -> None:
    MessageFactory.create(thread=ThreadFactory.create(activity=None, scenario=scenario))
    ThreadFactory.create(activity=None, scenario=scenario)
    address = f"{LIST}{scenario.pk}/delete/"
    assert teacher.get(address).status_code == teacher.post(address, {"post": "yes"}).status_code == 403
    assert "delete_selected" not in teacher.get(LIST).content.decode()
    teacher.force_login(admin_user)
    asked = {"action": "delete_selected", "_selected_action": [scenario.pk]}
    for shown in (teacher.get(address), teacher.post(LIST, asked)):
        words = shown.content.decode()
        assert "1 exercise: “Take a history”." in words
        assert "1 conversation with it is not marked yet" in words
        assert "archive it instead" in words
    assert teacher.post(address, {"post": "yes"}).status_code == 302
    assert not AssistantScenario.objects.exists()


def test_versions_stand_side_by_side_and_one_is_restored_with_its_history(
    teacher: Client, instructor: User, scenario: AssistantScenario
) -> None:
    scenario.scenario_text = "Another text."
    scenario.setting = "<b>On the phone.</b>"
    scenario.save()
    first, second = scenario.versions.order_by("number")
    page = f"/admin/scenarios/scenarioversion/{first.pk}/change/"
    shown = teacher.get(page).content.decode()
    assert "<del>Another text.</del>" in shown
    assert f"<ins>{first.content['scenario_text']}</ins>" in shown
    assert "<del>&lt;b&gt;On the phone.&lt;/b&gt;</del>" in shown
    assert (
        "The texts are the same." in teacher.get(page.replace(str(first.pk), str(second.pk)), {"against": "now"}).text
    )
    for rubbish in ("", "x", "999", "1' OR", "-1"):
        assert teacher.get(page, {"against": rubbish}).status_code == 200
    restore = f"/admin/scenarios/scenarioversion/{first.pk}/restore/"
    assert teacher.get(restore).status_code == 405
    assert teacher.post(restore)["Location"] == f"{LIST}{scenario.pk}/change/"
    restored = AssistantScenario.objects.get()
    assert restored.content() == first.content
    assert (restored.title, restored.case_notes) == (scenario.title, scenario.case_notes)
    change = ScenarioChange.objects.filter(kind="assistantscenario").latest("pk")
    assert (change.changed_by, change.before["scenario_text"]) == (instructor, "Another text.")
    assert restored.versions.latest("number").content == first.content
    restored.delete()
    assert teacher.post(restore).status_code == 404
    assert "Compare and restore" not in teacher.get(page).content.decode()
