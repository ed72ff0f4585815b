"""Endpoints that export and import scenarios with their activities."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.activities import examples, transfer
from apps.activities.transfer_serializers import ImportedSerializer, TransferSerializer
from apps.core.api.serializers import HIGHEST_ID
from apps.scenarios.models import AssistantScenario
from apps.users.permissions import IsInstructor


class ScenarioExport(APIView):
    permission_classes = (IsInstructor,)

    @extend_schema(
        responses=TransferSerializer,
        parameters=[
            OpenApiParameter("ids", str, required=True, description="Ids of scenarios, with commas; 100 at most.")
        ],
        examples=examples.EXPORT,
    )
    def get(self, request: Request) -> Response:
        """Scenarios with their activities and rubrics, in the format that the import takes."""
        wanted = _ids(request.query_params.get("ids", ""))
        rows = AssistantScenario.objects.in_bulk(wanted)
        if missing := [str(pk) for pk in wanted if pk not in rows]:
            raise ValidationError({"ids": [f"There is no scenario with the id {missing[0]}."]})
        return Response(transfer.exported(rows[pk] for pk in wanted))


class ScenarioImport(APIView):
    permission_classes = (IsInstructor,)

    @extend_schema(request=TransferSerializer, responses={201: ImportedSerializer}, examples=examples.IMPORT)
    def post(self, request: Request) -> Response:
        """Create all that a file holds as new, disabled scenarios with new activities and categories, or nothing."""
        data = TransferSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        made = transfer.import_file(data.validated_data)
        return Response({"scenario_ids": [scenario.pk for scenario in made]}, status=201)


def _ids(text: str) -> list[int]:
    """The ids in a query parameter, each once."""
    parts = text.split(",")
    ids = [int(part) if part.isascii() and part.isdigit() and len(part) < 11 else 0 for part in parts]
    if len(parts) > transfer.MOST_SCENARIOS or not all(0 < pk <= HIGHEST_ID for pk in ids):
        raise ValidationError({"ids": [f"Name 1 to {transfer.MOST_SCENARIOS} ids with commas, as in 3,7."]})
    return list(dict.fromkeys(ids))
