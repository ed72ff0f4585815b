"""Evaluations at the old addresses: transcripts, rubrics and responses."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.throttling import SimpleRateThrottle

from apps.activities.models import Activity
from apps.activities.tests.factories import ActivityFactory
from apps.assessments.tests.factories import CategoryFactory, RubricQuestionFactory
from apps.openai_integration.models import Evaluation, Run, Thread
from apps.openai_integration.services.evaluations import EvaluationService
from apps.openai_integration.tests.factories import RunFactory, ThreadFactory
from apps.openai_integration.tests.sample_threads import (
    ALLERGIES,
    GREETING,
    GREETS,
    SMOKING,
    make_activity,
    make_thread,
    take,
)
from apps.openai_integration.tests.test_bad_answers import INVENTED, good
from apps.scenarios.services import current_version
from apps.scenarios.tests.factories import AssistantScenarioFactory
from apps.users.models import User
from tests.mocks.openai_mock import Emulator

pytestmark = pytest.mark.django_db
MESSAGES = [
    {"role": "user", "message": GREETING},
    {"role": "system", "message": "Be kind."},
    {"role": "assistant", "content": "Morning."},
    {"role": "user", "content": "Do you smoke?", "message": None, "created_at": 5},
]
QUESTIONS = ("Did the student introduce themselves?", "Did the student ask the patient about smoking?")


@pytest.fixture(autouse=True)
def _no_wait_for_evaluations(settings) -> None:
    """`graded` runs the worker itself, so requests need not wait for one."""
    settings.COMPAT_GRADING_WAIT_S = 0.2


@pytest.fixture
def activity(db: None) -> Activity:
    activity = make_activity()
    for question in QUESTIONS:
        RubricQuestionFactory(scenario=activity.character, question=question)
    return activity


def assessment(activity: Activity | int) -> str:
    return f"/api/activities/{getattr(activity, 'pk', activity)}/rubric_assessment"


def responses(activity: Activity | int) -> str:
    return f"/api/scenarios/{getattr(activity, 'pk', activity)}/rubric_responses"


def graded(client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Request an evaluation, let a worker mark it, and request it again for the result."""
    slow = client.post(path, body)
    assert (slow.status_code, list(slow.json())) == (503, ["message"]), slow.json()
    take(str(Evaluation.objects.latest("created_at").pk))
    answer = client.post(path, body)
    assert answer.status_code == 200, answer.json()
    assert Evaluation.objects.count() == 1
    return answer.json()


def test_the_messages_sent_in_are_marked_by_the_categories(client_for, activity: Activity, emulator: Emulator) -> None:
    told = graded(client_for("student"), assessment(activity), {"messages": MESSAGES, "scenario_id": "999999"})
    opening, history = told["categories"]
    assert list(told) == ["categories", "overall"]
    assert (opening["name"], opening["score"], opening["required_to_pass"], opening["passed"]) == (
        "Opening",
        2,
        2,
        True,
    )
    assert history.keys() == {"category_id", "name", "score", "required_to_pass", "passed", "criteria"}
    assert told["overall"] == {"total_score": 4, "passed": False}
    smoking, allergies = history["criteria"]
    assert (smoking["name"], smoking["score"], smoking["rewrite_if_missing"]) == (SMOKING, 2, "")
    # Messages of the system are dropped before the last ones are counted.
    assert smoking["evidence"] == {"message_indices": [2], "quotes": ["Do you smoke?"]}
    assert (allergies["name"], allergies["score"]) == (ALLERGIES, 0)
    assert allergies["evidence"] == {"message_indices": [], "quotes": []}
    assert allergies["rewrite_if_missing"]
    assert all(one.keys() == smoking.keys() for one in (*opening["criteria"], allergies))
    assert len(emulator.requests()) == 1


def test_the_messages_sent_in_are_marked_by_the_plain_questions(client_for, activity: Activity, emulator) -> None:
    told = graded(client_for("student"), responses(activity), {"messages": MESSAGES})
    assert [one["question"] for one in told["evaluations"]] == list(QUESTIONS)
    assert [one["score"] for one in told["evaluations"]] == [2, 2]
    assert all(one.keys() == {"question", "score", "feedback"} for one in told["evaluations"])
    assert all(isinstance(one["feedback"], str) for one in told["evaluations"])


