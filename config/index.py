"""The index at /, where the students' page is off: links to the documentation, the admin site and health."""

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

PLACES = ("docs", "admin:index", "ready")


@require_safe
def index(request: HttpRequest) -> JsonResponse:
    """Links by name."""
    return JsonResponse({name.split(":")[0]: request.build_absolute_uri(reverse(name)) for name in PLACES})
