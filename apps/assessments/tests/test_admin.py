"""Admin pages of categories, criteria and rubric questions."""

import pytest
from django.test import Client

from apps.assessments.models import Category, RubricQuestion, SubCategory
from apps.assessments.tests.factories import CategoryFactory, RubricQuestionFactory, SubCategoryFactory
from apps.scenarios.tests.factories import AssistantScenarioFactory
from apps.users.models import User
from tests.admin_forms import errors_of, filled_in, submit

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


def test_a_category_that_nobody_can_pass_is_saved_once_that_is_told(teacher: Client) -> None:
    told = submit(teacher, f"{LIST}add/", **{**CATEGORY, "total_required_to_pass": "3"})
    assert "3 marks are required, and the criteria below give 2 at most" in errors_of(told)
    assert not Category.objects.exists()
    # Another number is told of anew; the same is saved.
    told = teacher.post(f"{LIST}add/", {**filled_in(told), "total_required_to_pass": "4"})
    assert "4 marks are required" in errors_of(told)
    teacher.post(f"{LIST}add/", filled_in(told))
    assert Category.objects.get().total_required_to_pass == 4


def test_what_can_be_reached_counts_neither_deleted_nor_blank_rows(teacher: Client) -> None:
    category = CategoryFactory(total_required_to_pass=2)
    SubCategoryFactory.create_batch(2, category=category, highest_score=1)
    told = submit(teacher, page_of(category), **{"subcategories-1-DELETE": "on", "subcategories-2-highest_score": "9"})
    assert "give 1 at most" in errors_of(told)


def test_a_category_is_shown_as_students_see_it_before_it_is_saved(teacher: Client) -> None:
    form = {**CATEGORY, "name": "<b>Opening", "subcategories-TOTAL_FORMS": "3", "subcategories-0-position": "2"}
    form |= {"subcategories-1-name": "Says why", "subcategories-1-highest_score": "3", "subcategories-1-position": "1"}
    form |= {"subcategories-2-name": "Gone", "subcategories-2-DELETE": "on", "total_required_to_pass": "x"}
    page = teacher.post(f"{LIST}preview/", form).content.decode()
    assert "&lt;b&gt;Opening (pass mark 0 of 5)" in page
    assert page.index("Says why: 0 to 3") < page.index("Greets: 0 to 2")
    assert "0 of 5 marks are required" in page
    assert "Gone" not in page
    assert "by name" not in page
    assert not Category.objects.exists()
    assert teacher.post(f"{LIST}preview/", {"subcategories-TOTAL_FORMS": "9" * 30}).status_code == 200


def test_the_preview_is_for_who_may_write(client: Client, student: User) -> None:
    client.force_login(student)
    assert client.post(f"{LIST}preview/").status_code == 302


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


def test_new_criteria_without_a_place_come_after_those_that_are_sent_with_them(teacher: Client) -> None:
    category = CategoryFactory()
    SubCategoryFactory.create(category=category, name="Was first")
    rows = {"subcategories-TOTAL_FORMS": "3", "subcategories-0-position": "4"}
    for row, (name, place) in enumerate([("Comes last", ""), ("Is second", "2")], start=1):
        rows |= {f"subcategories-{row}-name": name, f"subcategories-{row}-position": place}
        rows |= {f"subcategories-{row}-marking_instructions": "2: does."}
        rows |= {f"subcategories-{row}-lowest_score": "0", f"subcategories-{row}-highest_score": "2"}
    answer = submit(teacher, page_of(category), **rows)
    assert answer.redirect_chain, errors_of(answer)
    names = category.subcategories.values_list("name", "position")
    assert list(names) == [("Is second", 2), ("Was first", 4), ("Comes last", 4)]


def test_a_place_that_is_emptied_is_the_last(teacher: Client) -> None:
    first, second = (SubCategoryFactory.create(position=place) for place in (1, 2))
    second.category = first.category
    second.save()
    submit(teacher, f"/admin/assessments/subcategory/{first.pk}/change/", position="")
    assert list(SubCategory.objects.values_list("pk", "position")) == [(first.pk, 2), (second.pk, 2)]