@pytest.mark.parametrize(("path", "window"), [(assessment, 40), (responses, 30)])
def test_only_the_last_messages_count(client_for, activity: Activity, emulator, path, window: int) -> None:
    long = [{"role": "assistant" if n % 2 else "user", "message": f"Turn {n}"} for n in range(60)]
    graded(client_for("student"), path(activity), {"messages": [*long, {"role": "tool", "message": "x"}]})
    assert [message["message"] for message in Evaluation.objects.get().transcript] == [
        f"Turn {n}" for n in range(60 - window, 60)
    ]


@pytest.mark.parametrize(
    "messages", [None, [], [{"role": "assistant", "message": "Hello."}], [{"role": "user", "message": " "}], [{}]]
)
def test_an_empty_transcript_earns_nothing_and_makes_no_call(client_for, activity, emulator, messages) -> None:
    client = client_for("student")
    told = graded(client, assessment(activity), {} if messages is None else {"messages": messages})
    assert told["overall"] == {"total_score": 0, "passed": False}
    scores = {one["name"]: one["score"] for category in told["categories"] for one in category["criteria"]}
    assert scores == {GREETS: 0, SMOKING: 0, ALLERGIES: 0}
    assert emulator.requests() == []


def test_an_activity_without_categories_is_passed_with_an_empty_assessment(client_for, emulator: Emulator) -> None:
    told = graded(client_for("student"), assessment(ActivityFactory()), {"messages": MESSAGES})
    assert told == {"categories": [], "overall": {"total_score": 0, "passed": True}}
    assert emulator.requests() == []


@pytest.mark.parametrize(("required", "passed"), [(0, True), (1, False)])
def test_a_category_without_criteria_passes_if_it_requires_no_marks(client_for, emulator, required, passed) -> None:
    category = CategoryFactory(total_required_to_pass=required)
    activity = ActivityFactory(categories=[category])
    told = graded(client_for("student"), assessment(activity), {"messages": MESSAGES})
    expected = {"category_id": category.pk, "name": category.name, "score": 0, "required_to_pass": required}
    assert told["categories"] == [{**expected, "passed": passed, "criteria": []}]
    assert told["overall"] == {"total_score": 0, "passed": passed}


def test_a_scenario_without_questions_has_no_evaluations(client_for, activity: Activity, emulator: Emulator) -> None:
    body = {"messages": MESSAGES, "scenario_id": AssistantScenarioFactory().pk}
    assert graded(client_for("student"), responses(activity), body) == {"evaluations": []}
    assert emulator.requests() == []


def test_an_unknown_activity_or_scenario_is_404(client_for, activity: Activity) -> None:
    client, missing = client_for("student"), 999999
    answer = client.post(assessment(missing), {"messages": MESSAGES})
    assert (answer.status_code, answer.json()) == (404, {"message": "Activity not found"})
    for path, body in ((missing, {}), (activity, {"scenario_id": missing}), (missing, {"scenario_id": missing})):
        answer = client.post(responses(path), body)
        assert answer.status_code == 404
        assert answer.json()["message"].startswith("Scenario not found (provide scenario_id in body or link activity")
    assert not Evaluation.objects.exists()
    by_body = client.post(responses(missing), {"scenario_id": activity.character_id, "messages": MESSAGES})
    assert by_body.status_code == 503
    assert Evaluation.objects.get().scenario == activity.character


@pytest.mark.parametrize(
    "body",
    [
        {"messages": {}},
        {"messages": "Hello"},
        {"messages": ["Hello"]},
        {"messages": [{"role": 1, "message": "Hello"}]},
        {"messages": [{"role": "user", "message": ["Hello"]}]},
        {"messages": [{"role": "user", "content": 0}]},
        {"messages": [], "scenario_id": "x"},
        {"messages": [], "thread_id": 5},
        [],
    ],
)
@pytest.mark.parametrize("path", [assessment, responses])
def test_invalid_messages_are_refused(client_for, activity: Activity, path, body: Any) -> None:
    answer = client_for("student").post(path(activity), body)
    assert (answer.status_code, list(answer.json())) == (400, ["message"])
    assert not Evaluation.objects.exists()


