import factory

from apps.scenarios.models import AssistantScenario, Tag


class AssistantScenarioFactory(factory.django.DjangoModelFactory):
    """An enabled scenario with an open fact, a locked fact and a diagnosis."""

    class Meta:
        model = AssistantScenario

    scenario_text = factory.Sequence(lambda n: f"Jane Doe {n}, 34, a teacher, comes because of a headache.")
    additional_instructions = (
        "Opening: I've had this headache for three days.\n"
        "- where, site: It's all on the left side.\n"
        "- [locked] pregnant, pregnancy: I think I might be pregnant.\n"
        "Diagnosis: migraine"
    )
    role = "Adult Woman"
    communication_preferences = "Short sentences; a little anxious."


class TagFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Tag

    tag = factory.Sequence(lambda n: f"topic {n}")
    scenario = factory.SubFactory(AssistantScenarioFactory)
