"""Admin pages of categories, criteria and rubric questions."""

import pytest
from django.test import Client

from apps.assessments.models import Category, RubricQuestion, SubCategory
from apps.assessments.tests.factories import CategoryFactory, RubricQuestionFactory, SubCategoryFactory
from apps.scenarios.tests.factories import AssistantScenarioFactory
from apps.users.models import User
from tests.admin_forms import errors_of, submit

pytestmark = pytest.mark.django_db
LIST = "/admin/assessments/category/"
CATEGORY = {
    "name": "Opening",
    "total_required_to_pass": "1",
    "subcategories-0-name": "Greets",
    "subcategories-0-marking_instructions": "0: no.\r\n2: by name.",
}


@pytest.fixture
def teacher(client: Client, instructor: User) -> Client:
    client.force_login(instructor)
    return client


def page_of(category: Category) -> str:
    return f"{LIST}{category.pk}/change/"


def test_a_category_is_made_with_its_criteria(teacher: Client) -> None:
    submit(teacher, f"{LIST}add/", **CATEGORY)
    category = Category.objects.get()
    assert (category.name, category.total_required_to_pass) == ("Opening", 1)
    criterion = category.subcategories.get()
    assert (criterion.name, criterion.marking_instructions) == ("Greets", "0: no.\n2: by name.")


def test_criteria_are_edited_and_deleted_on_the_categorys_page(teacher: Client) -> None:
    category = CategoryFactory()
    first, second = SubCategoryFactory.create_batch(2, category=category)
    changes = {"subcategories-0-name": "Says who they are", "subcategories-1-DELETE": "on"}
    submit(teacher, page_of(category), **changes)
    first.refresh_from_db()
    assert first.name == "Says who they are"
    assert not SubCategory.objects.filter(pk=second.pk).exists()


def test_a_pass_mark_below_zero_is_refused(teacher: Client) -> None:
    answer = submit(teacher, f"{LIST}add/", **{**CATEGORY, "total_required_to_pass": "-1"})
    assert "greater than or equal to 0" in errors_of(answer)
    assert not Category.objects.exists()


def test_an_old_pass_mark_below_zero_stays_while_the_rest_is_edited(teacher: Client) -> None:
    category = CategoryFactory(name=" Old ", total_required_to_pass=-3)
    answer = submit(teacher, page_of(category), name="Renamed ")
    assert answer.redirect_chain, errors_of(answer)
    category.refresh_from_db()
    assert (category.name, category.total_required_to_pass) == ("Renamed ", -3)


def test_an_old_row_without_a_name_is_saved_as_it_was(teacher: Client) -> None:
    category = CategoryFactory(name="")
    SubCategoryFactory(category=category, name=" ", marking_instructions="")
    submit(teacher, page_of(category), total_required_to_pass="2")
    category.refresh_from_db()
    assert (category.name, category.total_required_to_pass) == ("", 2)
    assert category.subcategories.values_list("name", "marking_instructions").get() == (" ", "")


@pytest.mark.parametrize(("required", "warned"), [("2", False), ("3", True)])
def test_a_category_that_nobody_can_pass_is_saved_with_a_warning(teacher: Client, required: str, warned: bool) -> None:
    answer = submit(teacher, f"{LIST}add/", **{**CATEGORY, "total_required_to_pass": required})
    assert Category.objects.get().total_required_to_pass == int(required)
    assert ("Nobody can pass this category" in answer.content.decode()) == warned


def test_questions_are_edited_on_the_scenarios_page(teacher: Client) -> None:
    scenario = AssistantScenarioFactory()
    kept = RubricQuestionFactory(scenario=scenario)
    url = f"/admin/scenarios/assistantscenario/{scenario.pk}/change/"
    submit(teacher, url, **{"rubric_questions-1-question": "Did the student summarise?"})
    assert [one.question for one in scenario.rubric_questions.all()] == [kept.question, "Did the student summarise?"]


def test_a_question_and_a_criterion_have_pages_of_their_own(teacher: Client) -> None:
    question, criterion = RubricQuestionFactory(), SubCategoryFactory()
    submit(teacher, f"/admin/assessments/rubricquestion/{question.pk}/change/", question="Another?")
    submit(teacher, f"/admin/assessments/subcategory/{criterion.pk}/change/", name="Another")
    assert RubricQuestion.objects.get().question == "Another?"
    assert SubCategory.objects.get().name == "Another"


def test_a_category_is_found_by_its_criteria(teacher: Client) -> None:
    SubCategoryFactory.create_batch(2, category=CategoryFactory(name="Opening"), name="Asks for consent")
    CategoryFactory(name="Closing")
    found = teacher.get(LIST, {"q": "consent"}).context["cl"].result_list
    assert [(one.name, one.criteria) for one in found] == [("Opening", 2)]
