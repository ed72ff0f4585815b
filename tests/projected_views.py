"""Find the views whose objects are rendered by projections."""

from django.urls import get_resolver

from apps.core.api.viewsets import ProjectionMixin


def projected_views() -> list[type[ProjectionMixin]]:
    """Return all views of the project, without those that tests define."""
    get_resolver().resolve("/api/v2/users/")  # every view is imported
    found, waiting = [], [ProjectionMixin]
    while waiting:
        view = waiting.pop()
        waiting += view.__subclasses__()
        if hasattr(view, "projection") and view.__module__.startswith("apps."):
            found.append(view)
    return sorted(found, key=lambda view: view.__name__)
