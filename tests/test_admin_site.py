"""Rules for every page of the admin site."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from apps.activities.models import Activity, ActivityCategory
from apps.activities.tests.factories import ActivityFactory
from apps.assessments.models import Category
from apps.assessments.tests.factories import CategoryFactory, RubricQuestionFactory, SubCategoryFactory
from apps.openai_integration.models import (
    ExaminerAnswer,
    FrozenRubric,
    IdempotencyKey,
    Mark,
    ModelPause,
    ReplyReport,
    SettledDoubt,
    Thread,
    ToldFact,
    Usage,
    WelfareFlag,
    WelfareLook,
)
from apps.openai_integration.tests.factories import EvaluationFactory, MessageFactory, RunFactory
from apps.scenarios.models import AssistantScenario, ScenarioPicture, Tag
from apps.scenarios.tests.factories import TagFactory
from apps.users.models import FreedEmail, RefreshFamilyMember, RoleApproval, SignInAddress, User, Vetting
from apps.users.tests.factories import UserFactory
from apps.users.welfare_contacts import name_contact

pytestmark = pytest.mark.django_db

OURS = [model for config in apps.get_app_configs() if config.name.startswith("apps.") for model in config.get_models()]


def make_rows() -> None:
    """One more row of everything that is listed."""
    category = CategoryFactory.create()
    criterion = SubCategoryFactory.create(category=category)
    activity = ActivityFactory.create(categories=[category])
    TagFactory.create(scenario=activity.character)
    RubricQuestionFactory.create(scenario=activity.character)
    run = RunFactory.create(thread__activity=activity)
    reply = MessageFactory.create(thread=run.thread, role="assistant", run=run)
    ReplyReport.objects.create(message=reply, reason="It was March.")
    evaluation = EvaluationFactory.create(thread=run.thread, rubric={"categories": []})
    Mark.objects.create(evaluation=evaluation, criterion_id=f"c{criterion.pk}", position=0, score=1)
    flag = WelfareFlag.objects.create(thread=run.thread, message=run.user_message, run=run, found_by="rules")
    WelfareLook.objects.create(flag=flag, looked_by="root@example.org", page="list")
    Usage.objects.create(run=run, model="m", outcome="answered")
    Usage.objects.create(evaluation=evaluation, model="m", outcome="timeout")
    now = timezone.now()
    ModelPause.objects.create(began_at=now, ended_at=now, began_by="root", ended_by="root")
    user = UserFactory.create(role="admin")
    RoleApproval.objects.create(user=user, email=user.email, role="admin", decided_by=user)


@pytest.fixture
def superuser_client(client: Client) -> Client:
    user = User.objects.create_superuser("root@example.org", "Root", "a pass phrase 1")
    name_contact(user)
    client.force_login(user)
    return client


def list_of(model: type[Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


# Django has no pages for a table with two keys; its rows are the categories picked on an activity's page. Keys are
# machines' own, and hold the answers of a day. Emails that were given up are held for an hour. Places of tokens and
# hashes of addresses tell a person nothing. Of vettings the decisions tell that they made.
# The facts that were told are on the page of their conversation. The examiner's answers have the canary, which nobody
# sees; what has become of them is on the page of their evaluation, and so are the doubts that were settled. Pictures
# are on the page of their patient.
WITHOUT_PAGES = {
    ActivityCategory,
    ExaminerAnswer,
    FreedEmail,
    FrozenRubric,
    IdempotencyKey,
    RefreshFamilyMember,
    ScenarioPicture,
    SettledDoubt,
    SignInAddress,
    ToldFact,
    Vetting,
}


def test_every_other_model_has_pages() -> None:
    assert set(admin.site._registry) == {*OURS} - WITHOUT_PAGES


@pytest.mark.parametrize("model", [model for model in OURS if model not in WITHOUT_PAGES], ids=lambda m: m.__name__)
def test_every_list_is_searched_filtered_and_takes_a_fixed_number_of_queries(
    superuser_client: Client, model: type[Model]
) -> None:
    taken = []
    for more in (1, 5):
        for _ in range(more):
            make_rows()
        with CaptureQueriesContext(connection) as queries:
            answer = superuser_client.get(list_of(model))
        shown = answer.context["cl"]
        taken.append(len(queries))
    assert taken[0] == taken[1] <= 13
    assert len(shown.result_list) >= 6
    assert superuser_client.get(list_of(model), {"q": "nothing is called this"}).context["cl"].result_count == 0
    for spec in shown.filter_specs:
        choice = [choice["query_string"] for choice in spec.choices(shown)][-1]
        assert superuser_client.get(f"{list_of(model)}{choice}").status_code == 200
    page = f"{list_of(model)}{model._default_manager.values_list('pk', flat=True)[0]}/change/"
    assert superuser_client.get(page).status_code == 200


@pytest.mark.parametrize(
    ("model", "path"),
    [
        (AssistantScenario, ["Patients"]),
        (Activity, ["Exercises"]),
        (Category, ["Rubrics"]),
        (Tag, ["Patients", "Tags"]),
        (Thread, ["Conversations and marking", "Conversations"]),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_the_path_of_a_page_names_an_app_only_where_its_rows_are_called_otherwise(
    superuser_client: Client, model: type[Model], path: list[str]
) -> None:
    make_rows()
    row = model._default_manager.all()[0]
    for page, names in ((list_of(model), path), (f"{list_of(model)}{row.pk}/change/", [*path, capfirst(str(row))])):
        [heading] = re.findall("<h1[^>]*>(.*?)</h1>", superuser_client.get(page).content.decode(), re.DOTALL)
        parts = re.sub("<[^>]*>", "", heading).split("chevron_right")
        # Behind the last one a list may say how many rows it shows.
        assert [part.strip().split("\n")[0] for part in parts] == names
