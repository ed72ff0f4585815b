"""The same for the old addresses, below /api/. See table_v2."""

from typing import Any

from apps.users.tests.factories import PASSWORD
from tests.permissions.world import World

TABLE = {
    "old accounts": """
                                           nobody  student  owner  other  unapproved  instructor  admin
POST    login                               200     200      -      -       200         200       200
POST    create_users                        201     201      -      -       201         201       201
GET     all_users                           401     403      -      -       403         200       200
""",
    "old teaching": """
                                           nobody  student  owner  other  unapproved  instructor  admin
GET     scenarios                           401     200      -      -       200         200       200
POST    scenarios                           401     403      -      -       403         201       201
PUT     scenarios/{scenario}                401     403      -      -       403         200       200
DELETE  scenarios/{scenario}                401     403      -      -       403         200       200
PUT     scenarios/{disabled}/enable         401     403      -      -       403         200       200
PUT     scenarios/{scenario}/disable        401     403      -      -       403         200       200
DELETE  delete_all                          401     403      -      -       403         403       200
GET     scenarios/{scenario}/rubric_questions
                                            401     200      -      -       200         200       200
GET     scenarios/{disabled}/rubric_questions
                                            401     200      -      -       200         200       200
POST    scenarios/{scenario}/rubric_questions
                                            401     403      -      -       403         201       201
PUT     rubric_questions/{question}         401     403      -      -       403         200       200
DELETE  rubric_questions/{question}         401     403      -      -       403         200       200
GET     categories                          401     200      -      -       200         200       200
POST    categories                          401     403      -      -       403         200       200
DELETE  categories/{category}               401     403      -      -       403         200       200
GET     categories/{category}/rubrics       401     200      -      -       200         200       200
POST    rubrics                             401     403      -      -       403         200       200
DELETE  rubrics/{criterion}                 401     403      -      -       403         200       200
GET     activities                          401     200      -      -       200         200       200
POST    activities                          401     403      -      -       403         200       200
DELETE  activities/{activity}               401     403      -      -       403         200       200
GET     context/preview?activity_id={activity}
                                            401     403      -      -       403         200       200
""",
    "old threads": """
                                           nobody  student  owner  other  unapproved  instructor  admin
POST    threads                             401     201     201    201      201         201       201
POST    threads/run                         401     404     201    404      404         403       403
GET     threads/{thread}/messages           401     404     200    404      404         200       200
POST    threads/{thread}/messages           401     404     201    404      404         403       403
GET     runs/{run}/status?thread_id={thread}
                                            401     404     200    404      404         200       200
POST    activities/{activity}/rubric_assessment
                                            401     404     200    404      404         200       200
POST    scenarios/{activity}/rubric_responses
                                            401     404     200    404      404         200       200
""",
}


def bodies(world: World, who: str) -> dict[str, dict[str, Any]]:
    """What is sent to each address that takes a body, by somebody."""
    ids = world.ids
    email = world.people["student" if who == "nobody" else who].email
    account = {"username": "New", "email": "new@example.org", "password": "Quite another 2", "role": "admin"}
    scenario = {"scenario_text": "John Roe", "additional_instructions": "", "communication_preferences": ""}
    rubric = {"name": "Asks about smoking", "marking_instructions": "2: asks.", "category_id": ids["category"]}
    thread = {"thread_id": str(ids["thread"])}
    return {
        "POST login": {"email": email, "password": PASSWORD},
        "POST create_users": account,
        "POST scenarios": scenario,
        "PUT scenarios/{scenario}": scenario,
        "PUT scenarios/{disabled}/enable": {},
        "PUT scenarios/{scenario}/disable": {},
        "POST scenarios/{scenario}/rubric_questions": {"question": "Was it kind?"},
        "PUT rubric_questions/{question}": {"question": "Was it kind?"},
        "POST categories": {"name": "Opening", "total_required_to_pass": 1},
        "POST rubrics": rubric,
        "POST activities": {"pre_brief": "You are on a ward.", "character_id": ids["scenario"]},
        "POST threads": {},
        "POST threads/run": {**thread, "activity_id": ids["activity"]},
        "POST threads/{thread}/messages": {"role": "user", "content": "Do you smoke?"},
        "POST activities/{activity}/rubric_assessment": thread,
        "POST scenarios/{activity}/rubric_responses": thread,
    }
