from apps.activities import views
from apps.core.api.routers import Router

router = Router()
router.register("activities", views.ActivityViewSet, basename="activity")
urlpatterns = router.urls
