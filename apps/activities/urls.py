from apps.activities import views
from config.api.routers import Router

router = Router()
router.register("activities", views.ActivityViewSet, basename="activity")
urlpatterns = router.urls
