from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.viewsets import ModelViewSet

from apps.assessments.models import Category, RubricQuestion, SubCategory
from apps.assessments.serializers import (
    CategorySerializer,
    PublicCategorySerializer,
    PublicSubCategorySerializer,
    RubricQuestionSerializer,
    SubCategorySerializer,
)
from apps.users.permissions import IsInstructor
from apps.users.viewsets import ByReader, TeachingViewSet
from config.api.filters import IdFilter


@extend_schema_view(
    list=extend_schema(responses=ByReader(CategorySerializer, PublicCategorySerializer, many=True)),
    retrieve=extend_schema(responses=ByReader(CategorySerializer, PublicCategorySerializer)),
)
class CategoryViewSet(TeachingViewSet):
    """Groups of criteria with a pass mark each; their criteria are written under subcategories/."""

    queryset = Category.objects.prefetch_related("subcategories")
    serializer_class = CategorySerializer
    public_serializer_class = PublicCategorySerializer


class SubCategoryFilter(filters.FilterSet):
    category_id = IdFilter()


@extend_schema_view(
    list=extend_schema(responses=ByReader(SubCategorySerializer, PublicSubCategorySerializer, many=True)),
    retrieve=extend_schema(responses=ByReader(SubCategorySerializer, PublicSubCategorySerializer)),
)
class SubCategoryViewSet(TeachingViewSet):
    """Criteria. Students see their names."""

    queryset = SubCategory.objects.all()
    serializer_class = SubCategorySerializer
    public_serializer_class = PublicSubCategorySerializer
    filterset_class = SubCategoryFilter


class RubricQuestionFilter(filters.FilterSet):
    scenario_id = IdFilter()


class RubricQuestionViewSet(ModelViewSet):
    """Plain questions about a talk with one patient, for instructors."""

    queryset = RubricQuestion.objects.all()
    serializer_class = RubricQuestionSerializer
    permission_classes = (IsInstructor,)
    filterset_class = RubricQuestionFilter
