"""Who may do what: every address is tested with everything in the tables of tests/permissions."""

from collections.abc import Mapping

import pytest
from django.http import HttpResponse

from tests.permissions.rows import OLD, OPERATIONS, V2, Row, contents, routes, rows_of, undone
from tests.permissions.world import World, make_world

pytestmark = pytest.mark.django_db
NEW = OPERATIONS | V2
old_api = pytest.mark.old_api
SURFACES = [pytest.param(NEW, id="v2"), pytest.param(OLD, id="old", marks=old_api)]
STUDENTS = ("student", "owner", "claims_admin")
# Asked for twice it is one marking: what the world has already is the answer.
ASKED_BEFORE = {
    "POST activities/{activity}/rubric_assessment",
    "POST scenarios/{activity}/rubric_responses",
}
# A worker does the rest, and changes nothing in the database.
MAILED = {"POST auth/password-reset/"}
# A text that is looked at is sent as a body, and not stored.
READ_ONLY = {"POST scenarios/check/"}
# What the old format tells all the same: the question beside each score, and the avatar of a disabled patient.
TOLD = {
    ("POST scenarios/{activity}/rubric_responses", "owner", "hiddenquestion"),
    *(("GET scenarios", who, "hiddendisabledrole") for who in STUDENTS),
}


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def is_old(path: str) -> bool:
    return path.startswith("/api/") and not path.startswith(("/api/v2/", "/api/schema/", "/api/docs/"))


@pytest.mark.parametrize("sections", SURFACES)
def test_every_method_of_every_address_has_a_line_and_every_line_an_address(sections: Mapping[str, list[Row]]) -> None:
    lines = {row.route for row in rows_of(sections)}
    there = {route for route in routes() if is_old(route[1]) == (sections is OLD)}
    assert len(lines) > 25
    assert there - lines == set()
    assert lines - there == set()


@pytest.mark.parametrize("section", [*NEW, *(pytest.param(name, marks=old_api) for name in OLD)])
def test_everyone_gets_what_the_table_says(section: str, world: World) -> None:
    before = contents()
    wrong = []
    for row in (NEW | OLD)[section]:
        for who, status in row.askers():
            with undone():
                answer = row.ask(world, who)
                wrong += [f"{row.name} as {who}: {what}" for what in problems(row, answer, int(status), before)]
    assert wrong == []


def problems(row: Row, answer: HttpResponse, status: int, before: dict[str, str]) -> list[str]:
    """What is not as it should be about an answer that should have a status."""
    found = [] if answer.status_code == status else [f"{answer.status_code}, not {status}"]
    if answer.status_code == 401 and not answer.headers.get("WWW-Authenticate", "").startswith("Bearer"):
        found.append("401 without WWW-Authenticate")
    if row.method != "GET":
        after = contents()
        changed = [table for table in before if before[table] != after[table]]
        if changed and answer.status_code >= 400:
            found.append(f"refused, and changed {changed}")
        if not changed and answer.status_code < 400 and row.name not in ASKED_BEFORE | MAILED | READ_ONLY:
            found.append("accepted, and changed nothing")
    return found


def test_a_change_of_a_row_is_noticed(world: World) -> None:
    before = contents()
    with undone():
        world.people["owner"].username = "Renamed"
        world.people["owner"].save()
        assert {name for name, rows in contents().items() if before[name] != rows} == {"user"}
    assert contents() == before


@pytest.mark.parametrize("sections", SURFACES)
def test_students_read_nothing_that_is_hidden_from_them(sections: Mapping[str, list[Row]], world: World) -> None:
    asked = [row for row in rows_of(sections) if "student" in row.answers]
    # The admin goes first: what was made for one reader must not be told to the next.
    by_admin = {word for row in asked if row.method == "GET" for word in words_in(row, world, "admin")}
    assert sections is OLD or by_admin == set(world.words)
    told = {
        (row.name, who, word)
        for row in asked
        for who in STUDENTS
        for word in words_in(row, world, who)
        if world.words[word] != who
    }
    assert told == {one for one in TOLD if sections is OLD}


def words_in(row: Row, world: World, who: str) -> set[str]:
    with undone():
        text = row.ask(world, who).getvalue().decode(errors="replace")
    return {word for word in world.words if word in text}


def test_a_search_finds_nobody_what_is_hidden_from_them(world: World) -> None:
    """The words that belong to nobody begin with `hidden`, those of a student with `private` and their name."""
    lists = [row for row in rows_of(V2) if row.method == "GET" and is_searched(row, world)]
    found = [
        f"{row.name} as {who}: {words}"
        for row in lists
        for who, another in (("student", "owner"), ("owner", "other"), ("claims_admin", "owner"))
        if row.answers.get(who, row.answers["student"]) == "200"
        for words in ("hidden", f"private{another}")
        if row.ask(world, who, search=words).json()["results"]
    ]
    assert len(lists) > 10
    assert found == []


def is_searched(row: Row, world: World) -> bool:
    answer = row.ask(world, "admin", search="a")
    return answer.status_code == 200 and b'"results"' in answer.getvalue()
