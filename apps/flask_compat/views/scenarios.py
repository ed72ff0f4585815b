from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from apps.assessments.models import RubricQuestion
from apps.core.api.exceptions import Conflict
from apps.flask_compat import projections
from apps.flask_compat.errors import Invalid
from apps.flask_compat.serializers import OldRubricQuestionSerializer, OldScenarioSerializer
from apps.flask_compat.values import is_blank
from apps.flask_compat.views.base import OldView, body_of, get_or_not_found, message_response, validated
from apps.scenarios.models import AssistantScenario
from apps.scenarios.services import delete_all_scenarios
from apps.users.permissions import InstructorWritesOthersRead, IsAdmin, IsInstructor, request_user

REQUIRED = ("scenario_text", "additional_instructions", "communication_preferences")
OPTIONAL = ("role", "enable", "tags", "rubrics")


def content_of(body: dict[str, Any]) -> dict[str, Any]:
    """The scenario's fields in the body. Optional keys with null count as left out; Invalid without a required one."""
    for name in REQUIRED:
        if name not in body:
            raise Invalid(f"{name} is required")
    given = {name: body[name] for name in OPTIONAL if body.get(name) is not None}
    return {name: body[name] for name in REQUIRED} | given


class Scenarios(OldView):
    permission_classes = (InstructorWritesOthersRead,)

    def get(self, request: Request) -> Response:
        return Response(projections.scenarios(request_user(request)))

    def post(self, request: Request) -> Response:
        scenario = validated(OldScenarioSerializer(data=content_of(body_of(request)))).save()
        return message_response("Created", 201, id=scenario.pk)


class OneScenario(OldView):
    permission_classes = (IsInstructor,)

    def put(self, request: Request, pk: str) -> Response:
        """409 for a row with blanked values, as students get it: saving them would erase the hidden ones."""
        scenario = get_or_not_found(AssistantScenario.objects.all(), pk, "Not found")
        body = body_of(request)
        content = content_of(body)
        if scenario.openid and "openid" in body and is_blank(body["openid"]):
            raise Conflict("This scenario was read without its hidden parts; sign in again and reload it first.")
        validated(OldScenarioSerializer(scenario, data=content)).save()
        return message_response("Updated")

    def delete(self, request: Request, pk: str) -> Response:
        get_or_not_found(AssistantScenario.objects.all(), pk, "Not found").delete()
        return message_response("Deleted")


class Enable(OldView):
    permission_classes = (IsInstructor,)
    enable = True

    def put(self, request: Request, pk: str) -> Response:
        scenario = get_or_not_found(AssistantScenario.objects.all(), pk, "Not found")
        validated(OldScenarioSerializer(scenario, data={"enable": self.enable}, partial=True)).save()
        return message_response("Enabled" if self.enable else "Disabled")


class Disable(Enable):
    enable = False


class DeleteAll(OldView):
    permission_classes = (IsAdmin,)

    def delete(self, request: Request) -> Response:
        delete_all_scenarios()
        return message_response("All data deleted")


def question_of(request: Request) -> dict[str, Any]:
    question = body_of(request).get("question")
    if is_blank(question):
        raise Invalid("Question text is required")
    return {"question": question}


class RubricQuestions(OldView):
    permission_classes = (InstructorWritesOthersRead,)

    def get(self, request: Request, pk: str) -> Response:
        scenario = get_or_not_found(AssistantScenario.objects.all(), pk, "Scenario not found")
        return Response(projections.rubric_questions(scenario, request_user(request)))

    def post(self, request: Request, pk: str) -> Response:
        question = question_of(request)
        scenario = get_or_not_found(AssistantScenario.objects.all(), pk, "Scenario not found")
        validated(OldRubricQuestionSerializer(data={**question, "scenario_id": scenario.pk})).save()
        return message_response("Rubric question added successfully", 201)


class OneRubricQuestion(OldView):
    permission_classes = (IsInstructor,)

    def put(self, request: Request, pk: str) -> Response:
        row = get_or_not_found(RubricQuestion.objects.all(), pk, "Rubric question not found")
        validated(OldRubricQuestionSerializer(row, data=question_of(request), partial=True)).save()
        return message_response("Rubric question updated successfully")

    def delete(self, request: Request, pk: str) -> Response:
        get_or_not_found(RubricQuestion.objects.all(), pk, "Rubric question not found").delete()
        return message_response("Rubric question deleted successfully")
