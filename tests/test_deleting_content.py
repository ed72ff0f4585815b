"""Students' work outlives the teaching content that it was done with."""

import pytest

from apps.activities.models import Activity
from apps.activities.tests.factories import ActivityFactory
from apps.assessments.tests.factories import SubCategoryFactory
from apps.openai_integration.models import Evaluation, Thread
from apps.openai_integration.tests.factories import EvaluationFactory, MessageFactory, RunFactory, ThreadFactory
from apps.users.models import User
from tests.annotations import ClientFor

pytestmark = pytest.mark.django_db

RUBRIC = [{"category_id": 1, "name": "As it was", "criteria": []}]


@pytest.fixture
def thread(student: User) -> Thread:
    criterion = SubCategoryFactory.create()
    thread = ThreadFactory.create(student=student, activity=ActivityFactory.create(categories=[criterion.category]))
    run = RunFactory.create(thread=thread)
    MessageFactory.create(thread=thread, role="assistant", content="On the left.", run=run)
    EvaluationFactory.create(thread=thread, rubric=RUBRIC)
    return thread


def test_deleting_a_scenario_leaves_its_threads(client_for: ClientFor, thread: Thread) -> None:
    assert thread.scenario
    title, version = thread.title, thread.scenario.versions.get()
    assert client_for("admin").delete(f"/api/v2/scenarios/{thread.scenario_id}/").status_code == 204
    assert not Activity.objects.exists()
    answer = client_for(thread.student).get(f"/api/v2/threads/{thread.pk}/")
    assert answer.status_code == 200
    assert {name: answer.json()[name] for name in ("title", "scenario_id", "activity_id")} == {
        "title": title,
        "scenario_id": None,
        "activity_id": None,
    }
    assert thread.messages.count() == 2
    assert thread.runs.get().scenario_version == version
    assert Evaluation.objects.get().rubric == RUBRIC


def test_deleting_an_activity_leaves_its_threads_and_their_scenario(client_for: ClientFor, thread: Thread) -> None:
    assert client_for("instructor").delete(f"/api/v2/activities/{thread.activity_id}/").status_code == 204
    answer = client_for(thread.student).get(f"/api/v2/threads/{thread.pk}/").json()
    assert (answer["activity_id"], answer["scenario_id"]) == (None, thread.scenario_id)
    assert Evaluation.objects.get().title == thread.title


def test_deleting_a_category_leaves_the_activity_and_the_evaluation(client_for: ClientFor, thread: Thread) -> None:
    assert thread.activity
    category = thread.activity.categories.get()
    client = client_for("instructor")
    assert client.delete(f"/api/v2/categories/{category.pk}/").status_code == 204
    assert client.get(f"/api/v2/activities/{thread.activity_id}/").json()["categories"] == []
    assert Evaluation.objects.get().rubric == RUBRIC


def test_deleting_an_account_leaves_its_threads_to_the_instructors(client_for: ClientFor, thread: Thread) -> None:
    assert thread.student
    thread.student.delete()
    assert client_for("instructor").get(f"/api/v2/threads/{thread.pk}/").status_code == 200
    assert Evaluation.objects.get().student is None