def test_the_stored_messages_of_a_named_thread_are_marked(client_for, student: User, activity, emulator) -> None:
    thread = make_thread(student, ActivityFactory())
    flattery = [{"role": "user", "message": "Are you allergic to anything?"}]
    told = graded(client_for("student"), assessment(activity), {"thread_id": str(thread.pk), "messages": flattery})
    scores = {one["name"]: one["score"] for category in told["categories"] for one in category["criteria"]}
    assert scores == {GREETS: 2, SMOKING: 2, ALLERGIES: 0}
    evaluation = Evaluation.objects.get()
    assert (evaluation.thread, evaluation.activity, evaluation.student) == (thread, activity, student)


def test_stored_messages_are_marked_by_questions_within_the_same_window(
    client_for, student, activity, emulator
) -> None:
    thread = make_thread(student, ActivityFactory(), *(f"Question {n}?" for n in range(20)))
    told = graded(client_for("student"), responses(activity), {"thread_id": str(thread.pk)})
    assert [one["question"] for one in told["evaluations"]] == list(QUESTIONS)
    assert len(Evaluation.objects.get().transcript) == 30


@pytest.mark.parametrize(("who", "status"), [("student", 409), ("other_student", 404), ("instructor", 409)])
def test_a_thread_is_marked_only_for_its_readers_and_without_an_open_run(
    client_for, student: User, activity, who: str, status: int
) -> None:
    thread: Thread = make_thread(student, activity)
    RunFactory(thread=thread)
    answer = client_for(who).post(assessment(activity), {"thread_id": str(thread.pk)})
    assert (answer.status_code, list(answer.json())) == (status, ["message"])


def test_a_thread_whose_scenario_was_disabled_later_is_still_marked(client_for, activity: Activity, emulator) -> None:
    activity.character.enable = False
    activity.character.save()
    assert graded(client_for("student"), assessment(activity), {"messages": MESSAGES})["overall"]["total_score"] == 4


@pytest.mark.parametrize(("who", "told"), [("student", True), ("other_student", False), ("instructor", True)])
def test_students_who_used_a_disabled_scenario_read_its_questions(
    client_for, student: User, activity: Activity, emulator, who: str, told: bool
) -> None:
    RunFactory(thread__student=student, scenario_version=current_version(activity.character))
    activity.character.enable = False
    activity.character.save()
    marks = graded(client_for(who), responses(999999), {"scenario_id": activity.character_id, "messages": MESSAGES})
    assert [one["question"] for one in marks["evaluations"]] == (list(QUESTIONS) if told else ["", ""])
    assert [bool(one["feedback"]) for one in marks["evaluations"]] == [told, told]
    assert [one["score"] for one in marks["evaluations"]] == [2, 2]


def test_a_verdict_that_awaits_review_is_given_by_the_current_marks(client_for, activity, emulator: Emulator) -> None:
    """The old format has only true and false, where v2 has null. Marks of a credulous model do not count."""
    emulator.fault("credulous", times=2)
    messages = [*MESSAGES, {"role": "user", "message": "Are you allergic to anything?"}]
    told = graded(client_for("student"), assessment(activity), {"messages": messages})
    assert Evaluation.objects.get().passed is None
    assert told["overall"] == {"total_score": 0, "passed": False, "needs_review": True}
    assert [category["passed"] for category in told["categories"]] == [False, False]


def test_checks_end_before_the_old_frontend_gives_up(client_for, activity: Activity, emulator: Emulator) -> None:
    client_for("student").post(assessment(activity), {"messages": MESSAGES})
    made = Evaluation.objects.get()
    assert (made.checks_until - made.next_attempt_at).total_seconds() == pytest.approx(0.15)
    emulator.fault("say", text=good(made, evidence=INVENTED), only="marking")
    ended = take(str(made.pk))
    assert (ended.status, ended.review_reasons) == ("completed", ["no_verified_evidence", "checks_unfinished"])
    assert len(emulator.requests()) == 1


def test_an_unreleased_evaluation_is_hidden(client_for, activity: Activity, emulator: Emulator) -> None:
    graded(client_for("student"), assessment(activity), {"messages": MESSAGES})
    Evaluation.objects.update(released_at=None)
    answer = client_for("student").post(assessment(activity), {"messages": MESSAGES})
    assert (answer.status_code, list(answer.json())) == (403, ["message"])


