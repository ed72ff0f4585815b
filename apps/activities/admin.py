"""Admin page of activities: a brief, a scenario, and a picker for the categories to mark by."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from unfold.decorators import display
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from apps.activities.models import Activity, ActivityChange
from apps.activities.transfer_admin import ImportPage, export_chosen
from apps.assessments.models import Category
from apps.assessments.previews import previews_of
from apps.core.admin import StoredRowForm
from apps.core.history.admin import ChangeAdmin
from apps.core.places import MAX_PLACE, last_place
from apps.core.previews import PreviewedAdmin, typed_number
from apps.scenarios.admin import OpenFilter, ScenarioAdmin
from apps.scenarios.models import AssistantScenario


class ActivityForm(StoredRowForm):
    """Adds a field for the categories: Django offers none for a link table with a composite key."""

    marked_by = forms.ModelMultipleChoiceField(
        queryset=Category.objects.all(),
        required=False,
        label="Rubrics",
        help_text="The conversation is marked by these. Without any, the patient's questions are used.",
        widget=forms.CheckboxSelectMultiple(),
    )

    position = forms.IntegerField(
        label=Activity.words["position"],
        required=False,
        min_value=0,
        max_value=MAX_PLACE,
        widget=UnfoldAdminIntegerFieldWidget(attrs={"placeholder": "last"}),
        help_text="Its place in the list; empty is the last. Those with one number stay in the order of making.",
    )

    class Meta:
        labels = Activity.words
        help_texts = {
            "character": "Students can begin as soon as the exercise is saved. To prepare it unseen, take a patient "
            "who is not open to students.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            self.initial["position"] = None
        else:
            self.initial["marked_by"] = list(self.instance.categories.all())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("position") is None and "position" not in self.errors:
            cleaned["position"] = last_place(Activity.objects.exclude(pk=self.instance.pk))
        return cleaned

    def stored_values(self, row: Any) -> dict[str, Any]:
        categories = sorted(row.categories.order_by().values_list("pk", flat=True))
        return {**super().stored_values(row), "marked_by": categories}


@admin.register(Activity)
class ActivityAdmin(PreviewedAdmin, ImportPage):
    form = ActivityForm
    preview_template = "admin/activities/activity_preview.html"
    ordering = ("position", "id")
    list_display = ("name", "place", "patient", "category_names", "open_to_students", "updated_at")
    list_filter = (("character__enable", OpenFilter), "categories")
    search_fields = ("title", "pre_brief", "character__scenario_text", "categories__name")
    list_select_related = ("character",)
    autocomplete_fields = ("character",)
    fields = ("title", "position", "time_limit_minutes", "pre_brief", "character", "marked_by")

    class Media:
        css = {"all": ("activities/admin/picker.css",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Activity]:
        return super().get_queryset(request).prefetch_related("categories")

    def preview_of(self, form: QueryDict) -> dict[str, Any]:
        patient = AssistantScenario.objects.filter(pk=typed_number(form.get("character"))).first()
        return {
            "activity": Activity(
                title=(form.get("title") or "").strip(),
                pre_brief=form.get("pre_brief") or "",
                time_limit_minutes=typed_number(form.get("time_limit_minutes")) or None,
            ),
            "patient": {**patient.shown, "content_warning": patient.content_warning} if patient else None,
            "patient_is_open": bool(patient and patient.enable),
            "categories": previews_of(form.getlist("marked_by")),
        }

    @display(description="Exercise", ordering="pre_brief")
    def name(self, activity: Activity) -> str:
        return activity.shown_title or "(no brief)"

    @display(description="Place", ordering="position")
    def place(self, activity: Activity) -> int:
        return activity.position

    @display(description="Patient", ordering="character")
    def patient(self, activity: Activity) -> str:
        return str(activity.character)

    @display(description="Rubrics")
    def category_names(self, activity: Activity) -> str:
        return ", ".join(category.name for category in activity.categories.all())

    @display(description="Open to students", boolean=True, ordering="character__enable")
    def open_to_students(self, activity: Activity) -> bool:
        return activity.character.enable

    def save_model(self, request: HttpRequest, obj: Activity, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not obj.character.enable:
            self.message_user(
                request,
                f"Students do not see this exercise yet: {obj.character} is not open to students.",
                messages.WARNING,
            )

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        form.instance.set_categories(form.cleaned_data["marked_by"])
        if not form.cleaned_data["marked_by"] and not form.instance.character.rubric_questions.exists():
            self.message_user(
                request,
                "Nothing can be marked yet: no rubric is ticked, and the patient has no questions of its own.",
                messages.WARNING,
            )


@admin.register(ActivityChange)
class ActivityChangeAdmin(ChangeAdmin):
    pass


# Added here because apps.scenarios must not import this app.
ScenarioAdmin.actions = (*ScenarioAdmin.actions, export_chosen)  # type: ignore[assignment]
ScenarioAdmin.list_before_template = "admin/activities/import_link.html"
