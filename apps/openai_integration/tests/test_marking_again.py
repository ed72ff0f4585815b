"""Markings beside each other: asked for again by an instructor, and after a failure."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

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
)
from apps.openai_integration.tests.test_bad_answers import BY_PATIENT, INVENTED, good
from apps.users.models import User
from tests.mocks.openai_mock import Emulator

pytestmark = pytest.mark.django_db
ClientFor = Callable[[str], APIClient]


@pytest.fixture
def thread(student: User) -> Thread:
    return make_thread(student, make_activity())


@pytest.fixture
def first(client_for: ClientFor, thread: Thread, emulator: Emulator) -> dict[str, Any]:
    """The first marking, in which the question about smoking was overlooked."""
    asked = ask(client_for("instructor"), thread).data
    evaluation = Evaluation.objects.get(pk=asked["id"])
    emulator.fault("say", text=good(evaluation, score=0, evidence=[]), only="marking")
    take(asked["id"])
    return client_for("instructor").get(f"{EVALUATIONS}{asked['id']}/").data


def again(client: APIClient, evaluation: dict[str, Any]) -> Any:
    return client.post(f"{EVALUATIONS}{evaluation['id']}/again/")


def marked_again(client: APIClient, evaluation: dict[str, Any]) -> dict[str, Any]:
    asked = again(client, evaluation)
    assert asked.status_code == 202, asked.data
    take(asked.data["id"])
    return client.get(f"{EVALUATIONS}{asked.data['id']}/").data


def page_of(evaluation_id: object) -> str:
    return reverse("admin:openai_integration_evaluation_change", args=[evaluation_id])


def test_what_is_still_open_is_not_marked_again(client_for: ClientFor, thread: Thread) -> None:
    asked = ask(client_for("student"), thread).data
    assert again(client_for("instructor"), asked).data["id"] == asked["id"]


def test_an_instructor_has_it_marked_again_beside_the_first(client_for: ClientFor, first: dict[str, Any]) -> None:
    instructor = client_for("instructor")
    second = marked_again(instructor, first)
    assert second["id"] != first["id"]
    assert (second["repeats_id"], first["repeats_id"]) == (first["id"], None)
    assert scores(first) == {GREETS: 2, SMOKING: 0, ALLERGIES: 0}
    assert scores(second) == {GREETS: 2, SMOKING: 2, ALLERGIES: 0}
    before = {name: one["score_before"] for name, one in criteria(second).items()}
    assert before == scores(first)
    assert {one["score_before"] for one in criteria(first).values()} == {None}
    assert instructor.get(f"{EVALUATIONS}{first['id']}/").data == first
    assert Evaluation.objects.get(pk=second["id"]).transcript == Evaluation.objects.get(pk=first["id"]).transcript


def test_the_difference_is_to_the_marks_that_stand(client_for: ClientFor, first: dict[str, Any]) -> None:
    instructor = client_for("instructor")
    mark = criteria(first)[ALLERGIES]["mark_id"]
    instructor.post(f"{EVALUATIONS}{first['id']}/marks/{mark}/override/", {"score": 1, "comment": "Nearly."})
    assert criteria(marked_again(instructor, first))[ALLERGIES]["score_before"] == 1


def test_whoever_asks_from_then_on_gets_the_newest(
    client_for: ClientFor, thread: Thread, first: dict[str, Any]
) -> None:
    second = marked_again(client_for("instructor"), first)
    assert ask(client_for("student"), thread).data["id"] == second["id"]
    third = marked_again(client_for("instructor"), second)
    assert ask(client_for("student"), thread).data["id"] == third["id"]
    assert [one["id"] for one in client_for("student").get(EVALUATIONS).data["results"]] == [
        third["id"], second["id"], first["id"]
    ]  # fmt: skip


def test_one_is_open_at_a_time(client_for: ClientFor, first: dict[str, Any]) -> None:
    instructor = client_for("instructor")
    assert again(instructor, first).data["id"] == again(instructor, first).data["id"]
    assert Evaluation.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_no_error(client_for: ClientFor, first: dict[str, Any]) -> None:
    """Asked of two markings of one request, which would give the new ones the same number."""
    second = marked_again(client_for("instructor"), first)

    def ask_again(number: int) -> str:
        try:
            evaluation = Evaluation.objects.get(pk=(first, second)[number % 2]["id"])
            return str(EvaluationService.mark_again(evaluation=evaluation).pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        asked = set(pool.map(ask_again, range(8)))
    assert asked <= set(map(str, Evaluation.objects.values_list("pk", flat=True)))
    numbers = list(Evaluation.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(len(numbers)))
    assert 3 <= len(numbers) <= 4


@pytest.mark.parametrize(("who", "status"), [("student", 403), ("other_student", 404)])
def test_no_student_has_it_marked_again(client_for: ClientFor, first: dict[str, Any], who: str, status: int) -> None:
    assert again(client_for(who), first).status_code == status
    assert Evaluation.objects.count() == 1


def test_a_conversation_that_ended_early_is_not_marked_again(
    client_for: ClientFor, thread: Thread, first: dict[str, Any]
) -> None:
    Thread.objects.update(suspended_at=thread.created_at)
    assert again(client_for("instructor"), first).status_code == 409
    assert Evaluation.objects.count() == 1


def test_a_student_does_not_see_the_scores_of_an_unreleased_marking(
    client_for: ClientFor, first: dict[str, Any]
) -> None:
    second = marked_again(client_for("instructor"), first)
    path = f"{EVALUATIONS}{second['id']}/"
    assert {one["score_before"] for one in criteria(client_for("student").get(path).data).values()} == {0, 2}
    Evaluation.objects.filter(pk=first["id"]).update(released_at=None)
    assert {one["score_before"] for one in criteria(client_for("student").get(path).data).values()} == {None}


@pytest.mark.parametrize("who", ["student", "instructor"])
def test_after_a_failure_whoever_asks_gets_another_marking(
    client_for: ClientFor, thread: Thread, emulator: Emulator, who: str
) -> None:
    emulator.fault("not_json", times=2)
    failed = marked(client_for("student"), thread)
    assert (failed["status"], failed["error_code"]) == ("failed", "invalid_answer")
    second = marked(client_for(who), thread)
    assert (second["status"], second["repeats_id"]) == ("completed", None)
    assert client_for(who).get(f"{EVALUATIONS}{failed['id']}/").data["status"] == "failed"


def test_a_failed_marking_is_marked_again_too(client_for: ClientFor, thread: Thread, emulator: Emulator) -> None:
    emulator.fault("not_json", times=2)
    failed = marked(client_for("instructor"), thread)
    second = marked_again(client_for("instructor"), failed)
    assert {one["score_before"] for one in criteria(second).values()} == {None}
    assert ask(client_for("student"), thread).data["id"] == second["id"]


def test_the_pages_of_instructors_show_what_was_before(
    client: Client, client_for: ClientFor, instructor: User, first: dict[str, Any]
) -> None:
    second = marked_again(client_for("instructor"), first)
    client.force_login(instructor)
    pages = {one["id"]: page_of(one["id"]) for one in (first, second)}
    shown = client.get(pages[second["id"]]).content.decode()
    assert "(before: 0)" in shown
    assert pages[first["id"]] in shown
    assert pages[second["id"]] in client.get(pages[first["id"]]).content.decode()


def test_an_instructor_has_it_marked_again_on_its_page(
    client: Client, student: User, instructor: User, first: dict[str, Any]
) -> None:
    path = reverse("admin:openai_integration_evaluation_again", args=[first["id"]])
    client.force_login(student)
    assert client.post(path).status_code == 302
    assert Evaluation.objects.count() == 1
    client.force_login(instructor)
    assert client.get(path).status_code == 405
    answered = client.post(path)
    second = Evaluation.objects.exclude(pk=first["id"]).get()
    assert answered["Location"] == page_of(second.pk)
    assert client.post(path)["Location"] == page_of(second.pk)
    assert (second.repeats_id, Evaluation.objects.count()) == (Evaluation.objects.get(pk=first["id"]).pk, 2)
    Thread.objects.update(suspended_at=second.created_at)
    assert client.post(path)["Location"] == page_of(first["id"])


# --- quotes, and what was claimed


def test_each_quote_has_its_message_and_its_place(client_for: ClientFor, thread: Thread, emulator: Emulator) -> None:
    evaluation = marked(client_for("student"), thread)
    messages = dict(thread.messages.values_list("pk", "content"))
    for one in criteria(evaluation).values():
        assert [quote["quote"] for quote in one["quotes"]] == one["evidence"]["quotes"]
        for quote in one["quotes"]:
            said = messages[quote["message_id"]]
            assert said[quote["start"] : quote["end"]] == quote["quote"]
            turn = evaluation["transcript"][quote["index"]]
            assert (turn["message"], turn["message_id"]) == (said, quote["message_id"])
    [quote] = criteria(evaluation)[SMOKING]["quotes"]
    ids = list(thread.messages.order_by("created_at", "id").values_list("pk", flat=True))
    assert quote == {"message_id": ids[2], "index": 2, "quote": "Do you smoke?", "start": 0, "end": 13}


def test_earlier_marks_have_places_too(client_for: ClientFor, first: dict[str, Any]) -> None:
    evaluation = Evaluation.objects.get()
    turns = [{name: turn[name] for name in ("role", "message")} for turn in evaluation.transcript]
    Evaluation.objects.update(transcript=turns)
    evaluation.marks.update(evidence=[{"index": 2, "quote": "you smoke?"}])
    read = client_for("student").get(f"{EVALUATIONS}{first['id']}/").data
    assert criteria(read)[SMOKING]["quotes"] == [
        {"message_id": None, "index": 2, "quote": "you smoke?", "start": 3, "end": 13}
    ]
    assert {turn["message_id"] for turn in read["transcript"]} == {None}


def test_what_was_claimed_is_shown_to_instructors_alone(
    client: Client, client_for: ClientFor, instructor: User, thread: Thread, emulator: Emulator
) -> None:
    asked = ask(client_for("student"), thread).data
    evaluation = Evaluation.objects.get()
    for evidence in (INVENTED, BY_PATIENT):
        emulator.fault("say", text=good(evaluation, evidence=evidence), only="marking")
    take(asked["id"])
    path = f"{EVALUATIONS}{asked['id']}/"
    smoking = criteria(client_for("instructor").get(path).data)[SMOKING]
    assert (smoking["score"], smoking["model_score"], smoking["review_reason"]) == (0, 2, "no_verified_evidence")
    assert smoking["refused_quotes"] == [
        {"index": 2, "quote": INVENTED[0]["quote"], "reason": "not_said"},
        {"index": 3, "quote": BY_PATIENT[0]["quote"], "reason": "by_patient"},
    ]
    student = client_for("student").get(path)
    assert (criteria(student.data)[SMOKING]["refused_quotes"], criteria(student.data)[SMOKING]["model_score"]) == (
        [], None
    )  # fmt: skip
    assert INVENTED[0]["quote"] not in student.content.decode()
    client.force_login(instructor)
    page = client.get(reverse("admin:openai_integration_evaluation_change", args=[asked["id"]])).content.decode()
    for shown in (
        INVENTED[0]["quote"],
        "the student did not say it",
        "the patient said it",
        "The model's score: 2",
    ):
        assert shown in page
