from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from apps.assessments.models import Category, SubCategory
from apps.flask_compat import projections
from apps.flask_compat.errors import Invalid
from apps.flask_compat.serializers import OldCategorySerializer, OldSubCategorySerializer
from apps.flask_compat.values import is_blank, whole_number
from apps.flask_compat.views.base import OldView, body_of, get_or_not_found, message_response, row_to_save, validated
from apps.users.permissions import InstructorWritesOthersRead, IsInstructor, request_user


def required_fields(body: dict[str, Any], *names: str, missing: str) -> dict[str, Any]:
    """These fields of the body; Invalid with the message `missing` if one is missing or blank."""
    if any(is_blank(body.get(name)) for name in names):
        raise Invalid(missing)
    return {name: body[name] for name in names}


class Categories(OldView):
    permission_classes = (InstructorWritesOthersRead,)

    def get(self, request: Request) -> Response:
        return Response(projections.categories(request_user(request)))

    def post(self, request: Request) -> Response:
        body = body_of(request)
        data = required_fields(body, "name", "total_required_to_pass", missing="Missing name or total_required_to_pass")
        data["total_required_to_pass"] = whole_number(data["total_required_to_pass"], "total_required_to_pass")
        row = row_to_save(body, Category.objects.all(), "Category not found")
        saved = validated(OldCategorySerializer(row, data=data)).save()
        return message_response("Category saved", id=saved.pk)


class OneCategory(OldView):
    permission_classes = (IsInstructor,)

    def delete(self, request: Request, pk: str) -> Response:
        get_or_not_found(Category.objects.all(), pk, "Category not found").delete()
        return message_response("Category deleted")


class CategoryRubrics(OldView):
    def get(self, request: Request, pk: str) -> Response:
        category = get_or_not_found(Category.objects.all(), pk, "Category not found")
        return Response(projections.subcategories(request_user(request), category))


class Rubrics(OldView):
    permission_classes = (IsInstructor,)

    def post(self, request: Request) -> Response:
        body = body_of(request)
        data = required_fields(body, "name", "marking_instructions", "category_id", missing="Missing fields")
        category_id = whole_number(data["category_id"], "category_id")
        category = get_or_not_found(Category.objects.all(), category_id, "Category not found")
        row = row_to_save(body, SubCategory.objects.all(), "Rubric not found")
        saved = validated(OldSubCategorySerializer(row, data={**data, "category_id": category.pk})).save()
        return message_response("Rubric saved", id=saved.pk)


class OneRubric(OldView):
    permission_classes = (IsInstructor,)

    def delete(self, request: Request, pk: str) -> Response:
        get_or_not_found(SubCategory.objects.all(), pk, "Rubric not found").delete()
        return message_response("Rubric deleted")
