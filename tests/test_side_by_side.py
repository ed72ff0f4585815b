"""Both services write to the same rows: each reads, changes, plays and deletes what the other made."""

import secrets
import threading
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from django.db import connection as django_connection
from django.db.models import F
from passlib.hash import pbkdf2_sha256
from pytest_django import DjangoDbBlocker
from rest_framework.test import APIClient

from apps.openai_integration.models import Evaluation, Run, Thread
from apps.scenarios.models import AssistantScenario
from apps.scenarios.services import current_version
from apps.users.models import User
from config.celery import app as celery
from tests.legacy.databases import connect, django_on
from tests.legacy.sides import DjangoSide, FlaskSide, Row, Side, read_existing
from tests.legacy.together import EMAIL, Together
from tests.mocks.openai_mock import Emulator

# Table > a row of it, and what is changed of it. The rows that they belong to are in rows.sql. The tables
# assistant_tags and activity_categories are the lists of tags and of categories.
ROWS: dict[str, tuple[Row, Row]] = {
    "assistant_scenarios": (
        {
            "scenario_text": "Ann Bell, 40, a baker",
            "additional_instructions": "Opening: My wrist hurts.",
            "communication_preferences": "Brief",
            "role": "Adult Woman",
            "enable": True,
            "tags": ["wrist", "work"],
            "rubrics": ["Asked about work?"],
        },
        {
            "scenario_text": "Ann Bell, 41, a baker 🩺 'quoted'",
            "enable": False,
            "tags": ["work", "pain", "hand"],
            "rubrics": ["Asked about pain?", "Asked about work?"],
        },
    ),
    "rubric_questions": (
        {"question": "Asked about sleep?", "scenario_id": 2},
        {"question": "Asked about sleep and pillows?"},
    ),
    "categories": ({"name": "Closing", "total_required_to_pass": 0}, {"total_required_to_pass": 3}),
    "subcategories": (
        {"name": "Says goodbye", "marking_instructions": "1 for any words", "category_id": 3},
        {"name": "Says goodbye ü", "marking_instructions": "2 for thanks"},
    ),
    "activities": (
        {"pre_brief": "You are in a clinic.", "character_id": 1, "categories": [1, 3]},
        {"pre_brief": "You are at home.", "categories": [1, 2, 10]},
    ),
}


# The old service's list of a scenario's questions does not repeat its id.
NOT_SHOWN = {"scenario_id"}


@pytest.fixture(autouse=True)
def _django_there(together: Together, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), django_on(together.database):
        yield


@pytest.fixture
def flask(together: Together) -> Iterator[FlaskSide]:
    """The vetted instructor at the old service."""
    with together.flask_client() as client:
        yield FlaskSide(client)


@pytest.fixture
def django(flask: FlaskSide) -> DjangoSide:
    """The same person at the new one, with the old one's token: an admin there, since only admins delete scenarios."""
    User.objects.filter(email=EMAIL).update(role="admin", approved_role="admin")
    return DjangoSide(flask.client.headers["Authorization"].removeprefix("Bearer "))


def in_any_order(row: Row, names: Collection[str]) -> Row:
    """Those keys of it, with lists sorted: the old service has no order."""
    return {name: sorted(row[name]) if isinstance(row[name], list) else row[name] for name in names}


def seen_by(side: Side, table: str, pk: int, made: Row) -> Row:
    row = side.read(table, pk, made)
    assert row is not None
    return in_any_order(row, made.keys() - NOT_SHOWN)


@pytest.mark.parametrize("table", ROWS)
@pytest.mark.parametrize("first", ["flask", "django"])
def test_what_one_makes_the_other_reads_changes_and_deletes(
    table: str, first: str, flask: FlaskSide, django: DjangoSide
) -> None:
    maker, other = (flask, django) if first == "flask" else (django, flask)
    made, change = ROWS[table]
    changed = made | change

    def assert_both_see(row: Row) -> None:
        for side in (maker, other):
            assert seen_by(side, table, pk, made) == in_any_order(row, made.keys() - NOT_SHOWN)

    pk = maker.make(table, made)
    assert_both_see(made)
    other.change(table, pk, changed)
    assert_both_see(changed)
    maker.change(table, pk, made)
    assert_both_see(made)
    other.delete(table, pk)
    assert maker.read(table, pk, made) is None


