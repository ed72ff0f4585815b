from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view

from apps.assessments import examples, projections
from apps.assessments.models import Category, RubricQuestion, SubCategory
from apps.assessments.serializers import (
    CategorySerializer,
    PublicCategorySerializer,
    PublicSubCategorySerializer,
    RubricQuestionSerializer,
    SubCategorySerializer,
)
from apps.core.api.filters import IdFilter
from apps.core.api.viewsets import ByReader
from apps.users.permissions import IsInstructor
from apps.users.viewsets import RoleAwareModelViewSet


@extend_schema_view(
    list=extend_schema(
        responses=ByReader(CategorySerializer, PublicCategorySerializer, many=True), examples=examples.CATEGORIES
    ),
    create=extend_schema(examples=examples.CREATE_CATEGORY),
    retrieve=extend_schema(
        responses=ByReader(CategorySerializer, PublicCategorySerializer), examples=examples.CATEGORIES
    ),
    update=extend_schema(examples=examples.UPDATE_CATEGORY),
    partial_update=extend_schema(examples=examples.PARTIAL_UPDATE_CATEGORY),
)
class CategoryViewSet(RoleAwareModelViewSet):
    """Categories: groups of criteria with a pass mark. Write criteria with their category or under subcategories/."""

    queryset = Category.objects.all()
    projection, public_projection = projections.CATEGORY, projections.PUBLIC_CATEGORY
    serializer_class = CategorySerializer
    public_serializer_class = PublicCategorySerializer
    filterset_fields = ("total_required_to_pass",)
    search_fields = ("name", "subcategories__name")
    ordering_fields = ("id", "name", "total_required_to_pass")


class SubCategoryFilter(filters.FilterSet):
    category_id = IdFilter()


@extend_schema_view(
    list=extend_schema(
        responses=ByReader(SubCategorySerializer, PublicSubCategorySerializer, many=True), examples=examples.CRITERIA
    ),
    create=extend_schema(examples=examples.CREATE_CRITERION),
    retrieve=extend_schema(
        responses=ByReader(SubCategorySerializer, PublicSubCategorySerializer), examples=examples.CRITERIA
    ),
    update=extend_schema(examples=examples.UPDATE_CRITERION),
    partial_update=extend_schema(examples=examples.PARTIAL_UPDATE_CRITERION),
)
class SubCategoryViewSet(RoleAwareModelViewSet):
    """Criteria. Students see neither the marking instructions nor texts of single scores."""

    queryset = SubCategory.objects.order_by("id")
    projection, public_projection = projections.CRITERION, projections.PUBLIC_CRITERION
    serializer_class = SubCategorySerializer
    public_serializer_class = PublicSubCategorySerializer
    filterset_class = SubCategoryFilter
    search_fields = ("name",)
    ordering_fields = ("id", "name", "category_id", "position")


class RubricQuestionFilter(filters.FilterSet):
    scenario_id = IdFilter()


@extend_schema_view(
    list=extend_schema(examples=examples.QUESTIONS),
    create=extend_schema(examples=examples.CREATE_QUESTION),
    retrieve=extend_schema(examples=examples.QUESTIONS),
    update=extend_schema(examples=examples.UPDATE_QUESTION),
    partial_update=extend_schema(examples=examples.PARTIAL_UPDATE_QUESTION),
)
class RubricQuestionViewSet(RoleAwareModelViewSet):
    """Rubric questions: plain questions about conversations on one scenario. For instructors only."""

    queryset = RubricQuestion.objects.all()
    projection = public_projection = projections.QUESTION
    serializer_class = public_serializer_class = RubricQuestionSerializer
    permission_classes = (IsInstructor,)
    filterset_class = RubricQuestionFilter
    search_fields = ("question",)
    ordering_fields = ("id", "question", "scenario_id")
