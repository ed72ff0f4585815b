"""Patients leave as a file and come back from it, in v2 and in the admin."""

import copy
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.activities import transfer
from apps.activities.models import Activity
from apps.activities.samples import teaching_set
from apps.assessments.models import Category, RubricQuestion, SubCategory
from apps.assessments.tests.factories import RubricQuestionFactory
from apps.scenarios.models import AssistantScenario, Tag
from apps.scenarios.tests.factories import AssistantScenarioFactory, TagFactory
from apps.users.models import User
from tests.annotations import ClientFor

pytestmark = pytest.mark.django_db
EXPORT, IMPORT = "/api/v2/scenarios/export/", "/api/v2/scenarios/import/"
MODELS = (AssistantScenario, Tag, Category, SubCategory, RubricQuestion, Activity)


@pytest.fixture
def content(client_for: ClientFor) -> dict[str, Any]:
    """The sample teaching set, as a file."""
    teaching_set.load_teaching_set()
    RubricQuestionFactory.create(scenario=AssistantScenario.objects.earliest("pk"), question="Was smoking asked about?")
    ids = ",".join(str(pk) for pk in AssistantScenario.objects.order_by("pk").values_list("pk", flat=True))
    answer = client_for("instructor").get(EXPORT, {"ids": ids})
    assert answer.status_code == 200, answer.content
    return answer.json()


def counts() -> list[int]:
    return [model._default_manager.count() for model in MODELS]


def test_what_was_exported_comes_back_the_same_as_disabled_copies(
    content: dict[str, Any], client_for: ClientFor
) -> None:
    before, had = counts(), set(AssistantScenario.objects.values_list("pk", flat=True))
    made = client_for("instructor").post(IMPORT, content)
    assert made.status_code == 201, made.content
    ids = made.json()["scenario_ids"]
    assert not had & set(ids)
    rows = AssistantScenario.objects.in_bulk(ids)
    assert transfer.exported(rows[pk] for pk in ids) == content
    assert not any(row.enable for row in rows.values())
    assert all(row.versions.exists() for row in rows.values())
    used = len(content["categories"])
    assert counts()[0] == 2 * before[0]
    assert Category.objects.count() == before[2] + used


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (("format",), "other", "format"),
        (("version",), 2, "version"),
        (("scenarios",), [], "scenarios"),
        (("scenarios",), {}, "scenarios"),
        (("surprise",), 1, "surprise"),
        (("scenarios", 0, "scenario_text"), " ", "scenarios.0.scenario_text"),
        (("scenarios", 1, "age"), 999, "scenarios.1.age"),
        (("scenarios", 1, "surprise"), 1, "scenarios.1.surprise"),
        (("scenarios", 0, "tags"), [["x"]], "scenarios.0.tags.0"),
        (("scenarios", 0, "activities", 0, "pre_brief"), None, "scenarios.0.activities.0.pre_brief"),
        (("scenarios", 0, "activities", 0, "categories"), [999], "scenarios.0.activities.0.categories.0"),
        (("scenarios", 0, "activities", 0, "categories"), [-1], "scenarios.0.activities.0.categories.0"),
        (("categories", 0, "criteria", 0, "highest_score"), 99, "categories.0.criteria.0.highest_score"),
        (("categories", 0, "criteria", 0, "levels"), [{"score": 1}], "categories.0.criteria.0.levels.0.text"),
        (("categories", 0, "total_required_to_pass"), 2**40, "categories.0.total_required_to_pass"),
        (("categories", 0, "name"), "a\0b", "categories.0.name"),
    ],
)
def test_a_file_with_a_mistake_changes_nothing_and_says_where_it_is(
    content: dict[str, Any], client_for: ClientFor, path: tuple[Any, ...], value: Any, named: str
) -> None:
    before = counts()
    spoilt = copy.deepcopy(content)
    place = spoilt
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    refused = client_for("instructor").post(IMPORT, spoilt)
    assert (refused.status_code, named in refused.json()["fields"]) == (400, True), refused.json()
    assert counts() == before


@pytest.mark.parametrize("body", [None, [], 1, "x", {}, {"scenarios": 1}, {"format": [], "version": {}}])
def test_rubbish_is_refused(body: Any, client_for: ClientFor) -> None:
    assert client_for("instructor").post(IMPORT, body, format="json").status_code == 400


@pytest.mark.parametrize("ids", ["", "x", "0", "-1", "1,", "9" * 30, "²", ",".join(["1"] * 101), "2000000000"])
def test_ids_that_are_none_are_refused(ids: str, client_for: ClientFor) -> None:
    refused = client_for("instructor").get(EXPORT, {"ids": ids})
    assert (refused.status_code, [*refused.json()["fields"]]) == (400, ["ids"])


def test_the_admin_sends_a_file_and_takes_it(content: dict[str, Any], client: Client, instructor: User) -> None:
    client.force_login(instructor)
    patients = "/admin/scenarios/assistantscenario/"
    chosen = [*AssistantScenario.objects.order_by("pk").values_list("pk", flat=True)]
    sent = client.post(patients, {"action": "export_chosen", "_selected_action": chosen})
    assert sent["Content-Disposition"] == 'attachment; filename="patients.json"'
    assert json.loads(sent.content) == content
    page = "/admin/activities/activity/import/"
    assert page in client.get(patients).content.decode()
    before = counts()
    other = sent.content.replace(b"virtual-patients", b"other", 1)
    surrogate = b'{"format": "\\ud800"}'
    for rubbish in (b"", b"{", b"\xff\xfe", b"[]", b"[" * 100_000, surrogate, other):
        refused = client.post(page, {"file": SimpleUploadedFile("patients.json", rubbish)})
        assert refused.status_code == 200
        assert "errorlist" in refused.content.decode()
    assert client.post(page).status_code == 200
    assert counts() == before
    done = client.post(page, {"file": SimpleUploadedFile("patients.json", sent.content)}, follow=True)
    assert f"Imported: {len(chosen)} patients" in done.content.decode()
    assert counts()[0] == 2 * before[0]
    client.logout()
    assert client.post(page, {"file": SimpleUploadedFile("patients.json", sent.content)}).status_code == 302
    assert counts()[0] == 2 * before[0]


def test_many_patients_take_no_more_queries_than_one(client_for: ClientFor, django_assert_num_queries: Any) -> None:
    patients = AssistantScenarioFactory.create_batch(4)
    for patient in patients:
        TagFactory.create_batch(2, scenario=patient)
        RubricQuestionFactory.create(scenario=patient)
    api = client_for("instructor")
    for chosen in (patients[:1], patients):
        with django_assert_num_queries(6):
            told = api.get(EXPORT, {"ids": ",".join(str(one.pk) for one in chosen)}).json()
        assert [len(one["tags"]) for one in told["scenarios"]] == [2] * len(chosen)
