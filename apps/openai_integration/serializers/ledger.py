"""Serializers of the facts ledger."""

from rest_framework import serializers

from apps.openai_integration.models import ToldFact
from apps.openai_integration.serializers.runs import ACTIONS, WHAT_ACTIONS_MEAN


class ToldFactSerializer(serializers.ModelSerializer):
    """A fact that one of the patient's messages told."""

    message_id = serializers.IntegerField(read_only=True)

    class Meta:
        model = ToldFact
        fields = ("message_id", "number", "topics", "text", "locked", "asked", "judge")
        read_only_fields = fields


class HeldFactSerializer(serializers.Serializer):
    """A fact of a scenario, by its number there."""

    number = serializers.IntegerField()
    topics = serializers.CharField()
    text = serializers.CharField()


class HeldBackSerializer(serializers.Serializer):
    """A reply that was turned away, with the rule that it broke and the facts that this concerns."""

    run_id = serializers.UUIDField()
    user_message_id = serializers.IntegerField()
    attempt = serializers.IntegerField()
    rule = serializers.CharField()
    action = serializers.ChoiceField(ACTIONS, help_text=WHAT_ACTIONS_MEAN)
    facts = HeldFactSerializer(many=True)


class LedgerSerializer(serializers.Serializer):
    """The facts ledger of a thread."""

    told = ToldFactSerializer(many=True)
    still_locked = HeldFactSerializer(many=True, help_text="Locked facts of the patient as last played, not yet told.")
    held_back = HeldBackSerializer(many=True)
