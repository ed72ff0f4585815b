"""The page on which an instructor reviews an evaluation."""

import html
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from apps.openai_integration.admin.review_page import Quote, lit_segments
from apps.openai_integration.models import Evaluation, Mark, SettledDoubt
from apps.openai_integration.tests.factories import EvaluationFactory
from apps.openai_integration.tests.sample_threads import (
    ALLERGIES,
    GREETS,
    SECRET,
    SMOKING,
    criteria,
    make_activity,
    make_thread,
    marked,
    say,
)
from apps.users.models import User
from tests.annotations import ClientFor
from tests.mocks.openai_mock import Emulator

pytestmark = pytest.mark.django_db


@pytest.fixture
def teacher(client: Client, instructor: User) -> Client:
    client.force_login(instructor)
    return client


@pytest.fixture
def evaluation(client_for, student: User, emulator: Emulator) -> dict[str, Any]:
    return marked(client_for("instructor"), make_thread(student, make_activity()))


def page_of(evaluation: dict[str, Any]) -> str:
    return reverse("admin:openai_integration_evaluation_change", args=[evaluation["id"]])


def save(client: Client, evaluation: dict[str, Any], **form: str) -> Any:
    url = reverse("admin:openai_integration_evaluation_review", args=[evaluation["id"]])
    return client.post(url, {name.replace("__", "-"): value for name, value in form.items()})


def decided(evaluation: dict[str, Any], name: str, decision: str, comment: str = "") -> dict[str, str]:
    mark_id = criteria(evaluation)[name]["mark_id"]
    return {f"decision-{mark_id}": decision, f"comment-{mark_id}": comment}


def doubted(evaluation: dict[str, Any], *reasons: str) -> None:
    Evaluation.objects.filter(pk=evaluation["id"]).update(review_reasons=list(reasons), needs_review=True, passed=None)


def test_several_marks_are_changed_in_one_save_and_the_page_stays(
    teacher: Client, instructor: User, evaluation: dict[str, Any]
) -> None:
    answer = save(
        teacher,
        evaluation,
        **decided(evaluation, ALLERGIES, "1", "She did ask, at the end."),
        **decided(evaluation, GREETS, "1", "Without the role."),
        **decided(evaluation, SMOKING, ""),
    )
    assert answer.status_code == 302
    assert answer.url == f"{page_of(evaluation)}#{criteria(evaluation)[GREETS]['criterion_id']}" or "#c" in answer.url
    stored = Evaluation.objects.get()
    assert (stored.total_score, stored.passed) == (4, False)
    assert {mark.score for mark in Mark.objects.filter(author=instructor)} == {1}
    page = teacher.get(page_of(evaluation)).content.decode()
    assert page.count(f"Changed by {instructor.username}") == 2
    assert LogEntry.objects.get().user == instructor


@pytest.mark.parametrize(
    ("decision", "comment", "problem"),
    [("3", "x", "scale"), ("1", " ", "reason"), ("x", "x", "integer"), ("99999", "x", "10"), ("1", "x" * 2001, "2000")],
)
def test_what_cannot_be_saved_changes_nothing_and_stays_in_the_form(
    teacher: Client, evaluation: dict[str, Any], decision: str, comment: str, problem: str
) -> None:
    other = decided(evaluation, GREETS, "1", "A reason that took long to write.")
    answer = save(teacher, evaluation, **other, **decided(evaluation, ALLERGIES, decision, comment))
    page = answer.content.decode()
    assert "Nothing is saved" in page
    assert problem in page
    assert "A reason that took long to write." in page
    assert not Mark.objects.filter(author__isnull=False).exists()


def test_who_forgets_a_reason_is_told_for_which_criterion(teacher: Client, evaluation: dict[str, Any]) -> None:
    page = save(teacher, evaluation, **decided(evaluation, ALLERGIES, "1", " ")).content.decode()
    assert f"Nothing is saved. {ALLERGIES}: Another score than before needs a reason." in html.unescape(page)