def test_a_person_registered_at_either_signs_in_at_both_and_each_token_is_good_at_the_other(
    together: Together, flask: FlaskSide
) -> None:
    people = [("Ann O'Neil ü", f"Ann.{secrets.token_hex(4)}@Example.org"), ("Bo", f"bo.{secrets.token_hex(4)}@b.org")]
    password = "spaces  kept ü 7"
    (ann, ann_email), (bo, bo_email) = people
    flask.send("POST", "/create_users", {"username": ann, "email": ann_email, "password": password, "role": "admin"})
    registered = APIClient().post(
        "/api/v2/auth/register/", {"username": bo, "email": bo_email, "password": password}, format="json"
    )
    assert registered.status_code == 201, registered.content

    for name, email in people:
        signed_in = APIClient().post("/api/v2/auth/login/", {"email": email, "password": password}, format="json")
        assert signed_in.status_code == 200, signed_in.content
        with together.flask_client(email, password) as client:
            there = client.headers["Authorization"]
            here = f"Bearer {signed_in.json()['access']}"
            me = APIClient().get("/api/v2/users/me/", headers={"Authorization": there}).json()
            assert (me["username"], me["email"], me["is_admin"]) == (name, email, False)
            assert client.get("/activities", headers={"Authorization": here}).status_code == 200
            refresh = {"Authorization": f"Bearer {signed_in.json()['refresh']}"}
            assert client.get("/activities", headers=refresh).status_code == 401
        assert User.objects.get(email=email).username == name
        assert name in flask.send("GET", "/all_users")


def at_both(together: Together, authorization: str) -> tuple[int, int]:
    """What the old service and this one answer to a token."""
    headers = {"Authorization": authorization}
    there = httpx2.get(f"{together.flask.url}/api/activities", headers=headers, trust_env=False)
    return there.status_code, APIClient().get("/api/v2/users/me/", headers=headers).status_code


def test_a_password_changed_by_one_is_the_password_at_both(together: Together) -> None:
    email = f"{secrets.token_hex(4)}@example.org"
    User.objects.create_user(email=email, username="Cy", password="first words 1", role=None)
    with together.flask_client(email, "first words 1") as client:
        authorization = client.headers["Authorization"]
    changed = APIClient().post(
        "/api/v2/auth/password/change/",
        {"old_password": "first words 1", "new_password": "second words 2"},
        format="json",
        headers={"Authorization": authorization},
    )
    assert changed.status_code < 300, changed.content
    assert at_both(together, authorization) == (200, 401), "the old service cannot know that it was ended"
    # As if the change had been in the second before.
    User.objects.filter(email=email).update(access_ended_at=F("access_ended_at") - timedelta(seconds=1))
    with together.flask_client(email, "second words 2") as client:
        assert at_both(together, client.headers["Authorization"]) == (200, 200)
        refused = client.post("/login", json={"email": email, "password": "first words 1"})
        assert refused.status_code == 401

    with connect(together.database) as connection:
        hashed = pbkdf2_sha256.using(rounds=29000).hash("third words 3")
        connection.execute("UPDATE \"user\" SET password = %s, role = 'student' WHERE email = %s", [hashed, email])
    body = {"email": email, "password": "third words 3"}
    assert APIClient().post("/api/v2/auth/login/", body, format="json").json()["user"]["role"] == "student"
    with connect(together.database) as connection:
        stored = connection.execute('SELECT password FROM "user" WHERE email = %s', [email]).fetchone()
    assert stored == (hashed,)

    User.objects.get(email=email).delete()
    with together.flask_client() as client:
        assert client.post("/login", json=body).status_code == 401


@pytest.fixture
def at_once(openai_emulator: Emulator, settings: Any) -> Iterator[Emulator]:
    """What is asked of the workers is done in the request that asks."""
    settings.OPENAI_BASE_URL = openai_emulator.base_url
    celery.conf.task_always_eager = True
    yield openai_emulator
    celery.conf.task_always_eager = False


def person(together: Together, flask: FlaskSide) -> DjangoSide:
    """A student who registered at the old service, and works at the new one."""
    body = {"username": "Di", "email": f"{secrets.token_hex(4)}@example.org", "password": "a word", "role": "admin"}
    flask.send("POST", "/create_users", body)
    with together.flask_client(body["email"], body["password"]) as client:
        return DjangoSide(client.headers["Authorization"].removeprefix("Bearer "))


