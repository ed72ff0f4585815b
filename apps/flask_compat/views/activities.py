from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from apps.activities.models import Activity
from apps.assessments.models import Category
from apps.flask_compat import projections
from apps.flask_compat.errors import Invalid
from apps.flask_compat.serializers import OldActivitySerializer
from apps.flask_compat.values import is_blank, whole_number
from apps.flask_compat.views.base import OldView, body_of, get_or_not_found, message_response, row_to_save, validated
from apps.scenarios.models import AssistantScenario
from apps.users.permissions import InstructorWritesOthersRead, IsInstructor, request_user


def existing_category_ids(given: Any) -> list[int]:
    """The ids of existing categories in the list; other ids are dropped. Invalid if it is not a list of ids."""
    if not isinstance(given, list):
        raise Invalid("categories must be a list of ids")
    wanted = {whole_number(pk, "categories") for pk in given}
    return list(Category.objects.filter(pk__in=wanted).order_by("id").values_list("id", flat=True))


class Activities(OldView):
    permission_classes = (InstructorWritesOthersRead,)

    def get(self, request: Request) -> Response:
        return Response(projections.activities(request_user(request)))

    def post(self, request: Request) -> Response:
        body = body_of(request)
        pre_brief, character_id = body.get("pre_brief"), body.get("character_id")
        if is_blank(pre_brief) or is_blank(character_id):
            raise Invalid("pre_brief and character_id are required")
        character_id = whole_number(character_id, "character_id")
        character = get_or_not_found(AssistantScenario.objects.all(), character_id, "Character not found")
        row = row_to_save(body, Activity.objects.all(), "Activity not found")
        data = {"pre_brief": pre_brief, "character_id": character.pk}
        if body.get("categories") is not None:
            data["categories"] = existing_category_ids(body["categories"])
        saved = validated(OldActivitySerializer(row, data=data)).save()
        return message_response("Activity saved", id=saved.pk)


class OneActivity(OldView):
    permission_classes = (IsInstructor,)

    def delete(self, request: Request, pk: str) -> Response:
        get_or_not_found(Activity.objects.all(), pk, "Activity not found").delete()
        return message_response("Activity deleted successfully")