def test_an_empty_review_and_a_second_one_are_refused(teacher: Client, evaluation: dict[str, Any]) -> None:
    assert "Nothing is saved" in save(teacher, evaluation).content.decode()
    form = decided(evaluation, ALLERGIES, "1", "x")
    assert save(teacher, evaluation, **form).status_code == 302
    assert "has been overridden already" in save(teacher, evaluation, **form).content.decode()
    assert Mark.objects.filter(author__isnull=False).count() == 1


def test_a_doubt_about_the_whole_is_settled_by_naming_it(
    teacher: Client, instructor: User, evaluation: dict[str, Any]
) -> None:
    doubted(evaluation, "one_quote_for_many", "marks_raised_by_plea")
    page = teacher.get(page_of(evaluation)).content.decode()
    assert "rests on one quote" in page
    save(teacher, evaluation, **{"settle-one_quote_for_many": "on", "note-one_quote_for_many": "A long question."})
    stored = Evaluation.objects.get()
    assert (stored.needs_review, stored.review_reasons, stored.passed) == (True, ["marks_raised_by_plea"], None)
    save(teacher, evaluation, **{"settle-marks_raised_by_plea": "on"})
    stored = Evaluation.objects.get()
    assert (stored.needs_review, stored.review_reasons, stored.passed) == (False, [], False)
    assert {(one.reason, one.author) for one in SettledDoubt.objects.all()} == {
        ("one_quote_for_many", instructor),
        ("marks_raised_by_plea", instructor),
    }
    assert not Mark.objects.filter(author__isnull=False).exists()
    page = teacher.get(page_of(evaluation)).content.decode()
    assert f"Settled by {instructor.username}" in page
    assert "A long question." in page


def test_the_rest_is_confirmed_at_once(teacher: Client, evaluation: dict[str, Any]) -> None:
    Mark.objects.update(needs_review=True, review_reason="second_look_differs")
    form = decided(evaluation, ALLERGIES, "2", "She did.")
    assert save(teacher, evaluation, confirm_rest="on", **form).status_code == 302
    stored = Evaluation.objects.get()
    assert (stored.total_score, stored.needs_review, stored.passed) == (6, False, True)


def test_where_nothing_is_under_review_the_rest_is_confirmed_too(teacher: Client, evaluation: dict[str, Any]) -> None:
    Mark.objects.update(needs_review=False, review_reason="")
    unmarked = Mark.objects.order_by("pk").last()
    assert unmarked
    Mark.objects.filter(pk=unmarked.pk).update(score=None, needs_review=True, review_reason="unmarked")
    page = teacher.get(page_of(evaluation))
    assert 'name="confirm_all"' in page.content.decode()
    sent = dict(
        re.findall(
            r'name="((?:unseen|decision|comment)-[0-9]+)"(?: maxlength="2000" value="([^"]*)")?', page.content.decode()
        )
    )
    changed = decided(evaluation, GREETS, "1", "Not the role.")
    assert save(teacher, evaluation, confirm_all="on", **{**sent, **changed}).status_code == 302
    confirmed = Mark.objects.filter(author__isnull=False)
    assert confirmed.filter(score=1, comment="Not the role.").count() == 1
    assert confirmed.count() == Mark.objects.filter(author__isnull=True).count() - 1
    assert not confirmed.filter(replaces=unmarked).exists()
    assert 'name="unseen-' not in teacher.get(page_of(evaluation)).content.decode()


def test_the_page_has_what_a_review_needs(teacher: Client, evaluation: dict[str, Any]) -> None:
    Mark.objects.filter(evidence=[]).update(
        refused=[{"index": 1, "quote": "Any allergies at all?", "reason": "not_said"}], second_score=2
    )
    page = teacher.get(page_of(evaluation)).content.decode()
    assert SECRET in page
    assert "the student did not say it" in page
    assert "A second look at the quotes alone: 2" in page
    smoking = criteria(evaluation)[SMOKING]
    anchor = f"quote-{smoking['mark_id']}-0"
    assert f'<mark data-criteria="{smoking["criterion_id"]}"><a id="{anchor}"></a>Do you smoke?</mark>' in page
    assert f'href="#{anchor}"' in page


