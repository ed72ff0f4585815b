from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from apps.activities.models import Activity
from apps.assessments.models import Category
from apps.flask_compat import projections
from apps.flask_compat.errors import Invalid
from apps.flask_compat.serializers import OldActivitySerializer
from apps.flask_compat.values import is_blank, whole_number
from apps.flask_compat.views.base import OldView, body_of, checked, find, message, row_to_save
from apps.scenarios.models import AssistantScenario
from apps.users.permissions import InstructorWritesOthersRead, IsInstructor, request_user


def known_categories(given: Any) -> list[int]:
    """The ids of a list that are those of categories; the others are dropped."""
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
        character = find(AssistantScenario.objects.all(), character_id, "Character not found")
        row = row_to_save(body, Activity.objects.all(), "Activity not found")
        data = {"pre_brief": pre_brief, "character_id": character.pk}
        if body.get("categories") is not None:
            data["categories"] = known_categories(body["categories"])
        saved = checked(OldActivitySerializer(row, data=data)).save()
        return message("Activity saved", id=saved.pk)


class OneActivity(OldView):
    permission_classes = (IsInstructor,)

    def delete(self, request: Request, pk: str) -> Response:
        find(Activity.objects.all(), pk, "Activity not found").delete()
        return message("Activity deleted successfully")
