"""Colours and sidebar of the admin site, in the words that teachers use."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.text import format_lazy

if TYPE_CHECKING:
    from django.http import HttpRequest


def _may_view(app_label: str, model: str) -> "Callable[[HttpRequest], bool]":
    return lambda request: request.user.has_perm(f"{app_label}.view_{model}")


def _is_contact(request: "HttpRequest") -> bool:
    return bool(getattr(request.user, "is_welfare_contact", False))


def _is_admin(request: "HttpRequest") -> bool:
    return bool(getattr(request.user, "is_admin", False))


def _item(title: str, icon: str, app_label: str, model: str) -> dict[str, Any]:
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app_label}_{model}_changelist"),
        "permission": _may_view(app_label, model),
    }


_MARKS = _item("Marks", "grading", "openai_integration", "evaluation")


def _is_at_marks(request: "HttpRequest") -> bool:
    return request.path.startswith(str(_MARKS["link"]))


def _is_at_queue(request: "HttpRequest") -> bool:
    return _is_at_marks(request) and request.GET.get("needs_review__exact") == "1"


_REVIEWS = format_lazy("{}?needs_review__exact=1", reverse_lazy("admin:openai_integration_evaluation_changelist"))
_FLAGS, _LOOKS = ("openai_integration", "welfareflag"), ("openai_integration", "welfarelook")
BLUE = {
    "50": "oklch(97% .014 254.6)",
    "100": "oklch(93.2% .032 255.6)",
    "200": "oklch(88.2% .059 254.1)",
    "300": "oklch(80.9% .105 251.8)",
    "400": "oklch(70.7% .165 254.6)",
    "500": "oklch(62.3% .214 259.8)",
    "600": "oklch(54.6% .245 262.9)",
    "700": "oklch(48.8% .243 264.4)",
    "800": "oklch(42.4% .199 265.6)",
    "900": "oklch(37.9% .146 265.5)",
    "950": "oklch(28.2% .091 267.9)",
}

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Virtual patient",
    "SITE_HEADER": "Virtual patient",
    "SITE_SYMBOL": "stethoscope",
    "SITE_URL": None,
    "SITE_FAVICONS": [{"rel": "icon", "href": "data:,"}],  # stops browsers from requesting /favicon.ico
    "COLORS": {"primary": BLUE},
    "SHOW_VIEW_ON_SITE": False,
    "LOGIN": {"form": "apps.users.forms.LoginForm"},
    "STYLES": [lambda request: static("dashboard/admin.css")],
    "SCRIPTS": [
        lambda request: static("dashboard/pickers.js"),
        lambda request: static("dashboard/keyboard.js"),
    ],
    "ENVIRONMENT": "apps.dashboard.middleware.zone_label",
    "DASHBOARD_CALLBACK": "apps.dashboard.today.context",
    # Models by their texts are left out: a hit in some other text is rarely what somebody meant.
    "COMMAND": {"search_callback": "apps.dashboard.search.found", "search_models": False, "show_history": False},
    "SIDEBAR": {
        "command_search": True,
        "navigation": [
            {
                "items": [
                    {
                        "title": "Today",
                        "icon": "today",
                        "link": reverse_lazy("admin:index"),
                        "active": lambda request: request.path == "/admin/",
                    },
                    _item("Patients", "personal_injury", "scenarios", "assistantscenario"),
                    _item("Exercises", "assignment", "activities", "activity"),
                    _item("Rubrics", "checklist", "assessments", "category"),
                    _item("Conversations", "forum", "openai_integration", "thread"),
                    {**_MARKS, "active": lambda request: _is_at_marks(request) and not _is_at_queue(request)},
                    {**_MARKS, "title": "To review", "icon": "rule", "link": _REVIEWS, "active": _is_at_queue},
                    _item("Replies called wrong", "report", "openai_integration", "replyreport"),
                    {**_item("Suspended conversations", "volunteer_activism", *_FLAGS), "permission": _is_contact},
                    {**_item("Looks at them", "visibility", *_LOOKS), "permission": _is_contact},
                ],
            },
            {
                "title": "Who changed what",
                "collapsible": True,
                "items": [
                    _item("Changes to patients", "history", "scenarios", "scenariochange"),
                    _item("Changes to exercises", "history", "activities", "activitychange"),
                    _item("Changes to rubrics", "history", "assessments", "rubricchange"),
                ],
            },
            {
                "title": "People",
                "items": [
                    _item("Accounts", "group", "users", "user"),
                    _item("Role decisions", "verified_user", "users", "roleapproval"),
                ],
            },
            {
                "title": "Operations",
                "items": [
                    {**_item("Replies", "sync", "openai_integration", "run"), "permission": _is_admin},
                    _item("Pauses", "pause_circle", "openai_integration", "modelpause"),
                    _item("Usage", "data_usage", "openai_integration", "usage"),
                ],
            },
        ],
    },
}
