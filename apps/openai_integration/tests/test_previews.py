"""Previews: conversations in which instructors and admins try a patient. They count nowhere."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.assessments.tests.factories import CategoryFactory, SubCategoryFactory
from apps.openai_integration.models import Evaluation, ReplyReport, Run, Thread
from apps.openai_integration.tests.factories import EvaluationFactory, MessageFactory, RunFactory, ThreadFactory
from apps.openai_integration.tests.sample_threads import make_activity, make_thread, marked, say
from apps.scenarios.tests.factories import AssistantScenarioFactory
from apps.users.models import Role, User
from apps.users.tests.factories import UserFactory
from tests.annotations import ClientFor
from tests.mocks.openai_mock import Emulator

pytestmark = pytest.mark.django_db
THREADS, EVALUATIONS = "/api/v2/threads/", "/api/v2/evaluations/"


@pytest.fixture
def colleague(db: None) -> User:
    return UserFactory.create(instructor=True)


def preview_of(author: User) -> Thread:
    """With a reply that its author has reported, and a marking that asks for a review."""
    thread = ThreadFactory(student=author, preview=True)
    run = RunFactory(thread=thread, status="completed")
    reply = MessageFactory(thread=thread, role="assistant", run=run)
    ReplyReport.objects.create(message=reply, reason="It was March.")
    EvaluationFactory(thread=thread, status="completed", needs_review=True, released_at=run.created_at)
    return thread


@pytest.mark.parametrize(
    ("who", "status"), [("student", 403), ("unapproved", 403), ("instructor", 201), ("admin", 201)]
)
def test_who_makes_a_preview(who: str, status: int, client_for: ClientFor) -> None:
    scenario = AssistantScenarioFactory(enable=True)
    answer = client_for(who).post(THREADS, {"scenario_id": scenario.pk, "preview": True})
    assert answer.status_code == status
    assert Thread.objects.count() == (status == 201)
    if status == 201:
        assert answer.data["preview"] is True
    else:
        assert answer.data["code"] == "preview_not_allowed"
        assert "Only instructors" in answer.data["detail"]


@pytest.mark.parametrize("preview", ["perhaps", None, [], {}, 7])
def test_rubbish_makes_no_thread(preview: object, client_for: ClientFor) -> None:
    assert client_for("instructor").post(THREADS, {"preview": preview}).status_code == 400
    assert not Thread.objects.exists()


def test_a_disabled_patient_is_tried_as_it_is_now(client_for: ClientFor) -> None:
    scenario = AssistantScenarioFactory(enable=False)
    client = client_for("instructor")
    for text in ("Tom Reed, 30.", "Tom Reed, 40."):
        scenario.scenario_text = text
        scenario.save()
        thread = client.post(THREADS, {"scenario_id": scenario.pk, "preview": True}).data["id"]
        assert client.post(f"{THREADS}{thread}/runs/", {"content": "Hello."}).status_code == 202
        version = Run.objects.get(thread=thread).scenario_version
        assert version.content["scenario_text"] == text


def test_its_author_and_admins_alone_see_a_preview(
    client_for: ClientFor, instructor: User, colleague: User, student: User
) -> None:
    thread = preview_of(colleague)
    run, evaluation, report = thread.runs.get(), thread.evaluations.get(), ReplyReport.objects.get()
    below = ["", "messages/", "runs/", "facts/", "evaluations/"]
    places = [f"{THREADS}{thread.pk}/{place}" for place in below]
    places += [f"/api/v2/runs/{run.pk}/", f"{EVALUATIONS}{evaluation.pk}/", f"/api/v2/reply-reports/{report.pk}/"]
    for who, status in ((colleague, 200), ("admin", 200), (instructor, 404), (student, 404)):
        client = client_for(who)
        for place in places:
            expected = 403 if who == student and place.endswith("facts/") else status
            assert client.get(place).status_code == expected, (who, place)
    stranger = client_for(instructor)
    assert stranger.put(f"/api/v2/messages/{report.message_id}/report/", {"reason": ""}).status_code == 404
    assert stranger.post(f"{THREADS}{thread.pk}/runs/", {"content": "Hello."}).status_code == 404
    assert stranger.post(f"{THREADS}{thread.pk}/evaluations/", {}).status_code == 404
    assert client_for("admin").post(f"{THREADS}{thread.pk}/runs/", {"content": "Hello."}).status_code == 403


def test_who_teaches_no_more_reads_an_own_preview_and_adds_nothing(client_for: ClientFor, colleague: User) -> None:
    thread = preview_of(colleague)
    User.objects.filter(pk=colleague.pk).update(role=Role.STUDENT)
    client = client_for(User.objects.get(pk=colleague.pk))
    assert client.get(f"{THREADS}{thread.pk}/").status_code == 200
    assert client.post(f"{THREADS}{thread.pk}/runs/", {"content": "Hello."}).status_code == 403


def test_lists_leave_out_what_the_staff_have_done_unless_it_is_asked_for(
    client_for: ClientFor, instructor: User, colleague: User, student: User
) -> None:
    own, others = preview_of(instructor), preview_of(colleague)
    tried = preview_of(colleague)
    Thread.objects.filter(pk=tried.pk).update(preview=False)
    students, orphaned = preview_of(student), preview_of(student)
    Thread.objects.filter(student=student).update(preview=False)
    Thread.objects.filter(pk=orphaned.pk).update(student=None)
    Evaluation.objects.filter(thread=orphaned).update(student=None)
    by_id = {str(own.pk): "own", str(others.pk): "others", str(tried.pk): "tried"}
    by_id |= {str(students.pk): "students", str(orphaned.pk): "orphaned"}

    def listed(who: User | str, query: str = "") -> set[str]:
        client = client_for(who)
        lists = {THREADS: "id", EVALUATIONS: "thread_id", "/api/v2/reply-reports/": "thread_id"}
        found = [
            {by_id[str(row[key])] for row in client.get(f"{place}?{query}").data["results"]}
            for place, key in lists.items()
        ]
        assert found[0] == found[1] == found[2], found
        return found[0]

    assert listed(instructor) == {"students", "orphaned"}
    assert listed(instructor, "whose=staff") == {"own", "tried"}
    assert listed(instructor, "whose=everyone") == {"own", "tried", "students", "orphaned"}
    assert listed("admin") == {"students", "orphaned"}
    assert listed("admin", "whose=staff") == {"own", "others", "tried"}
    assert listed(student) == {"students"}
    client = client_for(instructor)
    assert [row["id"] for row in client.get(f"{THREADS}?preview=true").data["results"]] == [str(own.pk)]
    assert [row["id"] for row in client.get(f"{THREADS}?student_id={colleague.pk}").data["results"]] == [str(tried.pk)]
    assert client.get(f"{EVALUATIONS}?needs_review=true").data["count"] == 2
    assert client.get(f"{THREADS}?whose=nobody").status_code == 400
    assert client_for(student).get(f"{THREADS}?whose=staff").data["results"] == []


@pytest.mark.parametrize("model", ["thread", "message", "evaluation", "replyreport"])
def test_the_admin_site_shows_students_work_first(
    model: str, client: Client, instructor: User, colleague: User, student: User
) -> None:
    preview_of(colleague), preview_of(instructor)
    Thread.objects.filter(pk=preview_of(student).pk).update(preview=False)
    client.force_login(instructor)
    page = reverse(f"admin:openai_integration_{model}_changelist")
    each = 2 if model == "message" else 1
    assert client.get(page).context["cl"].result_count == each
    assert client.get(page, {"whose": "staff"}).context["cl"].result_count == each
    assert client.get(page, {"whose": "everyone"}).context["cl"].result_count == 2 * each
    assert client.get(page, {"whose": "rubbish"}).context["cl"].result_count == each


def test_the_admin_site_has_no_page_of_anothers_preview(client: Client, instructor: User, colleague: User) -> None:
    thread = preview_of(colleague)
    client.force_login(instructor)
    for model, pk in (
        ("thread", thread.pk),
        ("run", thread.runs.get().pk),
        ("message", thread.messages.first().pk),
        ("evaluation", thread.evaluations.get().pk),
    ):
        answer = client.get(reverse(f"admin:openai_integration_{model}_change", args=[pk]))
        assert (answer.status_code, answer.headers.get("Location")) == (302, "/admin/"), model
    again = reverse("admin:openai_integration_evaluation_again", args=[thread.evaluations.get().pk])
    assert client.post(again).status_code == 404
    client.force_login(colleague)
    assert client.get(reverse("admin:openai_integration_thread_change", args=[thread.pk])).status_code == 200


def test_a_preview_is_marked_by_any_categories_and_counts_nowhere(
    client_for: ClientFor, instructor: User, emulator: Emulator
) -> None:
    client = client_for(instructor)
    opening = CategoryFactory(name="Opening", total_required_to_pass=1)
    SubCategoryFactory(name="Greets", category=opening)
    CategoryFactory(name="Other")
    thread = ThreadFactory(student=instructor, activity=None, scenario=AssistantScenarioFactory(), preview=True)
    say(thread, "Good morning, my name is Sam.", "Morning, doctor.")
    evaluation = marked(client, thread, category_ids=[opening.pk, opening.pk])
    assert (evaluation["status"], [one["name"] for one in evaluation["categories"]]) == ("completed", ["Opening"])
    assert client.get("/api/v2/stats/me/").data == {"categories": []}
    Thread.objects.update(preview=False)
    assert len(client.get("/api/v2/stats/me/").data["categories"]) == 1


def test_elsewhere_categories_are_refused(client_for: ClientFor, student: User, instructor: User) -> None:
    activity = make_activity()
    categories = list(activity.categories.values_list("pk", flat=True))
    own = ThreadFactory(student=instructor, activity=activity, preview=True)
    say(own, "Good morning.", "Morning.")
    for thread, body in (
        (make_thread(student, activity), {"category_ids": categories}),
        (own, {"category_ids": categories, "activity_id": activity.pk}),
        (own, {"category_ids": []}),
        (own, {"category_ids": [0]}),
        (own, {"category_ids": [10**30]}),
        (own, {"category_ids": ["x"]}),
        (own, {"category_ids": categories * 60}),
    ):
        answer = client_for("instructor").post(f"{THREADS}{thread.pk}/evaluations/", body)
        assert (answer.status_code, [name.partition(".")[0] for name in answer.data["fields"]][:1]) == (
            400,
            ["category_ids"],
        )
    assert not Evaluation.objects.exists()


def test_a_fork_of_a_preview_is_one(client_for: ClientFor, instructor: User) -> None:
    thread = ThreadFactory(student=instructor, preview=True)
    said = MessageFactory(thread=thread)
    fork = client_for("instructor").post(f"{THREADS}{thread.pk}/forks/", {"message_id": said.pk})
    assert (fork.status_code, fork.data["preview"]) == (201, True)
