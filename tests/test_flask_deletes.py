"""The old service deletes its rows without knowing who points at them; threads and evaluations stay."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.test import RequestFactory
from django.utils import timezone
from pytest_django import DjangoDbBlocker
from rest_framework_simplejwt.tokens import RefreshToken

from apps.activities.models import Activity
from apps.assessments.models import Category, SubCategory
from apps.core.history.origin import serving
from apps.openai_integration.models import (
    ExaminerAnswer,
    IdempotencyKey,
    Mark,
    ReplyReport,
    SettledDoubt,
    Usage,
    WelfareFlag,
    WelfareLook,
)
from apps.openai_integration.services.runs import RunService
from apps.openai_integration.tests.factories import EvaluationFactory, MessageFactory, RunFactory, ThreadFactory
from apps.scenarios.models import AssistantScenario
from apps.scenarios.services import set_picture
from apps.scenarios.tests.samples import picture
from apps.users.models import RoleApproval, SignInAddress, User
from apps.users.tokens import tokens_for
from tests.legacy import catalog
from tests.legacy.databases import connect, django_on, new_database

KEPT = [
    "threads",
    "runs",
    "messages",
    "evaluations",
    "marks",
    "examiner_answers",
    "settled_doubts",
    "reply_reports",
    "frozen_rubrics",
    "usage_records",
    "welfare_flags",
    "welfare_looks",
    "scenario_versions",
    "role_approvals",
    "scenario_changes",
    "rubric_changes",
    "activity_changes",
]
# Rows of Django's own that say something of a user and go with it.
DROPPED = [
    "django_admin_log",
    "idempotency_keys",
    "sign_in_addresses",
    "token_blacklist_outstandingtoken",
    "user_groups",
    "user_user_permissions",
]

STUDENT, INSTRUCTOR = 3, 1


class Delete(NamedTuple):
    """What the old service sends, in its order, and which of our columns are NULL afterwards."""

    statements: list[str]
    emptied: set[str]


DELETES = {
    "the student": Delete(
        [f'DELETE FROM "user" WHERE id = {STUDENT}'],
        {"threads.student_id", "evaluations.student_id", "role_approvals.user_id"},
    ),
    "the instructor": Delete(
        [f'DELETE FROM "user" WHERE id = {INSTRUCTOR}'],
        {
            "marks.author_id",
            "settled_doubts.author_id",
            "reply_reports.seen_by_id",
            "role_approvals.user_id",
            "role_approvals.decided_by_id",
            "scenario_changes.changed_by_id",
            "rubric_changes.changed_by_id",
            "activity_changes.changed_by_id",
        },
    ),
    "the scenario": Delete(
        [
            "DELETE FROM assistant_tags WHERE scenario_id = 1",
            "DELETE FROM rubric_questions WHERE scenario_id = 1",
            "DELETE FROM activity_categories WHERE activity_id IN (1, 2)",
            "DELETE FROM activities WHERE id IN (1, 2)",
            "DELETE FROM assistant_scenarios WHERE id = 1",
        ],
        {
            "threads.scenario_id",
            "threads.activity_id",
            "runs.activity_id",
            "evaluations.scenario_id",
            "evaluations.activity_id",
            "scenario_versions.scenario_id",
        },
    ),
    "the activity": Delete(
        ["DELETE FROM activity_categories WHERE activity_id = 1", "DELETE FROM activities WHERE id = 1"],
        {"threads.activity_id", "runs.activity_id", "evaluations.activity_id"},
    ),
    "the category": Delete(
        [
            "DELETE FROM subcategories WHERE category_id = 1",
            "DELETE FROM activity_categories WHERE category_id = 1",
            "DELETE FROM categories WHERE id = 1",
        ],
        set(),
    ),
}


def thread_and_evaluation(student: User, instructor: User) -> None:
    """A thread of the student's, evaluated, with a mark overridden by the instructor."""
    activity = Activity.objects.get(pk=1)
    thread = ThreadFactory.create(student=student, activity=activity)
    RunService.create_run(thread=thread, content="Hello?").cancel(now=timezone.now())
    run = RunFactory.create(thread=thread, user_message=MessageFactory.create(thread=thread), status="completed")
    reply = MessageFactory.create(thread=thread, role="assistant", run=run)
    ReplyReport.objects.create(message=reply, seen_by=instructor)
    evaluation = EvaluationFactory.create(
        thread=thread,
        status="completed",
        rubric=[{"id": 1, "name": "Opening", "criteria": [{"id": "c1", "name": "Greets"}]}],
        transcript=[{"role": "user", "message": "Good morning."}],
    )
    mark = Mark.objects.create(evaluation=evaluation, criterion_id="c1", position=0, score=0)
    Mark.objects.create(evaluation=evaluation, criterion_id="c1", position=0, score=2, replaces=mark, author=instructor)
    ExaminerAnswer.objects.create(
        evaluation=evaluation, stage="marks", number=0, request_hash="0", text="{}", input_tokens=1, output_tokens=1
    )
    SettledDoubt.objects.create(evaluation=evaluation, reason="checks_unfinished", author=instructor)
    Usage.objects.create(run=run, model="test", outcome="answered")
    flag = WelfareFlag.objects.create(thread=thread, message=run.user_message, run=run, found_by="rules")
    WelfareLook.objects.create(flag=flag, looked_by=instructor.email, page="list")
    Usage.objects.create(evaluation=evaluation, model="test", outcome="answered")


