"""Which rubric marks a conversation whose exercise, patient or rubric was changed or deleted after it began."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from apps.activities.models import Activity
from apps.assessments.models import Category, RubricQuestion, SubCategory
from apps.assessments.tests.factories import RubricQuestionFactory
from apps.openai_integration.models import Evaluation, FrozenRubric, Thread
from apps.openai_integration.services.evaluations import EvaluationService
from apps.openai_integration.services.forks import fork
from apps.openai_integration.services.runs import RunService
from apps.openai_integration.tests.factories import ThreadFactory
from apps.openai_integration.tests.sample_threads import ALLERGIES, GREETS, SMOKING, ask, make_activity
from apps.scenarios.models import AssistantScenario
from apps.users.models import User

pytestmark = pytest.mark.django_db
ALL = {GREETS, SMOKING, ALLERGIES}


@pytest.fixture
def thread(student: User) -> Thread:
    """A conversation that has begun."""
    activity = make_activity()
    AssistantScenario.objects.filter(pk=activity.character_id).update(case_notes="Ten a day since he was 15.")
    return begun(ThreadFactory(student=student, activity=Activity.objects.select_related("character").get()))


def begun(thread: Thread, content: str = "Do you smoke?") -> Thread:
    RunService.create_run(thread=thread, content=content).cancel(now=timezone.now())
    return Thread.objects.get(pk=thread.pk)


def flask_deletes(activity: Activity, *, patient: bool) -> None:
    """In the old service's order and with its statements."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM activity_categories WHERE activity_id = %s", [activity.pk])
        cursor.execute("DELETE FROM activities WHERE id = %s", [activity.pk])
        if patient:
            cursor.execute("DELETE FROM assistant_scenarios WHERE id = %s", [activity.character_id])


def delete(what: str, by: str, activity: Activity, admin_client: Client, api: APIClient) -> None:
    row = activity if what == "exercise" else activity.character
    app = "activities/activity" if what == "exercise" else "scenarios/assistantscenario"
    if by == "flask":
        flask_deletes(activity, patient=what == "patient")
    elif by == "v2":
        kind = "activities" if what == "exercise" else "scenarios"
        assert api.delete(f"/api/v2/{kind}/{row.pk}/").status_code == 204
    else:
        done = admin_client.post(f"/admin/{app}/{row.pk}/delete/", {"post": "yes"})
        assert done.status_code == 302
    assert not type(row)._default_manager.filter(pk=row.pk).exists()


@pytest.mark.parametrize("by", ["flask", "v2", "admin"])
@pytest.mark.parametrize("what", ["exercise", "patient"])
def test_a_conversation_goes_on_and_is_marked_after_its_exercise_or_patient_is_deleted(
    what: str, by: str, thread: Thread, client_for, admin_user: User, client: Client
) -> None:
    activity = thread.activity
    client.force_login(admin_user)
    delete(what, by, activity, client, client_for("admin"))
    api = client_for("student")
    # The client may go on naming what was there when the conversation began.
    named = {"activity_id": activity.pk, "scenario_id": activity.character_id}
    said = api.post(f"/api/v2/threads/{thread.pk}/runs/", {"content": "Any allergies?", **named})
    assert said.status_code == 202, said.data
    api.post(f"/api/v2/runs/{said.data['id']}/cancel/")
    asked = ask(api, thread, activity_id=activity.pk)
    assert asked.status_code == 202, asked.data
    evaluation = Evaluation.objects.get(pk=asked.data["id"])
    assert (evaluation.kind, names(evaluation)) == ("categories", ALL)
    assert evaluation.rubric["case_notes"] == "Ten a day since he was 15."
    assert evaluation.title == (activity.shown_title if what == "patient" else evaluation.scenario.shown_title)


def names(evaluation: Evaluation) -> set[str]:
    found = [one["name"] for category in evaluation.rubric["categories"] for one in category["criteria"]]
    return set(found)


def asked_again(thread: Thread, **given: Any) -> Evaluation:
    thread = Thread.objects.get(pk=thread.pk)
    return EvaluationService.create_evaluation(thread=thread, student=thread.student, **given)


def test_a_teachers_correction_counts_while_the_rubric_is_there(thread: Thread) -> None:
    SubCategory.objects.filter(name=SMOKING).update(name="Asks whether the patient smokes")
    SubCategory.objects.filter(name=ALLERGIES).delete()
    assert names(asked_again(thread)) == {GREETS, "Asks whether the patient smokes"}


@pytest.mark.parametrize("gone", ["categories", "criteria", "links"])
def test_a_rubric_of_which_nothing_is_left_marks_what_began_with_it(gone: str, thread: Thread) -> None:
    RubricQuestionFactory(scenario=thread.scenario, question="Added later")
    if gone == "links":
        thread.activity.set_categories([])
    else:
        (Category if gone == "categories" else SubCategory).objects.all().delete()
    assert names(asked_again(thread)) == ALL
    # What begins now is marked by what there is now.
    new = begun(ThreadFactory(student=thread.student, activity=Activity.objects.get()))
    assert asked_again(new).kind == ("categories" if gone == "criteria" else "questions")


def test_questions_of_a_patient_outlive_it_too(student: User) -> None:
    question = RubricQuestionFactory(question="Did the student ask about smoking?")
    thread = begun(ThreadFactory(student=student, activity=None, scenario=question.scenario))
    RubricQuestion.objects.all().delete()
    RubricQuestionFactory(scenario=thread.scenario, question="Corrected")
    assert [one["question"] for one in asked_again(thread).rubric["questions"]] == ["Corrected"]
    question.scenario.delete()
    evaluation = asked_again(thread)
    assert [one["question"] for one in evaluation.rubric["questions"]] == ["Did the student ask about smoking?"]
    assert evaluation.title == question.scenario.shown_title


def test_conversations_share_one_frozen_rubric_until_it_changes(thread: Thread, django_assert_num_queries) -> None:
    other = begun(ThreadFactory(student=thread.student, activity=thread.activity))
    assert FrozenRubric.objects.get() == thread.frozen_rubric == other.frozen_rubric
    SubCategory.objects.filter(name=SMOKING).update(name="Asks whether the patient smokes")
    assert begun(thread, "Since when?").frozen_rubric == other.frozen_rubric
    assert begun(ThreadFactory(student=thread.student, activity=thread.activity)).frozen_rubric != other.frozen_rubric


def test_only_the_rubric_of_the_same_exercise_stands_in(thread: Thread, client_for) -> None:
    elsewhere = make_activity()
    Category.objects.filter(activities=elsewhere).delete()
    assert asked_again(thread, activity=elsewhere).rubric["categories"] == []
    moved = RunService.create_run(thread=thread, content="Hello?", activity=elsewhere)
    assert Thread.objects.get(pk=moved.thread_id).frozen_rubric.activity_id == elsewhere.pk


def test_a_fork_is_marked_by_the_rubric_of_its_beginning(thread: Thread) -> None:
    message = thread.messages.get()
    thread.activity.delete()
    copy = fork(thread=Thread.objects.get(pk=thread.pk), message_id=message.pk)
    begun(copy)
    assert names(asked_again(copy)) == ALL


def test_the_id_of_another_deleted_exercise_is_refused(thread: Thread, client_for) -> None:
    thread.activity.delete()
    other = thread.frozen_rubric.activity_id + 1000
    for rubbish in (other, f"{other}", True, [1], 1.5, "x"):
        assert ask(client_for("student"), thread, activity_id=rubbish).data["code"] == "invalid"
