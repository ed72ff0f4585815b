from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from apps.assessments.models import Category, SubCategory
from apps.flask_compat import projections
from apps.flask_compat.errors import Invalid
from apps.flask_compat.serializers import OldCategorySerializer, OldSubCategorySerializer
from apps.flask_compat.values import is_blank, whole_number
from apps.flask_compat.views.base import OldView, body_of, checked, find, message, row_to_save
from apps.users.permissions import InstructorWritesOthersRead, IsInstructor, request_user


def given(body: dict[str, Any], *names: str, missing: str) -> dict[str, Any]:
    """These fields of the body; Invalid with that message where one is left out or empty."""
    if any(is_blank(body.get(name)) for name in names):
        raise Invalid(missing)
    return {name: body[name] for name in names}


class Categories(OldView):
    permission_classes = (InstructorWritesOthersRead,)

    def get(self, request: Request) -> Response:
        return Response(projections.categories(request_user(request)))

    def post(self, request: Request) -> Response:
        body = body_of(request)
        data = given(body, "name", "total_required_to_pass", missing="Missing name or total_required_to_pass")
        data["total_required_to_pass"] = whole_number(data["total_required_to_pass"], "total_required_to_pass")
        row = row_to_save(body, Category.objects.all(), "Category not found")
        saved = checked(OldCategorySerializer(row, data=data)).save()
        return message("Category saved", id=saved.pk)


class OneCategory(OldView):
    permission_classes = (IsInstructor,)

    def delete(self, request: Request, pk: str) -> Response:
        find(Category.objects.all(), pk, "Category not found").delete()
        return message("Category deleted")


class CategoryRubrics(OldView):
    def get(self, request: Request, pk: str) -> Response:
        category = find(Category.objects.all(), pk, "Category not found")
        return Response(projections.subcategories(request_user(request), category))


class Rubrics(OldView):
    permission_classes = (IsInstructor,)

    def post(self, request: Request) -> Response:
        body = body_of(request)
        data = given(body, "name", "marking_instructions", "category_id", missing="Missing fields")
        category_id = whole_number(data["category_id"], "category_id")
        category = find(Category.objects.all(), category_id, "Category not found")
        row = row_to_save(body, SubCategory.objects.all(), "Rubric not found")
        saved = checked(OldSubCategorySerializer(row, data={**data, "category_id": category.pk})).save()
        return message("Rubric saved", id=saved.pk)


class OneRubric(OldView):
    permission_classes = (IsInstructor,)

    def delete(self, request: Request, pk: str) -> Response:
        find(SubCategory.objects.all(), pk, "Rubric not found").delete()
        return message("Rubric deleted")
