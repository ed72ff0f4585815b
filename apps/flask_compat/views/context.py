"""A preview of the instructions that the model gets for a scenario, for instructors."""

from rest_framework.request import Request
from rest_framework.response import Response

from apps.flask_compat.lookups import find_activity, find_scenario, reconcile
from apps.flask_compat.values import is_blank, whole_number
from apps.flask_compat.views.base import OldView
from apps.llm import client
from apps.roleplay.prompt import ContextBuilder
from apps.users.permissions import IsInstructor


class Preview(OldView):
    permission_classes = (IsInstructor,)

    def get(self, request: Request) -> Response:
        asked = {name: request.query_params.get(name) for name in ("activity_id", "scenario_id")}
        # Ids that do not exist are treated like missing ones.
        _, scenario = reconcile(find_activity(asked), find_scenario(asked))
        content, ledger = scenario.content() if scenario else {}, client.takes_schema("patient")
        context = ContextBuilder(content, ledger=ledger).build_full_context()
        ids = {name: None if is_blank(value) else whole_number(value, name) for name, value in asked.items()}
        return Response({**ids, "context": context, "length": len(context)})
