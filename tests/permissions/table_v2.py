"""Who gets which status at the addresses of /api/v2/, and at those that tell of it.

`owner` is the student whose account, thread or evaluation it is; `other` is a student with a thread of their own, which
the address calls `other_thread`; `student` has none. `unapproved` claims to teach or to administer, and nobody has
approved it. "-" is not asked: whose row it is does not matter there, or who asks at all.

A new address needs a line here, and where its method is not GET or DELETE a body below.
"""

from typing import Any

from apps.scenarios.tests.samples import picture
from apps.users.tests.factories import PASSWORD, password_link
from tests.permissions.world import World

OPERATIONS = """
                                        nobody  student  owner  other  unapproved  instructor  admin
GET     /health/live/                    200      -       -      -        -           -         -
GET     /health/ready/                   200      -       -      -        -           -         -
GET     /api/schema/                     200      -       -      -        -           -         -
GET     /api/docs/                       200      -       -      -        -           -         -
"""

TABLE = {
    "accounts": """
                                        nobody  student  owner  other  unapproved  instructor  admin
POST    auth/login/                      200     200      -      -       200         200       200
POST    auth/register/                   201     201      -      -       201         201       201
POST    auth/refresh/                    200     200      -      -       200         200       200
POST    auth/logout/                     401     204      -      -       204         204       204
POST    auth/password/change/            401     200      -      -       200         200       200
GET     auth/options/                    200     200      -      -       200         200       200
POST    auth/password-reset/             202     202      -      -       202         202       202
POST    auth/password-reset/confirm/     204     204      -      -       204         204       204
GET     users/                           401     403      -      -       403         403       200
GET     users/me/                        401     200      -      -       200         200       200
PATCH   users/me/                        401     200      -      -       200         200       200
GET     users/{owner}/                   401     403     403    403      403         403       200
PATCH   users/{owner}/                   401     403     403    403      403         403       200
POST    users/{claims_instructor}/approve-role/
                                         401     403      -      -       403         403       200
""",
    "scenarios": """
                                        nobody  student  owner  other  unapproved  instructor  admin
GET     scenarios/                       401     200      -      -       200         200       200
POST    scenarios/                       401     403      -      -       403         201       201
GET     scenarios/export/?ids={scenario} 401     403      -      -       403         200       200
POST    scenarios/import/                401     403      -      -       403         201       201
GET     scenarios/{scenario}/            401     200      -      -       200         200       200
GET     scenarios/{disabled}/            401     404      -      -       404         200       200
GET     scenarios/{archived}/            401     404      -      -       404         200       200
PUT     scenarios/{scenario}/            401     403      -      -       403         200       200
PATCH   scenarios/{scenario}/            401     403      -      -       403         200       200
DELETE  scenarios/{scenario}/            401     403      -      -       403         403       204
POST    scenarios/{scenario}/duplicate/  401     403      -      -       403         201       201
POST    scenarios/{scenario}/archive/    401     403      -      -       403         200       200
POST    scenarios/{archived}/restore/    401     403      -      -       403         200       200
POST    scenarios/{disabled}/enable/     401     403      -      -       403         200       200
POST    scenarios/{scenario}/disable/    401     403      -      -       403         200       200
POST    scenarios/check/                 401     403      -      -       403         200       200
GET     scenarios/{scenario}/picture/    401     200      -      -       200         200       200
GET     scenarios/{disabled}/picture/    401     404      -      -       404         200       200
PUT     scenarios/{scenario}/picture/    401     403      -      -       403         200       200
DELETE  scenarios/{scenario}/picture/    401     403      -      -       403         204       204
GET     scenarios/{scenario}/versions/   401     403      -      -       403         200       200
GET     scenarios/{scenario}/versions/{version}/
                                         401     403      -      -       403         200       200
POST    scenarios/{scenario}/versions/{version}/restore/
                                         401     403      -      -       403         200       200
GET     tags/                            401     200      -      -       200         200       200
POST    tags/                            401     403      -      -       403         201       201
GET     tags/counts/                     401     200      -      -       200         200       200
GET     tags/{tag}/                      401     200      -      -       200         200       200
GET     tags/{disabled_tag}/             401     404      -      -       404         200       200
PUT     tags/{tag}/                      401     403      -      -       403         200       200
PATCH   tags/{tag}/                      401     403      -      -       403         200       200
DELETE  tags/{tag}/                      401     403      -      -       403         204       204
""",
    "rubrics": """
                                        nobody  student  owner  other  unapproved  instructor  admin
GET     categories/                      401     200      -      -       200         200       200
POST    categories/                      401     403      -      -       403         201       201
GET     categories/{category}/           401     200      -      -       200         200       200
PUT     categories/{category}/           401     403      -      -       403         200       200
PATCH   categories/{category}/           401     403      -      -       403         200       200
DELETE  categories/{category}/           401     403      -      -       403         204       204
GET     subcategories/                   401     200      -      -       200         200       200
POST    subcategories/                   401     403      -      -       403         201       201
GET     subcategories/{criterion}/       401     200      -      -       200         200       200
PUT     subcategories/{criterion}/       401     403      -      -       403         200       200
PATCH   subcategories/{criterion}/       401     403      -      -       403         200       200
DELETE  subcategories/{criterion}/       401     403      -      -       403         204       204
GET     rubric-questions/                401     403      -      -       403         200       200
POST    rubric-questions/                401     403      -      -       403         201       201
GET     rubric-questions/{question}/     401     403      -      -       403         200       200
PUT     rubric-questions/{question}/     401     403      -      -       403         200       200
PATCH   rubric-questions/{question}/     401     403      -      -       403         200       200
DELETE  rubric-questions/{question}/     401     403      -      -       403         204       204
""",
    "activities": """
                                        nobody  student  owner  other  unapproved  instructor  admin
GET     activities/                      401     200      -      -       200         200       200
POST    activities/                      401     403      -      -       403         201       201
GET     activities/{activity}/           401     200      -      -       200         200       200
GET     activities/{disabled_activity}/  401     404      -      -       404         200       200
PUT     activities/{activity}/           401     403      -      -       403         200       200
PATCH   activities/{activity}/           401     403      -      -       403         200       200
DELETE  activities/{activity}/           401     403      -      -       403         204       204
GET     activities/{activity}/context/   401     403      -      -       403         200       200
""",
    "threads": """
                                        nobody  student  owner  other  unapproved  instructor  admin
GET     threads/                         401     200     200    200      200         200       200
POST    threads/                         401     201     201    201      201         201       201
GET     threads/{thread}/                401     404     200    404      404         200       200
GET     threads/{preview}/               401     404     404    404      404         404       200
GET     threads/{thread}/messages/       401     404     200    404      404         200       200
GET     threads/{other_thread}/messages/ 401     404     404    200      404         200       200
GET     threads/{thread}/facts/          401     403     403    403      403         200       200
GET     threads/{thread}/runs/           401     404     200    404      404         200       200
POST    threads/{thread}/forks/          401     404     201    404      404         403       403
PUT     messages/{reply}/report/         401     404     200    404      404         403       403
DELETE  messages/{reply}/report/         401     404     204    404      404         403       403
GET     reply-reports/                   401     200     200    200      200         200       200
GET     reply-reports/{report}/          401     404     200    404      404         200       200
POST    reply-reports/{report}/seen/     401     404     403    404      404         200       200
POST    threads/{thread}/runs/           401     404     202    404      404         403       403
GET     runs/{run}/                      401     404     200    404      404         200       200
GET     runs/{run}/events/               401     404     204    404      404         204       204
GET     runs/{open_run}/                 401     404     200    404      404         200       200
GET     runs/{open_run}/events/          401     404     200    404      404         200       200
POST    runs/{open_run}/cancel/          401     404     200    404      404         403       403
""",
    "evaluations": """
                                        nobody  student  owner  other  unapproved  instructor  admin
GET     evaluations/                     401     200     200    200      200         200       200
GET     evaluations/{evaluation}/        401     404     200    404      404         200       200
GET     evaluations/{questions_evaluation}/
                                         401     404     200    404      404         200       200
GET     evaluations/{unreleased}/        401     404     404    404      404         200       200
POST    evaluations/{evaluation}/marks/{mark}/override/
                                         401     404     403    404      404         201       201
POST    evaluations/{evaluation}/review/ 401     404     403    404      404         200       200
POST    evaluations/{evaluation}/again/  401     404     403    404      404         202       202
GET     threads/{thread}/evaluations/    401     404     200    404      404         200       200
POST    threads/{thread}/evaluations/    401     404     202    404      404         202       202
GET     help/                            401     200     200    200      200         200       200
GET     stats/me/                        401     200     200    200      200         200       200
GET     usage/totals/                    401     403      -      -       403         200       200
GET     exports/marks/                   401     403      -      -       403         200       200
GET     exports/conversations/           401     403      -      -       403         200       200
""",
}


