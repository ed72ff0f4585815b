"""Serializers of usage totals."""

from rest_framework import serializers


class UsageTotalsSerializer(serializers.Serializer):
    """Latencies are in milliseconds and cover answered calls only; null if there were none."""

    calls = serializers.IntegerField()
    failed_calls = serializers.IntegerField()
    input_tokens = serializers.IntegerField()
    cached_tokens = serializers.IntegerField()
    output_tokens = serializers.IntegerField()
    mean_latency_ms = serializers.FloatField(allow_null=True)
    p95_latency_ms = serializers.IntegerField(allow_null=True)


class UsageGroupSerializer(UsageTotalsSerializer):
    value = serializers.CharField(help_text="The value that these calls share.")


class UsageReportSerializer(UsageTotalsSerializer):
    """Totals in all, and by model, outcome, purpose and day (UTC).

    The purpose is `turn` or `marking`, and `preview` for both of these in previews.
    """

    by_model = UsageGroupSerializer(many=True)
    by_outcome = UsageGroupSerializer(many=True)
    by_purpose = UsageGroupSerializer(many=True)
    by_day = UsageGroupSerializer(many=True)