def changes_of_content(instructor: User) -> None:
    """By a request of the instructor's, to each kind of row that the old service deletes."""
    request = RequestFactory().post("/admin/")
    request.user = instructor
    with serving(request):
        AssistantScenario.objects.update(role="Child")
        set_picture(1, picture("png"))
        SubCategory.objects.update(name="Asks")
        Activity.objects.update(pre_brief="Take a history.")
        Activity.objects.get(pk=2).set_categories(Category.objects.all())


def rows_that_go_with(user: User) -> None:
    """A log entry, an address, tokens of both kinds, a group and a permission, and a key of a request."""
    RoleApproval.objects.create(user=user, email=user.email, role="instructor", decided_by_id=INSTRUCTOR)
    LogEntry.objects.create(
        user=user, content_type=ContentType.objects.get_for_model(User), object_id="1", action_flag=CHANGE
    )
    IdempotencyKey.objects.create(user=user, key="one", fingerprint="", created_at=timezone.now())
    SignInAddress.objects.create(user=user, address="one")
    tokens_for(user)
    RefreshToken.for_user(user).blacklist()
    user.groups.add(Group.objects.get_or_create(name="Writers")[0])
    user.user_permissions.add(Permission.objects.get(codename="view_logentry"))


@pytest.fixture(scope="module")
def in_use(adopted_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """An adopted database in which a student and an instructor have worked."""
    with new_database(like=adopted_database) as name:
        with django_db_blocker.unblock(), django_on(name):
            student, instructor = User.objects.get(pk=STUDENT), User.objects.get(pk=INSTRUCTOR)
            thread_and_evaluation(student, instructor)
            changes_of_content(instructor)
            for user in (student, instructor):
                rows_that_go_with(user)
        yield name


@contextmanager
def after_delete(in_use: str, what: str) -> Iterator[str]:
    """A copy of the database in which the old service has deleted it."""
    with new_database(like=in_use) as copy:
        with connect(copy) as connection, connection.transaction():
            counts = [connection.execute(statement).rowcount for statement in DELETES[what].statements]
        assert min(counts) > 0
        yield copy


def kept_rows(name: str) -> dict[tuple[str, str], dict[str, Any]]:
    """(table, id) > the row."""
    with connect(name) as connection:
        return {
            (table, str(row.get("id") or row["hash"])): row
            for table in KEPT
            for (row,) in connection.execute(f"SELECT to_jsonb({table}) FROM {table}")
        }


def owners(name: str) -> dict[str, set[int]]:
    """Table whose rows go with a user > the users that it has rows of."""
    with connect(name) as connection:
        return {table: {user for (user,) in connection.execute(f"SELECT user_id FROM {table}")} for table in DROPPED}


@pytest.mark.parametrize("what", DELETES)
def test_talks_and_marks_outlive_what_the_old_service_deletes(what: str, in_use: str) -> None:
    before = kept_rows(in_use)
    assert {table for table, _ in before} == set(KEPT)
    with after_delete(in_use, what) as copy:
        after = kept_rows(copy)
    assert after.keys() == before.keys()
    changed = {
        f"{table}.{column}": after[table, pk][column]
        for (table, pk), row in before.items()
        for column, value in row.items()
        if after[table, pk][column] != value
    }
    assert changed == dict.fromkeys(DELETES[what].emptied)


@pytest.mark.parametrize(("what", "left"), [("the student", INSTRUCTOR), ("the instructor", STUDENT)])
def test_tokens_log_entries_and_groups_go_with_their_user(what: str, left: int, in_use: str) -> None:
    assert owners(in_use) == {table: {STUDENT, INSTRUCTOR} for table in DROPPED}
    with after_delete(in_use, what) as copy:
        assert owners(copy) == {table: {left} for table in DROPPED}


def test_a_picture_goes_with_its_scenario(in_use: str) -> None:
    with connect(in_use) as connection:
        assert connection.execute("SELECT scenario_id FROM scenario_pictures").fetchall() == [(1,)]
    with after_delete(in_use, "the scenario") as copy, connect(copy) as connection:
        assert connection.execute("SELECT scenario_id FROM scenario_pictures").fetchall() == []


def test_every_pointer_at_the_old_tables_lets_their_rows_go(in_use: str) -> None:
    with connect(in_use) as connection:
        assert catalog.keys_that_stop_deletes(connection) == []
        found = {f"{key.table}.{key.column}": key.action for key in catalog.keys(connection) if key.is_new}
    nulled = set().union(*(delete.emptied for delete in DELETES.values()))
    with_their_row = {f"{table}.user_id" for table in DROPPED} | {"scenario_pictures.scenario_id"}
    assert found == dict.fromkeys(nulled, "SET NULL") | dict.fromkeys(with_their_row, "CASCADE")
