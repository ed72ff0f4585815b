"""The API of evaluations: permissions, requests and results."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.throttling import SimpleRateThrottle

from apps.activities.models import Activity
from apps.activities.tests.factories import ActivityFactory
from apps.assessments.models import Category, SubCategory
from apps.assessments.tests.factories import RubricQuestionFactory, SubCategoryFactory
from apps.openai_integration.models import Evaluation, Thread
from apps.openai_integration.services.evaluations import EvaluationService
from apps.openai_integration.tests.factories import MessageFactory, RunFactory, ThreadFactory
from apps.openai_integration.tests.sample_threads import (
    EVALUATIONS,
    SECRET,
    SMOKING,
    ask,
    criteria,
    examiner_of,
    make_activity,
    make_thread,
    marked,
    take,
)  # fmt: skip
from apps.users.models import User
from tests.counts import forget_counts
from tests.mocks.openai_mock import Emulator

pytestmark = pytest.mark.django_db
WHO = ["student", "other_student", "unapproved", "instructor", "admin", "anonymous"]


def each(statuses: list[int]) -> list[tuple[str, int]]:
    return list(zip(WHO, statuses, strict=True))


@pytest.fixture
def activity(db: None) -> Activity:
    return make_activity()


@pytest.fixture
def thread(student: User, activity: Activity) -> Thread:
    return make_thread(student, activity)


def test_a_student_has_a_thread_marked_and_reads_the_marks(client_for, thread: Thread, emulator: Emulator) -> None:
    client = client_for("student")
    asked = ask(client, thread)
    assert (asked.status_code, asked.data["status"]) == (202, "queued")
    assert client.get(f"{EVALUATIONS}{asked.data['id']}/").data["categories"] == []

    take(asked.data["id"])
    result = client.get(f"{EVALUATIONS}{asked.data['id']}/").data
    assert (result["status"], result["error_code"], result["kind"]) == ("completed", "", "categories")
    assert (result["thread_id"], result["title"]) == (str(thread.pk), thread.activity.shown_title)
    assert result["released_at"]
    opening, history = result["categories"]
    assert (opening["name"], opening["score"], opening["required_to_pass"]) == ("Opening", 2, 2)
    assert opening["passed"] is True
    assert (history["score"], history["max_score"], history["passed"]) == (2, 4, False)
    assert (result["total_score"], result["max_score"]) == (4, 6)
    assert (result["passed"], result["needs_review"]) == (False, False)
    smoking, allergies = history["criteria"]
    assert smoking["evidence"] == {"message_indices": [2], "quotes": ["Do you smoke?"]}
    assert "Do you smoke" in result["transcript"][2]["message"]
    assert (allergies["score"], allergies["evidence"]["quotes"]) == (0, [])
    assert allergies["rewrite_if_missing"]
    assert smoking["subcategory_id"] == SubCategory.objects.get(name=SMOKING).pk


def test_an_evaluation_does_not_change_when_its_rubric_is_deleted(
    client_for, thread: Thread, emulator: Emulator
) -> None:
    client = client_for("student")
    before = marked(client, thread)
    Category.objects.all().delete()
    MessageFactory(thread=thread, content="Any allergies?")
    thread.activity.character.delete()
    after = client.get(f"{EVALUATIONS}{before['id']}/").data
    assert (after["activity_id"], after["scenario_id"]) == (None, None)
    assert after["categories"] == before["categories"]
    assert after["transcript"] == before["transcript"]


def test_a_thread_is_marked_by_the_given_activity(client_for, thread: Thread, emulator: Emulator) -> None:
    other = ActivityFactory(categories=[SubCategoryFactory(name="Asks about alcohol").category])
    result = marked(client_for("student"), thread, activity_id=other.pk)
    assert list(criteria(result)) == ["Asks about alcohol"]
    assert result["activity_id"] == other.pk


def test_without_categories_the_rubric_questions_are_used(client_for, student, emulator: Emulator) -> None:
    thread = ThreadFactory(student=student)
    MessageFactory(thread=thread, content="Do you smoke?")
    RubricQuestionFactory(scenario=thread.scenario, question="Did the student ask the patient about smoking?")
    RubricQuestionFactory(scenario=thread.scenario, question="Did the student ask whether the patient has allergies?")
    result = marked(client_for("student"), thread)
    assert (result["kind"], result["total_score"], result["max_score"], result["passed"]) == ("questions", 2, 4, None)
    [category] = result["categories"]
    assert (category["category_id"], category["required_to_pass"], category["passed"]) == (None, None, None)
    assert [(one["name"], one["score"]) for one in category["criteria"]] == [("Question 1", 2), ("Question 2", 0)]
    seen = client_for("instructor").get(f"{EVALUATIONS}{result['id']}/").data
    assert next(iter(criteria(seen))) == "Did the student ask the patient about smoking?"


def test_without_a_rubric_the_evaluation_completes_without_a_verdict_or_a_call(
    client_for, student, emulator: Emulator
) -> None:
    thread = ThreadFactory(student=student)
    MessageFactory(thread=thread)
    result = marked(client_for("student"), thread)
    assert (result["status"], result["passed"], result["categories"]) == ("completed", None, [])
    assert emulator.requests() == []


def test_a_thread_needs_a_rubric_a_message_and_no_open_run(client_for, student, thread: Thread) -> None:
    client = client_for("student")
    nobody = ThreadFactory(student=student, activity=None)
    MessageFactory(thread=nobody)
    refused = ask(client, nobody)
    assert (refused.status_code, refused.data["code"]) == (400, "no_rubric")
    silent = ThreadFactory(student=student, activity=thread.activity)
    MessageFactory(thread=silent, role="assistant", content="Hello?")
    MessageFactory(thread=silent, content="  \n")
    refused = ask(client, silent)
    assert (refused.status_code, refused.data["code"]) == (400, "nothing_to_mark")
    run = RunFactory(thread=thread)
    refused = ask(client, thread)
    assert (refused.status_code, refused.data["code"], refused.data["run_id"]) == (409, "run_in_progress", str(run.pk))
    assert not Evaluation.objects.exists()


@pytest.mark.parametrize("activity_id", ["x", 10**12, 1.5, True, [], 0])
def test_an_invalid_activity_is_rejected(client_for, thread: Thread, activity_id: object) -> None:
    refused = ask(client_for("student"), thread, activity_id=activity_id)
    assert (refused.status_code, refused.data["code"]) == (400, "invalid")
    assert "activity_id" in refused.data["fields"]


def test_a_student_cannot_choose_an_activity_with_a_disabled_scenario(client_for, thread: Thread) -> None:
    hidden = ActivityFactory(character__enable=False, categories=thread.activity.categories.all())
    assert ask(client_for("student"), thread, activity_id=hidden.pk).status_code == 400
    assert ask(client_for("instructor"), thread, activity_id=hidden.pk).status_code == 202


def test_a_thread_can_be_marked_after_its_scenario_was_disabled(client_for, thread: Thread) -> None:
    thread.scenario.enable = False
    thread.scenario.save()
    assert ask(client_for("student"), thread).status_code == 202


def test_equal_requests_share_an_evaluation(client_for, thread: Thread, settings) -> None:
    client = client_for("student")
    first = ask(client, thread).data["id"]
    assert ask(client, thread).data["id"] == first
    assert ask(client_for("instructor"), thread, activity_id=thread.activity_id).data["id"] == first
    assert Evaluation.objects.get().student == thread.student


@pytest.mark.parametrize("change", ["turn", "rubric", "model", "failed"])
def test_a_changed_request_creates_another_evaluation(client_for, thread: Thread, settings, change: str) -> None:
    client = client_for("student")
    first = ask(client, thread).data["id"]
    if change == "turn":
        MessageFactory(thread=thread, content="Any allergies?")
    elif change == "rubric":
        SubCategory.objects.filter(name=SMOKING).update(marking_instructions="2: asks.")
    elif change == "model":
        settings.OPENAI_MODEL = "gpt-7"
    else:
        Evaluation.objects.update(status="failed", finished_at=timezone.now())
    assert ask(client, thread).data["id"] != first


@pytest.mark.django_db(transaction=True)
def test_equal_concurrent_requests_share_an_evaluation(thread: Thread) -> None:
    def create(_: int) -> str:
        try:
            return str(EvaluationService.create_evaluation(thread=thread, student=thread.student).pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(create, range(8)))
    assert len(set(made)) == 1
    assert Evaluation.objects.count() == 1


@pytest.mark.parametrize(("who", "status"), each([202, 404, 404, 202, 202, 401]))
def test_who_can_have_a_thread_marked(client_for, thread: Thread, who: str, status: int) -> None:
    assert ask(client_for(who), thread).status_code == status


@pytest.mark.parametrize(("who", "status"), each([200, 404, 404, 200, 200, 401]))
def test_who_can_read_an_evaluation(client_for, thread: Thread, student, who: str, status: int) -> None:
    evaluation = EvaluationService.create_evaluation(thread=thread, student=student)
    client = client_for(who)
    assert client.get(f"{EVALUATIONS}{evaluation.pk}/").status_code == status
    assert client.get(f"/api/v2/threads/{thread.pk}/evaluations/").status_code == status
    if status != 401:
        assert client.get(EVALUATIONS).data["count"] == (1 if status == 200 else 0)


@pytest.mark.parametrize("path", ["evaluations/x/", "threads/x/evaluations/", "evaluations/x/marks/1/override/"])
def test_malformed_urls_are_404(client_for, path: str) -> None:
    client = client_for("instructor")
    path = f"/api/v2/{path}"
    assert {client.get(path).status_code, client.post(path, {}).status_code} <= {404, 405}


def test_only_instructors_read_unreleased_evaluations(client_for, thread: Thread, student) -> None:
    evaluation = EvaluationService.create_evaluation(thread=thread, student=student)
    Evaluation.objects.update(released_at=None)
    for path in (f"{EVALUATIONS}{evaluation.pk}/", f"{EVALUATIONS}{evaluation.pk}"):
        assert client_for("student").get(path).status_code == 404
        assert client_for("instructor").get(path).status_code == 200
    assert client_for("student").get(EVALUATIONS).data["results"] == []
    assert client_for("student").get(f"/api/v2/threads/{thread.pk}/evaluations/").data["results"] == []


@pytest.mark.parametrize("who", ["student", "instructor"])
def test_only_instructors_read_marking_instructions_and_nobody_the_canary(
    client_for, thread: Thread, emulator: Emulator, who: str
) -> None:
    result = marked(client_for(who), thread)
    lists = [client_for(who).get(path).data for path in (EVALUATIONS, f"/api/v2/threads/{thread.pk}/evaluations/")]
    shown = json.dumps([result, *lists], default=str)
    assert (SECRET in shown) == (who == "instructor")
    assert (criteria(result)[SMOKING]["model_score"] == 2) == (who == "instructor")
    canaries = [canary.name for _, canary in examiner_of(Evaluation.objects.get()).canaries]
    assert len(canaries) == 2
    assert all(name in emulator.requests()[0]["json"]["instructions"] for name in canaries)
    assert not any(name in shown for name in canaries)


def test_lists_take_a_fixed_number_of_queries(client_for, thread: Thread, student, django_assert_num_queries) -> None:
    for n in range(4):
        MessageFactory(thread=thread, content=f"And question {n}?")
        EvaluationService.create_evaluation(thread=thread, student=student)
    client = client_for("student")
    with django_assert_num_queries(2):
        assert client.get(EVALUATIONS).data["count"] == 4
    with django_assert_num_queries(3):
        assert len(client.get(f"/api/v2/threads/{thread.pk}/evaluations/").data["results"]) == 4


def test_an_evaluation_is_read_in_three_queries(
    client_for, thread: Thread, emulator, django_assert_num_queries
) -> None:
    client = client_for("student")
    result = marked(client, thread)
    with django_assert_num_queries(3):
        assert client.get(f"{EVALUATIONS}{result['id']}/").data["categories"]


def test_requests_are_rate_limited_but_reading_is_not(client_for, thread: Thread, monkeypatch) -> None:
    rates = {**SimpleRateThrottle.THROTTLE_RATES, "evaluations": "2/min"}
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", rates)
    forget_counts()
    client = client_for("student")
    assert [ask(client, thread).status_code for _ in range(3)] == [202, 202, 429]
    path = f"/api/v2/threads/{thread.pk}/evaluations/"
    assert [client.get(path).status_code for _ in range(5)] == [200] * 5


def test_an_overdue_evaluation_has_failed(client_for, thread: Thread, student) -> None:
    evaluation = EvaluationService.create_evaluation(thread=thread, student=student)
    Evaluation.objects.update(deadline_at=timezone.now())
    seen = client_for("student").get(f"{EVALUATIONS}{evaluation.pk}/").data
    assert (seen["status"], seen["error_code"], seen["passed"]) == ("failed", "deadline_exceeded", None)
