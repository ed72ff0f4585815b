from apps.scenarios import views
from config.api.routers import Router

router = Router()
router.register("scenarios", views.ScenarioViewSet, basename="scenario")
router.register("tags", views.TagViewSet, basename="tag")
urlpatterns = router.urls
