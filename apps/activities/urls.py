from django.urls import re_path

from apps.activities import transfer_views, views
from apps.core.api.routers import Router

router = Router()
router.register("activities", views.ActivityViewSet, basename="activity")
urlpatterns = [
    *router.urls,
    re_path(r"^scenarios/export/?$", transfer_views.ScenarioExport.as_view(), name="scenario-export"),
    re_path(r"^scenarios/import/?$", transfer_views.ScenarioImport.as_view(), name="scenario-import"),
]
