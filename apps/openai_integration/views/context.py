"""The prompt of an activity's patient, for its authors to read."""

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.activities.models import Activity
from apps.llm import client
from apps.openai_integration.views import examples
from apps.roleplay.prompt import ContextBuilder
from apps.users.permissions import IsInstructor


class ActivityContextView(APIView):
    permission_classes = [IsInstructor]

    @extend_schema(
        responses=inline_serializer(
            "ActivityContext",
            {
                "activity_id": serializers.IntegerField(),
                "scenario_id": serializers.IntegerField(),
                "context": serializers.CharField(),
                "length": serializers.IntegerField(help_text="In characters."),
            },
        ),
        examples=examples.CONTEXT,
    )
    def get(self, request: Request, pk: int) -> Response:
        activity = get_object_or_404(Activity.objects.select_related("character"), pk=pk)
        context = ContextBuilder(
            activity.character.content(), ledger=client.takes_schema("patient")
        ).build_full_context()
        return Response(
            {
                "activity_id": activity.pk,
                "scenario_id": activity.character_id,
                "context": context,
                "length": len(context),
            }
        )
