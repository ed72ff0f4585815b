from django.urls import re_path

from apps.core.api.routers import Router
from apps.scenarios import picture_views, views

router = Router()
router.register("scenarios", views.ScenarioViewSet, basename="scenario")
router.register("tags", views.TagViewSet, basename="tag")
_PICTURE = r"^scenarios/(?P<pk>[0-9]{1,9})/picture/?$"
_VERSIONS = r"^scenarios/(?P<pk>[0-9]{1,9})/versions"
urlpatterns = [
    *router.urls,
    re_path(_PICTURE, picture_views.ScenarioPictureView.as_view(), name="scenario-picture"),
    re_path(rf"{_VERSIONS}/?$", views.ScenarioVersions.as_view(), name="scenario-versions"),
    re_path(rf"{_VERSIONS}/(?P<number>[0-9]{{1,9}})/?$", views.ScenarioVersionView.as_view(), name="scenario-version"),
]
