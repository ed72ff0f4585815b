"""Where students find help, for everyone who is signed in."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.openai_integration.serializers.threads import HelpSerializer
from apps.openai_integration.views import examples
from apps.openai_integration.welfare.help import help_texts


class HelpView(APIView):
    @extend_schema(responses=HelpSerializer, examples=examples.HELP)
    def get(self, request: Request) -> Response:
        """Where to find help, and who learns of a conversation that is suspended because its student may be at risk."""
        return Response(help_texts())
