"""A student's own progress."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.openai_integration.marking.progress import progress_of
from apps.openai_integration.serializers.progress import ProgressSerializer
from apps.openai_integration.views import examples
from apps.users.permissions import request_user


class ProgressView(APIView):
    @extend_schema(responses=ProgressSerializer, examples=examples.PROGRESS)
    def get(self, request: Request) -> Response:
        """The caller's own marks by category, over time."""
        return Response(ProgressSerializer({"categories": progress_of(request_user(request))}).data)
