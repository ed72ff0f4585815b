from django.conf import settings
from django.urls import URLPattern, path

from apps.practice.views import page


def patterns(*, shown: bool) -> list[URLPattern]:
    """The page at /, or nothing: then whatever the project has there."""
    return [path("", page, name="practice")] if shown else []


urlpatterns = patterns(shown=settings.PRACTICE_PAGE)
