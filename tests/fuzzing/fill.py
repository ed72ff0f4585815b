"""Run by manage.py in the environment of the processes: fills their database, and prints what was made as JSON."""

import json

from django.conf import settings

from apps.activities.models import Activity
from apps.assessments.models import Category, RubricQuestion, SubCategory
from apps.openai_integration.models import Evaluation, Mark, Run, Thread
from apps.scenarios.models import AssistantScenario, Tag
from apps.users.models import User
from apps.users.tokens import access_token
from tests.fuzzing.world import ASKERS
from tests.permissions.world import make_world

ROWS = {
    "activities": Activity,
    "categories": Category,
    "evaluations": Evaluation,
    "marks": Mark,
    "rubric-questions": RubricQuestion,
    "runs": Run,
    "scenarios": AssistantScenario,
    "subcategories": SubCategory,
    "tags": Tag,
    "threads": Thread,
    "users": User,
}


def tell() -> None:
    """The fields of School, and the names of the throttles."""
    world = make_world()
    made = {
        "tokens": {asker: access_token(world.people[name]) for asker, name in ASKERS.items()},
        "ids": {name: list(model._default_manager.values_list("pk", flat=True)) for name, model in ROWS.items()},
        "hidden": [word for word, of in world.words.items() if of != ASKERS["student"]],
        "throttles": list(settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]),
    }
    print(json.dumps(made, default=str))
