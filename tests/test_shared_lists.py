"""Lists whose SQL was compiled at import never show one person another's rows."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIRequestFactory, force_authenticate

from apps.activities.tests.factories import ActivityFactory
from apps.assessments.tests.factories import CategoryFactory, RubricQuestionFactory, SubCategoryFactory
from apps.core.api.viewsets import ProjectionMixin
from apps.core.visibility import VisibleByRole, depends_on_person
from apps.scenarios.models import Tag
from apps.scenarios.tests.factories import AssistantScenarioFactory, TagFactory
from apps.scenarios.views import TagViewSet
from apps.users.models import User
from apps.users.tests.factories import UserFactory
from tests.annotations import ClientFor
from tests.projected_views import projected_views

pytestmark = pytest.mark.django_db

FACTORIES: dict[str, Callable[[], Any]] = {
    "scenarios": AssistantScenarioFactory.create,
    "tags": TagFactory.create,
    "categories": CategoryFactory.create,
    "subcategories": SubCategoryFactory.create,
    "rubric-questions": RubricQuestionFactory.create,
    "activities": ActivityFactory.create,
    "users": UserFactory.create,
}


def compiled(queryset: QuerySet[Any, Any]) -> Any:
    """SQL and parameters; None where there is nothing to ask for."""
    try:
        return queryset.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return None


def differing(view: type[ProjectionMixin], people: list[User]) -> bool:
    """Whether the list is another for the second of two people of one role."""
    visible_to = type(view.queryset).visible_to  # type: ignore[attr-defined]  # only some querysets have it
    lists = [compiled(visible_to(view.queryset, person)) for person in people]
    return lists[0] != lists[1]


@pytest.mark.parametrize("view", projected_views(), ids=lambda view: view.__name__)
def test_a_list_that_depends_on_the_person_is_not_shared(view: type[ProjectionMixin]) -> None:
    if not hasattr(view.queryset, "visible_to"):
        assert view.__name__ == "UserViewSet"  # all of it, for admins
        return
    for role in ({}, {"instructor": True}):
        people = [UserFactory.create(**role), UserFactory.create(**role)]
        assert not (differing(view, people) and view.is_list_shared())


@pytest.mark.parametrize("view", projected_views(), ids=lambda view: view.__name__)
def test_a_shared_list_is_what_the_model_shows_to_the_role(view: type[ProjectionMixin]) -> None:
    assert view.is_list_shared()
    for person in (UserFactory.create(), UserFactory.create(instructor=True)):
        one = view()
        one.request = APIRequestFactory().get("/")
        one.request.user = person
        rows = one.get_queryset()
        # What students see is in no archive.
        asked = one.get_projection().values(view.listed(rows) if person.is_instructor else rows)
        assert compiled(one.whole_list()._queryset) == compiled(asked)


@pytest.mark.parametrize("path", FACTORIES)
def test_each_person_gets_their_own_rows_from_the_day_that_the_model_looks_at_the_person(
    path: str, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a model's `visible_to` will that looks at the person's classes."""
    rows = [FACTORIES[path]() for _ in range(2)]
    people = [UserFactory.create(admin=path in ("users", "rubric-questions")) for _ in range(2)]
    own = {person.pk: row.pk for person, row in zip(people, rows, strict=True)}
    clients = [client_for(person) for person in people]
    for client in clients:  # as everybody saw it the day before
        assert {row.pk for row in rows} <= {row["id"] for row in client.get(f"/api/v2/{path}/").json()["results"]}

    def visible_to(self: QuerySet[Any], user: User) -> QuerySet[Any]:
        return self.filter(pk=own[user.pk])

    monkeypatch.setattr(type(type(rows[0])._default_manager.all()), "visible_to", visible_to, raising=False)
    for client, row, other in zip(clients, rows, reversed(rows), strict=True):
        for query in ({}, {"page_size": 3}, {"ordering": "id"}):
            page = client.get(f"/api/v2/{path}/", query).json()
            assert ([shown["id"] for shown in page["results"]], page["count"]) == ([row.pk], 1)
        assert client.get(f"/api/v2/{path}/{row.pk}/").status_code == 200
        assert client.get(f"/api/v2/{path}/{other.pk}/").status_code == 404


class OwnTags(TagViewSet):
    """Narrows what the model shows, for the person."""

    def get_queryset(self) -> QuerySet[Tag]:
        return super().get_queryset().filter(tag=self.request.user.username)


def test_a_view_that_looks_at_the_person_itself_is_not_shared() -> None:
    assert not OwnTags.is_list_shared()
    people = [UserFactory.create(username="Ann"), UserFactory.create(username="Bob")]
    for person in people:
        TagFactory.create(tag=person.username)
    for person in people:
        request = APIRequestFactory().get("/")
        force_authenticate(request, person)
        page = OwnTags.as_view({"get": "list"})(request).data
        assert [row["tag"] for row in page["results"]] == [person.username]


def test_a_list_is_compiled_once_and_not_for_each_request(
    client_for: ClientFor, django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    clients = [client_for("student"), client_for("other_student")]
    first = clients[0].get("/api/v2/tags/").json()
    monkeypatch.setattr(QuerySet, "values", None)
    for client in clients:
        with django_assert_num_queries(2):  # the caller, the page
            assert client.get("/api/v2/tags/").json() == first


def test_a_model_shows_rows_to_all_students_or_looks_at_the_person() -> None:
    class ToStudents(VisibleByRole[Tag]):
        def visible_to_students(self) -> "ToStudents":
            return self

    class OfPerson(VisibleByRole[Tag]):
        def visible_to(self, user: User) -> "OfPerson":
            return self

    assert [depends_on_person(kind(Tag)) for kind in (ToStudents, OfPerson, QuerySet)] == [False, True, False]
    with pytest.raises(NotImplementedError):  # so that what belongs to the rows does not use it
        OfPerson(Tag).visible_to_students()
    with pytest.raises(TypeError, match="Both has a visible_to of its own"):
        type("Both", (ToStudents,), {"visible_to": OfPerson.visible_to})
