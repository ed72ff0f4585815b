"""Markings by criteria with scales of their own, and what examiners alone are told of a case."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from apps.activities.models import Activity
from apps.assessments.models import Category, SubCategory
from apps.openai_integration.models import Evaluation, Thread
from apps.openai_integration.services.evaluations import EvaluationService
from apps.openai_integration.tests.sample_threads import (
    ALLERGIES,
    EVALUATIONS,
    GREETS,
    SMOKING,
    ask,
    criteria,
    make_activity,
    make_thread,
    marked,
    scores,
    take,
)  # fmt: skip
from apps.scenarios.models import AssistantScenario
from apps.users.models import User
from tests.mocks.openai_mock import Emulator

pytestmark = pytest.mark.django_db

NOTES = "She has smoked since she was twelve years old, and hides it from her family."


@pytest.fixture
def activity(db: None) -> Activity:
    """Opening on 1 to 5 (pass mark 4), history on 0 to 10 and 0 to 2 (pass mark 9)."""
    activity = make_activity()
    SubCategory.objects.filter(name=GREETS).update(lowest_score=1, highest_score=5)
    SubCategory.objects.filter(name=SMOKING).update(
        highest_score=10,
        levels=[{"score": 10, "text": "SECRET level"}],
        anchors=[{"score": 5, "text": "SECRET anchor"}],
    )
    Category.objects.filter(name="Opening").update(total_required_to_pass=4)
    Category.objects.filter(name="History").update(total_required_to_pass=9)
    return activity


@pytest.fixture
def thread(student: User, activity: Activity) -> Thread:
    return make_thread(student, activity)


def instructions(emulator: Emulator) -> str:
    """Of the last request for marks; a second look may follow it."""
    sent = (str(call["json"]["instructions"]) for call in reversed(emulator.requests()))
    return next(text for text in sent if "## Rubric (JSON)" in text)


def override(client: APIClient, evaluation: dict[str, Any], name: str, score: int) -> Any:
    path = f"{EVALUATIONS}{evaluation['id']}/marks/{criteria(evaluation)[name]['mark_id']}/override/"
    return client.post(path, {"score": score, "comment": "As I saw it."})


def test_each_criterion_is_marked_on_its_own_scale(client_for, thread: Thread, emulator: Emulator) -> None:
    evaluation = marked(client_for("instructor"), thread)
    assert scores(evaluation) == {GREETS: 5, SMOKING: 10, ALLERGIES: 0}
    ends = {name: (one["min_score"], one["max_score"]) for name, one in criteria(evaluation).items()}
    assert ends == {GREETS: (1, 5), SMOKING: (0, 10), ALLERGIES: (0, 2)}
    assert [(one["score"], one["max_score"], one["passed"]) for one in evaluation["categories"]] == [
        (5, 5, True),
        (10, 12, True),
    ]
    assert (evaluation["total_score"], evaluation["max_score"], evaluation["passed"]) == (15, 17, True)
    listed = client_for("instructor").get(EVALUATIONS).data["results"][0]
    assert (listed["total_score"], listed["max_score"]) == (15, 17)
    assert '"min_score": 1, "max_score": 5' in instructions(emulator)


def test_who_shows_nothing_gets_the_lowest_scores(client_for, student: User, activity: Activity, emulator) -> None:
    thread = make_thread(student, activity)
    thread.messages.filter(content__startswith="Good morning").update(content="So.")
    assert scores(marked(client_for("instructor"), thread))[GREETS] == 1


def test_a_silent_transcript_gets_the_lowest_scores_without_a_call(student: User, activity, emulator) -> None:
    evaluation = EvaluationService.create_from_transcript(
        student=student, messages=[{"role": "assistant", "message": "Hello?"}], kind="categories", activity=activity
    )
    ended = take(str(evaluation.pk))
    assert [mark.score for mark in ended.marks.all()] == [1, 0, 0]
    assert (ended.total_score, ended.passed, emulator.requests()) == (1, False, [])


def test_an_override_is_a_score_of_the_scale(client_for, thread: Thread, emulator: Emulator) -> None:
    client = client_for("instructor")
    evaluation = marked(client, thread)
    for name, score, ends in ((GREETS, 0, "1 to 5"), (GREETS, 6, "1 to 5"), (ALLERGIES, 3, "0 to 2")):
        refused = override(client, evaluation, name, score)
        assert (refused.status_code, list(refused.data["fields"])) == (400, ["score"])
        assert ends in refused.data["detail"]
    assert override(client, evaluation, SMOKING, 11).status_code == 400
    changed = override(client, evaluation, GREETS, 1).data
    assert (changed["total_score"], changed["passed"]) == (11, False)
    assert override(client, changed, SMOKING, 7).data["total_score"] == 8


def test_a_scale_is_frozen_with_the_rubric(client_for, thread: Thread, emulator: Emulator) -> None:
    client = client_for("instructor")
    evaluation = marked(client, thread)
    SubCategory.objects.update(lowest_score=0, highest_score=3, levels=[], anchors=[])
    again = client.get(f"{EVALUATIONS}{evaluation['id']}/").data
    assert (again["max_score"], criteria(again)[SMOKING]["max_score"]) == (17, 10)
    assert override(client, evaluation, SMOKING, 9).status_code == 201
    assert ask(client, thread).data["id"] != evaluation["id"]


def test_a_rubric_that_was_frozen_before_there_were_scales_is_0_to_2(client_for, thread: Thread, emulator) -> None:
    client = client_for("instructor")
    evaluation = EvaluationService.create_evaluation(thread=thread, student=thread.student)
    for category in evaluation.rubric["categories"]:
        category["criteria"] = [
            {name: one[name] for name in ("id", "subcategory_id", "name", "instructions")}
            for one in category["criteria"]
        ]
    Evaluation.objects.filter(pk=evaluation.pk).update(rubric=evaluation.rubric)
    take(str(evaluation.pk))
    shown = client.get(f"{EVALUATIONS}{evaluation.pk}/").data
    assert (scores(shown), shown["max_score"]) == ({GREETS: 2, SMOKING: 2, ALLERGIES: 0}, 6)
    assert override(client, shown, SMOKING, 3).status_code == 400


def test_what_could_not_be_marked_counts_in_no_maximum(client_for, student: User, activity, emulator) -> None:
    thread = make_thread(student, activity, "And your family?")
    emulator.fault("content_filter", times=3)
    evaluation = marked(client_for("instructor"), thread)
    # Smoking is met in what was read; greeting (5) and allergies (2) could have been met in the part that was refused.
    assert (evaluation["unmarked"], evaluation["total_score"], evaluation["max_score"]) == (2, 10, 10)
    listed = client_for("instructor").get(EVALUATIONS).data["results"][0]
    assert listed["max_score"] == 10
    again = override(client_for("instructor"), evaluation, GREETS, 4).data
    assert (again["unmarked"], again["total_score"], again["max_score"]) == (1, 14, 15)


def test_students_read_neither_levels_nor_anchors(client_for, thread: Thread, emulator: Emulator) -> None:
    evaluation = marked(client_for("student"), thread)
    assert "SECRET" in instructions(emulator)
    assert "SECRET" not in json.dumps(evaluation, default=str)


# --- case notes


def test_case_notes_go_to_the_examiner_alone(client_for, thread: Thread, emulator: Emulator) -> None:
    AssistantScenario.objects.update(case_notes=NOTES)
    marked(client_for("student"), thread)
    assert instructions(emulator).endswith(f"## Case notes, for you alone (JSON)\n{json.dumps(NOTES)}")
    emulator.clear()
    run = client_for("student").post(f"/api/v2/threads/{thread.pk}/runs/", {"content": "Do you live alone?"})
    assert run.status_code == 202
    context = client_for("instructor").get(f"/api/v2/activities/{thread.activity_id}/context/")
    assert NOTES not in context.content.decode()
    scenario = f"/api/v2/scenarios/{thread.scenario_id}/"
    assert client_for("instructor").get(scenario).json()["case_notes"] == NOTES
    for path in (scenario, "/api/v2/scenarios/", "/api/v2/activities/", EVALUATIONS, f"/api/v2/threads/{thread.pk}/"):
        assert NOTES not in client_for("student").get(path).content.decode(), path
    assert NOTES not in client_for("instructor").get(f"{scenario}versions/").content.decode()


def test_the_examiner_knows_the_diagnosis_and_students_do_not(client_for, thread: Thread, emulator: Emulator) -> None:
    AssistantScenario.objects.update(case_notes=NOTES, diagnosis="podagra")
    marked(client_for("student"), thread)
    assert instructions(emulator).endswith(json.dumps(f"Diagnosis: podagra\n\n{NOTES}"))
    for path in (f"/api/v2/scenarios/{thread.scenario_id}/", "/api/v2/scenarios/", "/api/v2/activities/", EVALUATIONS):
        assert "podagra" not in client_for("student").get(path).content.decode(), path


def test_case_notes_are_frozen_and_new_ones_make_another_marking(client_for, thread: Thread, emulator) -> None:
    client = client_for("instructor")
    first = ask(client, thread).data
    AssistantScenario.objects.update(case_notes=NOTES)
    second = ask(client, thread).data
    assert second["id"] != first["id"]
    take(first["id"])
    assert "Case notes" not in instructions(emulator)


@pytest.mark.parametrize("who", ["student", "instructor"])
def test_a_comment_that_repeats_the_case_notes_is_not_shown(client_for, thread: Thread, emulator, who: str) -> None:
    AssistantScenario.objects.update(case_notes=f"Clearly shown: introducing oneself with name and role. {NOTES}")
    thread = Thread.objects.get(pk=thread.pk)
    evaluation = EvaluationService.create_evaluation(thread=thread, student=thread.student)
    item = {"evidence": [], "comment": NOTES, "rewrite_if_missing": NOTES, "score": 0}
    entries = [
        {"criterion_id": one["id"], **item}
        for category in evaluation.rubric["categories"]
        for one in category["criteria"]
    ]
    emulator.fault("say", only="marking", text=json.dumps({"criteria": entries}), times=0)
    take(str(evaluation.pk))
    shown = client_for(who).get(f"{EVALUATIONS}{evaluation.pk}/").content.decode()
    assert "hides it from her family" not in shown


def test_the_page_says_which_scores_there_are(client: Client, instructor: User, thread: Thread, emulator) -> None:
    evaluation = EvaluationService.create_evaluation(thread=thread, student=thread.student)
    take(str(evaluation.pk))
    client.force_login(instructor)
    mark = evaluation.marks.get(position=0)
    page = reverse("admin:openai_integration_evaluation_change", args=[evaluation.pk])
    shown = client.get(page).content.decode()
    assert [f">change to {score}</option>" in shown for score in (4, 9, 11)] == [True, True, False]
    path = reverse("admin:openai_integration_evaluation_review", args=[evaluation.pk])
    decision, comment = f"decision-{mark.pk}", f"comment-{mark.pk}"
    refused = client.post(path, {decision: "0", comment: "None."}).content.decode()
    assert "Nothing is saved. The scale of this criterion runs from 1 to 5." in refused
    client.post(path, {decision: "3", comment: "Half."})
    assert evaluation.marks.filter(replaces=mark, score=3).exists()
