"""The lists of teaching content in the old format, by id.

Students get the same rows and keys, with what is hidden from them blanked in its own type: whoever they call
themselves, and whatever v2 leaves out. Each list costs the same number of queries however long it is.
"""

from django.db.models import F

from apps.activities.models import Activity, ActivityCategory
from apps.assessments.models import Category, RubricQuestion, SubCategory
from apps.rows import Rows, grouped
from apps.scenarios.models import AssistantScenario, Tag
from apps.users.models import User

SCENARIO = ("id", "scenario_text", "additional_instructions", "enable", "role", "openid", "communication_preferences")
HIDDEN_OF_SCENARIO = {"additional_instructions": "", "openid": "", "communication_preferences": "", "rubrics": []}
# Students do not meet a disabled patient in v2 at all.
HIDDEN_OF_DISABLED = {**HIDDEN_OF_SCENARIO, "scenario_text": "", "tags": []}


def scenarios(user: User) -> Rows:
    tags = grouped(Tag.objects.order_by("id").values_list("scenario_id", "tag"))
    questions = grouped(RubricQuestion.objects.order_by("id").values_list("scenario_id", "question"))
    found: Rows = [
        {**row, "tags": tags[row["id"]], "rubrics": questions[row["id"]]}
        for row in AssistantScenario.objects.order_by("id").values(*SCENARIO)
    ]
    if not user.is_instructor:
        for row in found:
            row.update(HIDDEN_OF_SCENARIO if row["enable"] else HIDDEN_OF_DISABLED)
    return found


def rubric_questions(scenario: AssistantScenario, user: User) -> Rows:
    hidden = {} if user.is_instructor else {"question": ""}
    rows = RubricQuestion.objects.filter(scenario=scenario).order_by("id").values("id", "question")
    return [{**row, **hidden} for row in rows]


def categories(user: User) -> Rows:
    criteria = grouped((row["category_id"], row) for row in subcategories(user))
    rows = Category.objects.order_by("id").values("id", "name", "total_required_to_pass")
    return [{**row, "subcategories": criteria[row["id"]]} for row in rows]


def subcategories(user: User, *, category: Category | None = None) -> Rows:
    """The criteria of one category, or of all."""
    hidden = {} if user.is_instructor else {"marking_instructions": ""}
    rows = SubCategory.objects.filter(category=category) if category else SubCategory.objects.all()
    columns = ("id", "name", "marking_instructions", "category_id")
    return [{**row, **hidden} for row in rows.order_by("id").values(*columns)]


def activities(user: User) -> Rows:
    links = grouped(ActivityCategory.objects.order_by("category_id").values_list("activity_id", "category_id"))
    rows = Activity.objects.order_by("id").values("id", "pre_brief", "character_id", enabled=F("character__enable"))
    return [
        {
            "id": row["id"],
            "pre_brief": row["pre_brief"] if row["enabled"] or user.is_instructor else "",
            "character_id": row["character_id"],
            "categories": links[row["id"]],
        }
        for row in rows
    ]
