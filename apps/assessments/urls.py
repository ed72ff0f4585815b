from apps.assessments import views
from apps.core.api.routers import Router

router = Router()
router.register("categories", views.CategoryViewSet, basename="category")
router.register("subcategories", views.SubCategoryViewSet, basename="subcategory")
router.register("rubric-questions", views.RubricQuestionViewSet, basename="rubric-question")
urlpatterns = router.urls
