import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from apps.assessments.models import Category, RubricQuestion, SubCategory
from apps.assessments.tests.factories import CategoryFactory, RubricQuestionFactory, SubCategoryFactory

pytestmark = pytest.mark.django_db


def test_a_negative_pass_mark_is_refused_and_a_stored_one_is_read():
    with pytest.raises(ValidationError, match="greater than or equal to 0"):
        Category(name="Opening", total_required_to_pass=-1).full_clean()
    assert CategoryFactory(total_required_to_pass=-1).total_required_to_pass == -1


def test_rows_are_displayed_by_name_or_text():
    assert str(CategoryFactory(name="Opening")) == "Opening"
    assert str(SubCategoryFactory(name="Says their name")) == "Says their name"
    assert str(RubricQuestionFactory(question="x" * 100)) == "x" * 80


def test_deleting_a_category_deletes_its_criteria():
    kept, gone = SubCategoryFactory(), SubCategoryFactory()
    gone.category.delete()
    assert list(SubCategory.objects.all()) == [kept]


def test_rows_are_ordered_by_creation():
    for factory, model in (
        (CategoryFactory, Category),
        (SubCategoryFactory, SubCategory),
        (RubricQuestionFactory, RubricQuestion),
    ):
        made = [row.pk for row in factory.create_batch(3)]
        model.objects.filter(pk=made[0]).update(updated_at=None)  # PostgreSQL moves an updated row to the end
        assert [pk for pk in model.objects.values_list("pk", flat=True) if pk in made] == made


def test_a_row_that_flask_inserts_gets_its_time_from_the_database():
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO categories (name, total_required_to_pass) VALUES ('Old', -3)")
    assert Category.objects.get().created_at is not None
