import pytest

from apps.activities.models import Activity
from apps.activities.tests.factories import ActivityFactory
from apps.assessments.tests.factories import CategoryFactory, SubCategoryFactory
from apps.scenarios.tests.factories import AssistantScenarioFactory
from apps.scenarios.tests.samples import picture

pytestmark = pytest.mark.django_db

ACTIVITIES = "/api/v2/activities/"

READERS = {"student": 200, "other_student": 200, "unapproved": 200, "instructor": 200, "admin": 200, "anonymous": 401}
WRITERS = {"student": 403, "other_student": 403, "unapproved": 403, "anonymous": 401}


def writers(status: int) -> dict[str, int]:
    return WRITERS | {"instructor": status, "admin": status}


@pytest.fixture
def activity() -> Activity:
    return ActivityFactory(categories=CategoryFactory.create_batch(2))


@pytest.fixture
def hidden() -> Activity:
    return ActivityFactory(pre_brief="SECRET brief", character=AssistantScenarioFactory(enable=False))


def ids(activity: Activity) -> list[int]:
    return list(activity.categories.values_list("id", flat=True))


@pytest.mark.parametrize(
    ("method", "path", "sent", "who", "status"),
    [
        (method, path, sent, who, status)
        for method, path, sent, by in (
            ("get", ACTIVITIES, None, READERS),
            ("get", ACTIVITIES + "{activity}/", None, READERS),
            ("post", ACTIVITIES, {"pre_brief": "Go.", "character_id": "{character}"}, writers(201)),
            ("put", ACTIVITIES + "{activity}/", {"pre_brief": "Go.", "character_id": "{character}"}, writers(200)),
            ("patch", ACTIVITIES + "{activity}/", {"categories": []}, writers(200)),
            ("delete", ACTIVITIES + "{activity}/", None, writers(204)),
        )
        for who, status in by.items()
    ],
)
def test_who_may_do_what_with_activities(method, path, sent, who, status, client_for, activity):
    names = {"activity": activity.pk, "character": activity.character_id}
    sent = {key: value.format(**names) if isinstance(value, str) else value for key, value in (sent or {}).items()}
    before = (list(Activity.objects.values()), ids(activity))
    answer = getattr(client_for(who), method)(path.format(**names), sent)
    assert answer.status_code == status, answer.content
    after = (list(Activity.objects.values()), ids(activity))
    assert (after == before) is (method == "get" or status in {401, 403})


@pytest.mark.parametrize("who", ["student", "unapproved"])
def test_students_see_activities_with_an_enabled_scenario(who, client_for, activity, hidden):
    client = client_for(who)
    patient = activity.character
    with_criteria = activity.categories.order_by("id")[0]
    for highest in (4, 2):
        SubCategoryFactory(category=with_criteria, highest_score=highest)
    row = {
        "id": activity.pk,
        "title": activity.shown_title,
        "position": 0,
        "time_limit_minutes": None,
        "pre_brief": activity.pre_brief,
        "character_id": activity.character_id,
        "categories": ids(activity),
        "character": {
            "id": patient.pk,
            **patient.shown,
            "role": patient.role,
            "enable": True,
            "content_warning": "",
            "picture_url": None,
        },
        "rubric": [
            {
                "id": one.pk,
                "name": one.name,
                "total_required_to_pass": one.total_required_to_pass,
                "max_score": 6 if one == with_criteria else 0,
            }
            for one in activity.categories.order_by("id")
        ],
    }
    listed = client.get(ACTIVITIES)
    assert listed.json() == {"count": 1, "next": None, "previous": None, "results": [row]}
    assert client.get(f"{ACTIVITIES}{activity.pk}/").json() == row
    assert client.get(f"{ACTIVITIES}{hidden.pk}/").status_code == 404
    assert client.get(f"{ACTIVITIES}?character_id={hidden.character_id}").json()["results"] == []
    assert b"SECRET" not in listed.content


def test_instructors_see_all_activities(client_for, activity, hidden):
    client = client_for("instructor")
    assert [row["id"] for row in client.get(ACTIVITIES).json()["results"]] == [activity.pk, hidden.pk]
    assert client.get(f"{ACTIVITIES}?character_id={hidden.character_id}").json()["count"] == 1


def test_an_activity_is_created_with_its_categories(client_for):
    one, two = CategoryFactory.create_batch(2)
    character = AssistantScenarioFactory(enable=False)
    sent = {"pre_brief": "Go.", "character_id": character.pk, "categories": [two.pk, one.pk, two.pk]}
    answer = client_for("instructor").post(ACTIVITIES, sent)
    assert answer.status_code == 201
    row = answer.json()
    assert {name: row[name] for name in sent} == sent | {"categories": [one.pk, two.pk]}
    assert (row["character"]["title"], [category["name"] for category in row["rubric"]]) == (
        character.shown_title, [one.name, two.name],
    )  # fmt: skip
    assert ids(Activity.objects.get()) == [one.pk, two.pk]


def test_an_activity_may_have_no_categories(client_for):
    sent = {"pre_brief": "Go.", "character_id": AssistantScenarioFactory().pk}
    assert client_for("instructor").post(ACTIVITIES, sent).json()["categories"] == []


@pytest.mark.parametrize("method", ["put", "patch"])
def test_categories_that_are_left_out_stay_and_those_given_replace(method, client_for, activity):
    client, before, other = client_for("instructor"), ids(activity), CategoryFactory()
    whole = {"pre_brief": "Go.", "character_id": activity.character_id}
    write = getattr(client, method)
    assert write(f"{ACTIVITIES}{activity.pk}/", whole).json()["categories"] == before
    answer = write(f"{ACTIVITIES}{activity.pk}/", whole | {"categories": [other.pk]})
    assert answer.json()["categories"] == ids(activity) == [other.pk]
    assert write(f"{ACTIVITIES}{activity.pk}/", whole | {"categories": []}).json()["categories"] == []
    activity.refresh_from_db()
    assert activity.pre_brief == "Go."