def bodies(world: World, who: str) -> dict[str, Any]:
    """What is sent to each address that takes a body, by somebody: bodies that are good, from who may send them."""
    return {**_accounts(world, who), **_scenarios_and_rubrics(world), **_activities_and_threads(world)}


def _accounts(world: World, who: str) -> dict[str, dict[str, Any]]:
    # Who is not signed in can have the tokens and the password of an account all the same.
    name = "student" if who == "nobody" else who
    refresh, password = {"refresh": world.refresh[name]}, "Quite another 2"
    return {
        "POST auth/login/": {"email": world.people[name].email, "password": PASSWORD},
        "POST auth/register/": {"username": "New", "email": "new@example.org", "password": password},
        "POST auth/refresh/": refresh,
        "POST auth/logout/": refresh,
        "POST auth/password/change/": {"old_password": PASSWORD, "new_password": password},
        "POST auth/password-reset/": {"email": world.people[name].email},
        "POST auth/password-reset/confirm/": {**password_link(world.people[name]), "password": password},
        "PATCH users/me/": {"username": "Renamed"},
        "PATCH users/{owner}/": {"username": "Renamed"},
        "POST users/{claims_instructor}/approve-role/": {"role": "instructor"},
    }


def _scenarios_and_rubrics(world: World) -> dict[str, Any]:
    ids = world.ids
    criterion = {"name": "Asks about smoking", "marking_instructions": "2: asks how much, too."}
    scenario = {"scenario_text": "John Roe", "additional_instructions": "Diagnosis: gout", "tags": ["joints"]}
    return {
        "POST scenarios/": {**scenario, "rubrics": ["Did the student introduce themselves?"]},
        "PUT scenarios/{scenario}/": scenario,
        "PATCH scenarios/{scenario}/": {"role": "Adult Man"},
        "POST scenarios/import/": {
            "format": "virtual-patients",
            "version": 1,
            "categories": [],
            "scenarios": [{"scenario_text": "Ann Lee, 41.", "tags": [], "rubric_questions": [], "activities": []}],
        },
        "POST scenarios/{scenario}/duplicate/": {},
        "POST scenarios/{scenario}/archive/": {},
        "POST scenarios/{archived}/restore/": {},
        "POST scenarios/{scenario}/versions/{version}/restore/": {},
        "POST scenarios/{disabled}/enable/": {},
        "POST scenarios/check/": {"additional_instructions": "- [lockd] cough: Dry."},
        "POST scenarios/{scenario}/disable/": {},
        "PUT scenarios/{scenario}/picture/": picture("jpeg"),
        "POST tags/": {"tag": "joints", "scenario_id": ids["scenario"]},
        "PUT tags/{tag}/": {"tag": "joints", "scenario_id": ids["scenario"]},
        "PATCH tags/{tag}/": {"tag": "joints"},
        "POST categories/": {"name": "Opening", "total_required_to_pass": 1, "subcategories": [criterion]},
        "PUT categories/{category}/": {"name": "Opening", "total_required_to_pass": 1},
        "PATCH categories/{category}/": {"name": "Opening"},
        "POST subcategories/": {**criterion, "category_id": ids["category"]},
        "PUT subcategories/{criterion}/": {**criterion, "category_id": ids["category"]},
        "PATCH subcategories/{criterion}/": {"name": "Asks about smoking"},
        "POST rubric-questions/": {"question": "Was it kind?", "scenario_id": ids["scenario"]},
        "PUT rubric-questions/{question}/": {"question": "Was it kind?", "scenario_id": ids["scenario"]},
        "PATCH rubric-questions/{question}/": {"question": "Was it kind?"},
    }


def _activities_and_threads(world: World) -> dict[str, dict[str, Any]]:
    ids = world.ids
    activity = {"pre_brief": "You are on a ward.", "character_id": ids["scenario"], "categories": [ids["category"]]}
    return {
        "POST activities/": activity,
        "PUT activities/{activity}/": activity,
        "PATCH activities/{activity}/": {"pre_brief": "You are on a ward."},
        "POST threads/": {"activity_id": ids["activity"]},
        "POST threads/{thread}/forks/": {"message_id": ids["said"]},
        "PUT messages/{reply}/report/": {"reason": "That was never so."},
        "POST reply-reports/{report}/seen/": {},
        "POST threads/{thread}/runs/": {"content": "Do you smoke?"},
        "POST runs/{open_run}/cancel/": {},
        "POST evaluations/{evaluation}/marks/{mark}/override/": {"score": 1, "comment": "Only half of it."},
        "POST evaluations/{evaluation}/review/": {"marks": [{"mark_id": ids["mark"]}]},
        "POST evaluations/{evaluation}/again/": {},
        "POST threads/{thread}/evaluations/": {"activity_id": ids["another_activity"]},
    }
