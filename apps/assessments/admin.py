"""Admin pages of the rubric: categories with their criteria, and a scenario's questions on the scenario's page."""

from django.contrib import admin
from django.db import models
from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, QueryDict
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from apps.assessments.forms import WIDE, CategoryForm, CriterionForm, CriterionRows
from apps.assessments.models import Category, RubricChange, RubricQuestion, SubCategory
from apps.assessments.previews import CategoryPreview
from apps.core.admin import RowsInline, TextAsTyped
from apps.core.history.admin import ChangeAdmin, RecordedAdmin
from apps.core.previews import PreviewedAdmin
from apps.scenarios.admin import ScenarioAdmin


class CriterionInline(RowsInline):
    model = SubCategory
    form = CriterionForm
    formset = CriterionRows
    formfield_overrides = {
        **RowsInline.formfield_overrides,
        models.CharField: {
            "form_class": TextAsTyped,
            "widget": UnfoldAdminTextInputWidget(attrs={"style": WIDE}),
        },
    }
    fields = ("position", "name", "marking_instructions", "lowest_score", "highest_score", "levels")
    ordering = ("position", "id")
    show_change_link = True  # examples stand on the criterion's own page
    extra = 1


@admin.register(Category)
class CategoryAdmin(PreviewedAdmin, RecordedAdmin):
    form = CategoryForm
    preview_template = "admin/assessments/category_preview.html"
    list_display = (
        "name",
        "pass_mark",
        "highest_total",
        "criterion_count",
        "activity_count",
        "updated_at",
    )
    search_fields = ("name", "subcategories__name")
    picker_names = ("name",)
    ordering = ("id",)  # the counts' GROUP BY drops the model's ordering
    fields = ("name", "total_required_to_pass", "out_of_reach")
    inlines = [CriterionInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        highest = SubCategory.objects.filter(category=OuterRef("pk")).order_by().values("category")
        return (
            super()
            .get_queryset(request)
            .annotate(
                criteria=Count("subcategories", distinct=True),
                activities_in_use=Count("activities", distinct=True),
                highest_sum=Coalesce(Subquery(highest.annotate(sum=Sum("highest_score")).values("sum")), 0),
            )
        )

    @display(description="Pass mark", ordering="total_required_to_pass")
    def pass_mark(self, category: Category) -> int:
        return category.total_required_to_pass

    @display(description="Criteria", ordering="criteria")
    def criterion_count(self, category: Category) -> int:
        return category.criteria  # type: ignore[attr-defined]

    @display(description="Highest possible marks", ordering="highest_sum")
    def highest_total(self, category: Category) -> int:
        return category.highest_sum  # type: ignore[attr-defined]

    @display(description="Exercises", ordering="activities_in_use")
    def activity_count(self, category: Category) -> int:
        return category.activities_in_use  # type: ignore[attr-defined]

    def preview_of(self, form: QueryDict) -> dict[str, CategoryPreview]:
        return {"category": CategoryPreview.typed(form)}


@admin.register(SubCategory)
class SubCategoryAdmin(RecordedAdmin):
    form = CriterionForm
    list_display = ("name", "category", "lowest_score", "highest_score", "scope", "updated_at")
    list_filter = ("category", "scope")
    search_fields = ("name", "marking_instructions", "category__name")
    list_select_related = ("category",)
    autocomplete_fields = ("category",)
    fields = (
        "category",
        "position",
        "name",
        "marking_instructions",
        ("lowest_score", "highest_score"),
        "levels",
        "anchors",
        "scope",
    )


@admin.register(RubricQuestion)
class RubricQuestionAdmin(RecordedAdmin):
    list_display = ("__str__", "scenario", "updated_at")
    search_fields = ("question", "scenario__scenario_text")
    list_select_related = ("scenario",)
    autocomplete_fields = ("scenario",)
    fields = ("scenario", "question")


@admin.register(RubricChange)
class RubricChangeAdmin(ChangeAdmin):
    pass


class QuestionInline(RowsInline):
    model = RubricQuestion
    fields = ("question",)
    extra = 1


# Added here because apps.scenarios must not import this app.
ScenarioAdmin.inlines = [*ScenarioAdmin.inlines, QuestionInline]
