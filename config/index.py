"""The page at /: links to the documentation and the admin site."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_safe

PLACES = {"docs": "The API", "admin:index": "The admin site", "ready": "Health"}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Links by name, as HTML for browsers and as JSON for others."""
    links = {name.split(":")[0]: request.build_absolute_uri(reverse(name)) for name in PLACES}
    if "text/html" not in request.headers.get("Accept", ""):
        return JsonResponse(links)
    items = format_html_join("\n", '<li><a href="{}">{}</a></li>', zip(links.values(), PLACES.values(), strict=True))
    return HttpResponse(
        format_html(
            '<!doctype html>\n<html lang="en">\n<title>Virtual patient API</title>\n<ul>\n{}\n</ul>\n</html>\n', items
        )
    )