def test_what_flask_writes_is_played_at_once_and_threads_outlive_what_it_deletes(
    together: Together, flask: FlaskSide, django: DjangoSide, at_once: Emulator
) -> None:
    patient = ROWS["assistant_scenarios"][0]
    scenario = flask.make("assistant_scenarios", patient)
    category = flask.make("categories", {"name": "Opening", "total_required_to_pass": 0})
    flask.make("subcategories", {"name": "Greets", "marking_instructions": "Says hello", "category_id": category})
    activity = flask.make("activities", {"pre_brief": "At home", "character_id": scenario, "categories": [category]})
    openid = read_existing(flask, "assistant_scenarios", scenario)["openid"]
    student = person(together, flask)

    assert scenario in {row["id"] for row in student.send("GET", "/scenarios/?page_size=100")["results"]}
    thread = student.send("POST", "/threads/", {"activity_id": activity})["id"]
    student.send("POST", f"/threads/{thread}/runs/", {"content": "Good morning, I am Di. What brings you in?"})
    flask.change(
        "assistant_scenarios", scenario, patient | {"additional_instructions": "- pets: Two cats, Mo and Flo."}
    )
    student.send("POST", f"/threads/{thread}/runs/", {"content": "Do you have any pets?"})
    student.send("POST", f"/threads/{thread}/evaluations/")

    runs = Run.objects.filter(thread=thread).order_by("created_at")
    assert [(run.status, run.scenario_version.number) for run in runs] == [("completed", 1), ("completed", 2)]
    sent = [str(request["json"]) for request in at_once.requests() if request["method"] == "POST"]
    assert "My wrist hurts." in sent[0]
    assert any("Two cats, Mo and Flo." in request for request in sent)
    kept = read_existing(flask, "assistant_scenarios", scenario)["openid"]
    assert kept != openid
    assert current_version(AssistantScenario.objects.get(pk=scenario)).number == 2
    assert read_existing(flask, "assistant_scenarios", scenario)["openid"] == kept

    def delete_user() -> None:
        owner = Thread.objects.get(pk=thread).student_id
        with connect(together.database) as connection:
            connection.execute('DELETE FROM "user" WHERE "user".id = %s', [owner])

    deletes: list[Callable[[], None]] = [
        lambda: flask.delete("categories", category),
        lambda: flask.delete("activities", activity),
        lambda: flask.delete("assistant_scenarios", scenario),
        delete_user,
    ]
    for delete in deletes:
        delete()
        assert len(django.send("GET", f"/threads/{thread}/messages/")["results"]) == 4
        assert Evaluation.objects.get(thread=thread).status == "completed"
    row = django.send("GET", f"/threads/{thread}/")
    assert (row["scenario_id"], row["activity_id"]) == (None, None)


def test_a_scenario_made_here_has_an_assistant_for_flask_and_goes_with_its_activities(
    flask: FlaskSide, django: DjangoSide
) -> None:
    scenario = django.make("assistant_scenarios", ROWS["assistant_scenarios"][0])
    activity = django.make("activities", {"pre_brief": "Here", "character_id": scenario, "categories": [1]})
    there = read_existing(flask, "assistant_scenarios", scenario)
    assert there["openid"].startswith("asst_")
    django.change("assistant_scenarios", scenario, {"communication_preferences": "Loud"})
    assert read_existing(flask, "assistant_scenarios", scenario)["openid"] not in {"", there["openid"]}
    tag = django.send("POST", "/tags/", {"tag": "hand", "scenario_id": scenario})["id"]
    assert sorted(read_existing(flask, "assistant_scenarios", scenario)["tags"]) == ["hand", "work", "wrist"]
    django.send("PATCH", f"/tags/{tag}/", {"tag": "joint"})
    assert sorted(read_existing(flask, "assistant_scenarios", scenario)["tags"]) == ["joint", "work", "wrist"]
    django.send("DELETE", f"/tags/{tag}/")
    assert sorted(read_existing(flask, "assistant_scenarios", scenario)["tags"]) == ["work", "wrist"]
    assert flask.read("activities", activity, {}) is not None
    django.delete("assistant_scenarios", scenario)
    assert flask.read("activities", activity, {}) is None


def test_writes_of_both_to_one_row_at_the_same_time_all_succeed_and_the_last_one_stays(
    together: Together, flask: FlaskSide, django: DjangoSide
) -> None:
    text, texts = ROWS["assistant_scenarios"][0], ["Ann", "Bea", "Cleo", "Dora"]
    scenario = django.make("assistant_scenarios", text)
    category = django.make("categories", ROWS["categories"][0])
    token = flask.client.headers["Authorization"].removeprefix("Bearer ")
    together_now = threading.Barrier(4)

    def write(side: Side, name: str) -> None:
        try:
            for number in range(8):
                together_now.wait(timeout=60)
                row = text | {"scenario_text": f"{name} {number}", "tags": [name], "rubrics": [f"{name} asked?"]}
                side.change("assistant_scenarios", scenario, row)
                side.change("categories", category, {"name": f"{name} {number}", "total_required_to_pass": number})
        finally:
            django_connection.close()

    with together.flask_client() as another, ThreadPoolExecutor(4) as pool:
        sides: list[Side] = [flask, FlaskSide(another), DjangoSide(token), DjangoSide(token)]
        calls = [pool.submit(write, side, name) for side, name in zip(sides, texts, strict=True)]
    assert [call.exception() for call in calls] == [None] * 4

    for table, pk, made in (("assistant_scenarios", scenario, text), ("categories", category, ROWS["categories"][0])):
        assert seen_by(flask, table, pk, made) == seen_by(django, table, pk, made)
    last = read_existing(django, "assistant_scenarios", scenario)
    assert last["scenario_text"] in {f"{name} 7" for name in texts}
    played = current_version(AssistantScenario.objects.get(pk=scenario))
    assert played.content["scenario_text"] == last["scenario_text"]
