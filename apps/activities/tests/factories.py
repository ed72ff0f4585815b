from collections.abc import Iterable

import factory

from apps.activities.models import Activity
from apps.assessments.models import Category
from apps.scenarios.tests.factories import AssistantScenarioFactory


class ActivityFactory(factory.django.DjangoModelFactory):
    """An activity with an enabled scenario, and no categories unless `categories=[...]` is given."""

    class Meta:
        model = Activity
        skip_postgeneration_save = True

    pre_brief = factory.Sequence(lambda n: f"You are in general practice, case {n}. Take a history in ten minutes.")
    character = factory.SubFactory(AssistantScenarioFactory)

    @factory.post_generation
    def categories(activity: Activity, create: bool, extracted: Iterable[Category] | None, **kwargs: object) -> None:
        if create and extracted:
            activity.set_categories(extracted)