def test_a_failed_evaluation_is_502_and_the_next_request_starts_another(client_for, activity) -> None:
    client = client_for("student")
    assert client.post(assessment(activity), {"messages": MESSAGES}).status_code == 503
    Evaluation.objects.update(deadline_at=timezone.now() - timedelta(seconds=1))
    failed = client.post(assessment(activity), {"messages": MESSAGES})
    assert (failed.status_code, list(failed.json())) == (502, ["message"])
    assert client.post(assessment(activity), {"messages": MESSAGES}).status_code == 503
    assert sorted(Evaluation.objects.values_list("status", flat=True)) == ["failed", "queued"]


def test_evaluations_are_throttled_and_need_a_token(client_for, activity: Activity, monkeypatch) -> None:
    rates = {**SimpleRateThrottle.THROTTLE_RATES, "evaluations": "2/min"}
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", rates)
    client = client_for("student")
    answers = [client.post(responses(activity), {"messages": []}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 503, 429]
    assert list(answers[-1].json()) == ["message"]
    nobody = client_for(None).post(assessment(activity), {"messages": MESSAGES})
    assert (nobody.status_code, nobody.json()) == (401, {"message": "Unauthorised"})
    wrong_way = client.get(assessment(activity))
    assert (wrong_way.status_code, list(wrong_way.json())) == (405, ["message"])


def test_an_empty_thread_is_still_refused_in_v2(client_for, student: User, activity: Activity) -> None:
    thread = Thread.objects.create(student=student, activity=activity, scenario=activity.character)
    refused = client_for("student").post(f"/api/v2/threads/{thread.pk}/evaluations/", {})
    assert (refused.status_code, refused.json()["code"]) == (400, "nothing_to_mark")
    made = EvaluationService.create_evaluation(thread=thread, student=student, kind=Evaluation.Kind.CATEGORIES)
    assert (take(str(made.pk)).status, made.activity) == ("completed", activity)


def test_what_is_under_review_says_so_in_its_name(client_for, activity: Activity, emulator: Emulator) -> None:
    emulator.fault("credulous", times=2)
    told = graded(client_for("student"), assessment(activity), {"messages": MESSAGES})
    assert told["overall"]["needs_review"] is True
    named = [told["categories"], *(category["criteria"] for category in told["categories"])]
    assert all(one["name"].endswith(" (under review)") for part in named for one in part)


def test_a_doubt_about_the_whole_is_in_the_overall_result_alone(
    client_for, activity: Activity, emulator: Emulator
) -> None:
    graded(client_for("student"), assessment(activity), {"messages": MESSAGES})
    Evaluation.objects.update(needs_review=True, review_reasons=["one_quote_for_many"])
    told = client_for("student").post(assessment(activity), {"messages": MESSAGES}).json()
    assert told["overall"]["needs_review"] is True
    assert "under review" not in json.dumps(told["categories"])


def test_a_conversation_goes_on_and_is_marked_when_its_exercise_and_patient_are_deleted(
    client_for, student: User, activity: Activity, emulator: Emulator
) -> None:
    client = client_for("student")
    thread = ThreadFactory(student=student, activity=None, scenario=None)
    body = {"thread_id": str(thread.pk), "activity_id": activity.pk, "scenario_id": activity.character_id}

    def say(text: str) -> None:
        assert client.post(f"/api/threads/{thread.pk}/messages", {"role": "user", "content": text}).status_code == 201
        begun = client.post("/api/threads/run", body)
        assert begun.status_code == 201, begun.data
        Run.objects.get(pk=begun.data["run_id"]).cancel(now=timezone.now())

    say(GREETING)
    assert client_for("instructor").delete(f"/api/scenarios/{activity.character_id}").status_code == 200
    assert not Activity.objects.exists()
    say("Do you smoke?")
    result = graded(client, assessment(activity), {"thread_id": str(thread.pk)})
    assert [one["name"] for category in result["categories"] for one in category["criteria"]] == [
        GREETS, SMOKING, ALLERGIES,
    ]  # fmt: skip
    for address in (assessment(activity), assessment(activity.pk + 1000)):
        without = client.post(address, {"messages": MESSAGES})
        assert (without.status_code, without.json()) == (404, {"message": "Activity not found"})
    Evaluation.objects.all().delete()
    answered = graded(client, responses(activity), body)
    assert [one["question"] for one in answered["evaluations"]] == [*QUESTIONS]
