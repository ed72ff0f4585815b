"""The old addresses, each with and without a slash at its end; the rest under /api/ is a 404 in the old format."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, re_path

from apps.flask_compat.views import accounts, activities, context, conversation, grading, rubrics, scenarios

# No id has more digits, and Python refuses to read numbers of thousands of them.
ROW = r"(?P<pk>[0-9]{1,20})"
KEY = r"(?P<pk>[^/]+)"


def route(path: str, view: Callable[..., Any]) -> URLPattern:
    return re_path(rf"^{path}/?$", view)


urlpatterns = [
    route("all_users", accounts.AllUsers.as_view()),
    route("create_users", accounts.CreateUsers.as_view()),
    route("login", accounts.Login.as_view()),
    route("scenarios", scenarios.Scenarios.as_view()),
    route(f"scenarios/{ROW}", scenarios.OneScenario.as_view()),
    route(f"scenarios/{ROW}/enable", scenarios.Enable.as_view()),
    route(f"scenarios/{ROW}/disable", scenarios.Disable.as_view()),
    route("delete_all", scenarios.DeleteAll.as_view()),
    route(f"scenarios/{ROW}/rubric_questions", scenarios.RubricQuestions.as_view()),
    route(f"rubric_questions/{ROW}", scenarios.OneRubricQuestion.as_view()),
    route("categories", rubrics.Categories.as_view()),
    route(f"categories/{ROW}", rubrics.OneCategory.as_view()),
    route(f"categories/{ROW}/rubrics", rubrics.CategoryRubrics.as_view()),
    route("rubrics", rubrics.Rubrics.as_view()),
    route(f"rubrics/{ROW}", rubrics.OneRubric.as_view()),
    route("activities", activities.Activities.as_view()),
    route(f"activities/{ROW}", activities.OneActivity.as_view()),
    route("threads", conversation.Threads.as_view()),
    route("threads/run", conversation.StartRun.as_view()),
    route(f"threads/{KEY}/messages", conversation.Messages.as_view()),
    route(f"runs/{KEY}/status", conversation.RunStatus.as_view()),
    route(f"activities/{ROW}/rubric_assessment", grading.RubricAssessment.as_view()),
    route(f"scenarios/{ROW}/rubric_responses", grading.RubricResponses.as_view()),
    route("context/preview", context.Preview.as_view()),
]