def test_messages_that_were_not_marked_are_shown_as_such(
    teacher: Client, client_for: ClientFor, student: User, emulator: Emulator
) -> None:
    thread = make_thread(student, make_activity())
    evaluation = marked(client_for("instructor"), thread)
    say(thread, "Thank you, goodbye.")
    page = teacher.get(page_of(evaluation)).content.decode()
    assert page.index("Thank you, goodbye.") > page.index("not marked") > page.index("Ten a day")
    assert reverse("admin:openai_integration_evaluation_review", args=[evaluation["id"]]) in (
        teacher.get(reverse("admin:openai_integration_thread_change", args=[thread.pk])).content.decode()
    )


def test_the_transcript_of_a_marking_without_a_conversation_is_shown(
    teacher: Client, evaluation: dict[str, Any]
) -> None:
    Evaluation.objects.update(thread=None)
    page = teacher.get(page_of(evaluation)).content.decode()
    assert 'id="message-2"' in page
    assert "Do you smoke?</mark>" in page


def waiting(hour: int, **kwargs: Any) -> Evaluation:
    made: Evaluation = EvaluationFactory(
        rubric={"categories": []}, status="completed", needs_review=True, review_reasons=["greeting_as_evidence"]
    )
    Evaluation.objects.filter(pk=made.pk).update(created_at=datetime(2026, 1, 5, hour, tzinfo=UTC), **kwargs)
    return made


def test_the_queue_is_worked_off_from_the_oldest_on(teacher: Client) -> None:
    second, first, third = waiting(9), waiting(8), waiting(10)
    waiting(7, needs_review=False)
    changelist = reverse("admin:openai_integration_evaluation_changelist")
    shown = teacher.get(changelist, {"needs_review__exact": "1"})
    assert list(shown.context["cl"].result_list) == [first, second, third]
    assert "Only a greeting is quoted." in shown.content.decode()
    for here, there in ((first, second), (second, third), (third, first)):
        following = reverse("admin:openai_integration_evaluation_next", args=[here.pk])
        assert following in teacher.get(page_of({"id": here.pk})).content.decode()
        assert teacher.get(following).url == page_of({"id": there.pk})
    Evaluation.objects.exclude(pk=first.pk).update(needs_review=False)
    following = reverse("admin:openai_integration_evaluation_next", args=[first.pk])
    assert teacher.get(following).url.startswith(changelist)


@pytest.mark.parametrize("who", ["student", "unapproved"])
def test_only_instructors_may_review(client: Client, request, evaluation: dict[str, Any], who: str) -> None:
    client.force_login(request.getfixturevalue(who))
    save(client, evaluation, **decided(evaluation, ALLERGIES, "2", "x"))
    assert not Mark.objects.filter(author__isnull=False).exists()


def test_a_mark_of_another_evaluation_is_refused(teacher: Client, evaluation: dict[str, Any]) -> None:
    other = EvaluationFactory(rubric={"categories": []}, status="completed")
    answer = save(teacher, {"id": other.pk}, **decided(evaluation, ALLERGIES, "1", "x"))
    assert "Nothing is saved" in answer.content.decode()
    assert not Mark.objects.filter(author__isnull=False).exists()


def test_quotes_that_overlap_are_lit_together() -> None:
    quotes = [Quote(0, 12, "a", "c1"), Quote(7, 23, "b", "c2"), Quote(7, 12, "c", "c1")]
    pieces = list(lit_segments("Do you smoke, and drink?", quotes))
    assert "".join(piece.text for piece in pieces) == "Do you smoke, and drink?"
    assert [(piece.text, piece.criteria, piece.anchors) for piece in pieces] == [
        ("Do you ", ["c1"], ["a"]),
        ("smoke", ["c1", "c2"], ["b", "c"]),
        (", and drink", ["c2"], []),
        ("?", [], []),
    ]