def test_an_activity_can_change_its_scenario(client_for, activity):
    other = AssistantScenarioFactory()
    answer = client_for("instructor").patch(f"{ACTIVITIES}{activity.pk}/", {"character_id": other.pk})
    assert answer.json()["character_id"] == other.pk
    assert answer.json()["categories"] == ids(activity) != []


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"pre_brief": ""}, "pre_brief"),
        ({"pre_brief": None}, "pre_brief"),
        ({"character_id": None}, "character_id"),
        ({"character_id": ""}, "character_id"),
        ({"character_id": 10**9}, "character_id"),
        ({"character_id": 10**30}, "character_id"),
        ({"title": "x" * 81}, "title"),
        ({"title": None}, "title"),
        ({"position": -1}, "position"),
        ({"position": 40_000}, "position"),
        ({"position": None}, "position"),
        ({"time_limit_minutes": 0}, "time_limit_minutes"),
        ({"time_limit_minutes": 601}, "time_limit_minutes"),
        ({"time_limit_minutes": "soon"}, "time_limit_minutes"),
        ({"categories": None}, "categories"),
        ({"categories": 1}, "categories"),
        ({"categories": [10**9]}, "categories.0"),
        ({"categories": [[1]]}, "categories.0"),
        ({"categories": [None]}, "categories.0"),
        ({"categories": [True]}, "categories.0"),
        ({"categories": {"0": 1}}, "categories"),
    ],
)
def test_a_refused_activity_names_the_field_and_changes_nothing(sent, field, client_for, activity):
    client = client_for("instructor")
    before = (list(Activity.objects.values()), ids(activity))
    good = {"pre_brief": "Go.", "character_id": activity.character_id}
    for answer in (
        client.post(ACTIVITIES, good | sent),
        client.put(f"{ACTIVITIES}{activity.pk}/", good | sent),
        client.patch(f"{ACTIVITIES}{activity.pk}/", good | sent),
    ):
        assert answer.status_code == 400, answer.json()
        assert list(answer.json()["fields"]) == [field]
    assert (list(Activity.objects.values()), ids(activity)) == before


def test_a_title_is_the_briefs_first_line_until_one_is_written(client_for, activity):
    client, path = client_for("instructor"), f"{ACTIVITIES}{activity.pk}/"
    row = client.patch(path, {"pre_brief": "Night shift.\nTake a history."}).json()
    assert row["title"] == "Night shift."
    # What was shown and comes back is no title that somebody wrote.
    assert client.put(path, row).status_code == 200
    assert client.patch(path, {"pre_brief": "Day shift."}).json()["title"] == "Day shift."
    written = {"title": "First steps", "position": 3, "time_limit_minutes": 10}
    assert client.patch(path, written).json().items() >= written.items()
    assert client.patch(path, {"pre_brief": "Late shift."}).json()["title"] == "First steps"
    assert [one["title"] for one in client.get(f"{ACTIVITIES}?search=steps").json()["results"]] == ["First steps"]
    assert client.patch(path, {"title": "", "time_limit_minutes": None}).json()["title"] == "Late shift."


def test_an_activity_has_the_address_of_its_patients_picture(client_for, activity):
    client = client_for("instructor")
    told = client.put(
        f"/api/v2/scenarios/{activity.character_id}/picture/", picture("png"), content_type="image/png"
    ).json()
    for row in (
        client.get(f"{ACTIVITIES}{activity.pk}/").json(),
        client.get(ACTIVITIES).json()["results"][0],
        client.patch(f"{ACTIVITIES}{activity.pk}/", {"position": 1}).json(),
    ):
        assert row["character"]["picture_url"] == told["picture_url"]


def test_exercises_come_in_the_order_that_their_teachers_gave_them(client_for):
    last, first, second = (ActivityFactory(position=position).pk for position in (2, 1, 1))
    listed = client_for("student").get(f"{ACTIVITIES}?ordering=position").json()["results"]
    assert [row["id"] for row in listed] == [first, second, last]


def test_an_old_row_that_breaks_the_rules_stays_editable(client_for):
    activity = ActivityFactory(pre_brief=" ")
    path, other = f"{ACTIVITIES}{activity.pk}/", AssistantScenarioFactory()
    client = client_for("instructor")
    assert client.put(path, {"pre_brief": " ", "character_id": other.pk}).json()["character_id"] == other.pk
    assert client.put(path, {"pre_brief": "", "character_id": other.pk}).status_code == 400


def test_deleting_an_activity_keeps_its_scenario_and_categories(client_for, activity):
    client = client_for("instructor")
    category = activity.categories.first()
    assert client.delete(f"{ACTIVITIES}{activity.pk}").status_code == 204
    assert client.get(f"/api/v2/scenarios/{activity.character_id}/").status_code == 200
    assert client.get(f"/api/v2/categories/{category.pk}/").status_code == 200


@pytest.mark.parametrize("who", ["instructor", "student"])
@pytest.mark.parametrize("rows", [1, 20])
def test_the_list_takes_as_many_queries_for_many_rows_as_for_one(rows, who, client_for, django_assert_num_queries):
    for _ in range(rows):
        ActivityFactory(categories=CategoryFactory.create_batch(2))
    client = client_for(who)
    with django_assert_num_queries(4):  # the caller, the page, its links, its categories
        assert client.get(ACTIVITIES).json()["count"] == rows
