"""The URL configuration."""

import sys

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from apps.core.api.exceptions import DATABASE_AWAY, DatabaseUnavailable
from config.health import ReadyView, live
from config.index import index

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("apps.practice.urls")),
    path("", index),
    path("api/v2/", include("apps.users.urls")),
    path("api/v2/", include("apps.scenarios.urls")),
    path("api/v2/", include("apps.assessments.urls")),
    path("api/v2/", include("apps.activities.urls")),
    path("api/v2/", include("apps.openai_integration.urls")),
    re_path(r"^api/schema/?$", SpectacularAPIView.as_view(), name="schema"),
    re_path(r"^api/docs/?$", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    path("api/", include("apps.flask_compat.urls")),
    path("admin", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/today/", include("apps.dashboard.urls")),
    path("admin/try/", include("apps.tryout.urls")),
    path("admin/", admin.site.urls),
    re_path(r"^health/live/?$", live, name="live"),
    re_path(r"^health/ready/?$", ReadyView.as_view(), name="ready"),
]

if settings.DEBUG and "debug_toolbar" in settings.INSTALLED_APPS:
    from debug_toolbar.toolbar import debug_toolbar_urls

    urlpatterns += debug_toolbar_urls()


def not_found(request: HttpRequest, exception: Exception) -> JsonResponse:
    return JsonResponse({"code": "not_found", "detail": "Not found."}, status=404)


def bad_request(request: HttpRequest, exception: Exception) -> JsonResponse:
    if isinstance(exception, RequestDataTooBig):
        return JsonResponse({"code": "body_too_large", "detail": "The body is larger than 1 MB."}, status=413)
    return JsonResponse({"code": "bad_request", "detail": "The request could not be read."}, status=400)


def server_error(request: HttpRequest) -> JsonResponse:
    # Called while an error of a middleware or of an admin page is handled, which no DRF view has rendered.
    if isinstance(sys.exception(), DATABASE_AWAY):
        away = DatabaseUnavailable()
        return JsonResponse(
            {"code": away.default_code, "detail": away.default_detail},
            status=away.status_code,
            headers={"Retry-After": str(away.wait)},
        )
    return JsonResponse({"code": "error", "detail": "Something went wrong here."}, status=500)


handler400 = "config.urls.bad_request"
handler404 = "config.urls.not_found"
handler500 = "config.urls.server_error"
