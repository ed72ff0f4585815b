"""What the patient is sent, for its authors to read."""

from rest_framework.request import Request
from rest_framework.response import Response

from apps.flask_compat.patients import activity_named, matched, scenario_named
from apps.flask_compat.values import is_blank, whole_number
from apps.flask_compat.views.base import OldView
from apps.openai_integration.conversation.prompt import ContextBuilder
from apps.users.permissions import IsInstructor


class Preview(OldView):
    permission_classes = (IsInstructor,)

    def get(self, request: Request) -> Response:
        asked = {name: request.query_params.get(name) for name in ("activity_id", "scenario_id")}
        # What is not there is left out, as what is not named.
        activity, scenario = matched(activity_named(asked), scenario_named(asked))
        content, pre_brief = scenario.content() if scenario else {}, activity.pre_brief if activity else ""
        context = ContextBuilder(content, pre_brief).build_full_context()
        ids = {name: None if is_blank(value) else whole_number(value, name) for name, value in asked.items()}
        return Response({**ids, "context": context, "length": len(context)})
