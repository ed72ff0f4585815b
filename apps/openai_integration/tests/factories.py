from datetime import UTC, datetime, timedelta
from typing import Any

import factory
from django.utils import timezone

from apps.activities.tests.factories import ActivityFactory
from apps.openai_integration.models import Evaluation, Message, Run, Thread
from apps.scenarios.services import current_version
from apps.users.tests.factories import UserFactory

FIRST_MESSAGE_AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


class ThreadFactory(factory.django.DjangoModelFactory):
    """An empty thread on an activity, with the activity's scenario."""

    class Meta:
        model = Thread

    student = factory.SubFactory(UserFactory)
    activity = factory.SubFactory(ActivityFactory)
    scenario = factory.LazyAttribute(lambda thread: thread.activity.character if thread.activity else None)
    title = factory.LazyAttribute(lambda thread: thread.scenario.shown_title if thread.scenario else "")


class MessageFactory(factory.django.DjangoModelFactory):
    """A student's message; `role="assistant"` makes it the patient's. Each is a second later than the one before."""

    class Meta:
        model = Message

    thread = factory.SubFactory(ThreadFactory)
    role = Message.Role.USER
    content = factory.Sequence(lambda n: f"Where does it hurt ({n})?")
    created_at = factory.Sequence(lambda n: FIRST_MESSAGE_AT + timedelta(seconds=n))


def end_of(job: Any) -> datetime | None:
    """`finished_at` for the job's status."""
    return None if job.status in Run.OPEN else timezone.now()


class RunFactory(factory.django.DjangoModelFactory):
    """A queued run, for a student's message that it creates."""

    class Meta:
        model = Run

    thread = factory.SubFactory(ThreadFactory)
    activity = factory.SelfAttribute("thread.activity")
    scenario_version = factory.LazyAttribute(lambda run: current_version(run.thread.scenario))
    pre_brief = factory.LazyAttribute(lambda run: run.activity.pre_brief if run.activity else "")
    user_message = factory.SubFactory(MessageFactory, thread=factory.SelfAttribute("..thread"))
    prompt_version = "test"
    status = Run.Status.QUEUED
    finished_at = factory.LazyAttribute(end_of)
    lease_until = factory.LazyAttribute(lambda job: timezone.now() if job.status == "in_progress" else None)
    deadline_at = factory.LazyFunction(lambda: timezone.now() + timedelta(seconds=90))
    next_attempt_at = factory.LazyFunction(timezone.now)


class EvaluationFactory(factory.django.DjangoModelFactory):
    """A queued evaluation, with an empty rubric and transcript by default."""

    class Meta:
        model = Evaluation

    thread = factory.SubFactory(ThreadFactory)
    student = factory.SelfAttribute("thread.student")
    activity = factory.SelfAttribute("thread.activity")
    scenario = factory.SelfAttribute("thread.scenario")
    title = factory.SelfAttribute("thread.title")
    kind = Evaluation.Kind.CATEGORIES
    rubric = factory.LazyFunction(lambda: {"categories": []})
    rubric_hash = ""
    transcript = factory.LazyFunction(list)
    transcript_hash = ""
    prompt_version = "test"
    requested_model = "test"
    status = Evaluation.Status.QUEUED
    finished_at = factory.LazyAttribute(end_of)
    lease_until = factory.LazyAttribute(lambda job: timezone.now() if job.status == "in_progress" else None)
    request_hash = factory.Sequence(lambda n: f"{n:064x}")
    deadline_at = factory.LazyFunction(lambda: timezone.now() + timedelta(seconds=90))
    next_attempt_at = factory.LazyFunction(timezone.now)
