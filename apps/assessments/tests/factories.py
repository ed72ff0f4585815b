import factory

from apps.assessments.models import Category, RubricQuestion, SubCategory
from apps.scenarios.tests.factories import AssistantScenarioFactory

PLAIN_SCALE = {"lowest_score": 0, "highest_score": 2, "levels": [], "anchors": [], "position": 0, "scope": "turns"}


class CategoryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Category

    name = factory.Sequence(lambda n: f"Gathering information {n}")
    total_required_to_pass = 2


class SubCategoryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SubCategory

    name = factory.Sequence(lambda n: f"Asks about the pain {n}")
    marking_instructions = "0: does not ask. 1: asks where it hurts. 2: also asks when it began."
    category = factory.SubFactory(CategoryFactory)


class RubricQuestionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RubricQuestion

    question = factory.Sequence(lambda n: f"Did the student introduce themselves ({n})?")
    scenario = factory.SubFactory(AssistantScenarioFactory)
