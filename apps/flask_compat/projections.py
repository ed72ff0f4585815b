"""Lists of teaching content in the old format, ordered by id.

Students get the same rows and keys as instructors, with hidden values blanked. The number of queries does not depend
on the length of a list.
"""

from django.db.models import F

from apps.activities.models import Activity
from apps.activities.projections import categories_of
from apps.assessments.models import Category, RubricQuestion, SubCategory
from apps.assessments.projections import SHARED_CATEGORY, SHARED_CRITERION
from apps.core.list_queries import CompiledQuery, Rows
from apps.scenarios.models import AssistantScenario
from apps.scenarios.projections import SHARED_SCENARIO
from apps.users.models import User

HIDDEN_OF_SCENARIO = {"additional_instructions": "", "openid": "", "communication_preferences": "", "rubrics": []}
# v2 hides a disabled scenario from students altogether.
HIDDEN_OF_DISABLED = {**HIDDEN_OF_SCENARIO, "scenario_text": "", "tags": []}
_USERS = CompiledQuery(User.objects.order_by("id").values("username"))
_SCENARIOS = CompiledQuery(SHARED_SCENARIO.values(AssistantScenario.objects.order_by("id")))
_QUESTIONS = CompiledQuery(RubricQuestion.objects.filter(scenario=0).order_by("id").values("id", "question"))
_CATEGORIES = CompiledQuery(SHARED_CATEGORY.values(Category.objects.order_by("id")))
_CRITERIA = CompiledQuery(SHARED_CRITERION.values(SubCategory.objects.filter(category=0).order_by("id")))
_ACTIVITIES = CompiledQuery(
    Activity.objects.order_by("id").values("id", "pre_brief", "character_id", enabled=F("character__enable"))
)


def usernames() -> list[str]:
    return [name for (name,) in _USERS.tuples()]


def scenarios(user: User) -> Rows:
    found = SHARED_SCENARIO.of_rows(_SCENARIOS.rows())
    if not user.is_instructor:
        for row in found:
            row.update(HIDDEN_OF_SCENARIO if row["enable"] else HIDDEN_OF_DISABLED)
    return found


def rubric_questions(scenario: AssistantScenario, user: User) -> Rows:
    hidden = {} if user.is_instructor else {"question": ""}
    return [{**row, **hidden} for row in _QUESTIONS.rows(scenario.pk)]


def categories(user: User) -> Rows:
    found = SHARED_CATEGORY.of_rows(_CATEGORIES.rows())
    for category in found:
        _hide(category["subcategories"], user)
    return found


def subcategories(user: User, category: Category) -> Rows:
    """The criteria of one category."""
    return _hide(_CRITERIA.rows(category.pk), user)


def activities(user: User) -> Rows:
    found = _ACTIVITIES.rows()
    categories = categories_of([row["id"] for row in found])
    return [
        {
            "id": row["id"],
            "pre_brief": row["pre_brief"] if row["enabled"] or user.is_instructor else "",
            "character_id": row["character_id"],
            "categories": categories[row["id"]],
        }
        for row in found
    ]


def _hide(criteria: Rows, user: User) -> Rows:
    if not user.is_instructor:
        for row in criteria:
            row["marking_instructions"] = ""
    return criteria
