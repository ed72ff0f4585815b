from django.urls import re_path

from apps.core.api.routers import Router
from apps.users import password_reset_views, views

router = Router()
router.register("users", views.UserViewSet, basename="user")

urlpatterns = [
    re_path(r"^auth/login/?$", views.LoginView.as_view(), name="login"),
    re_path(r"^auth/register/?$", views.RegisterView.as_view(), name="register"),
    re_path(r"^auth/refresh/?$", views.RefreshView.as_view(), name="refresh"),
    re_path(r"^auth/logout/?$", views.LogoutView.as_view(), name="logout"),
    re_path(r"^auth/password/change/?$", views.PasswordChangeView.as_view(), name="password-change"),
    re_path(r"^auth/options/?$", password_reset_views.SignInOptionsView.as_view(), name="sign-in-options"),
    re_path(r"^auth/password-reset/?$", password_reset_views.PasswordResetView.as_view(), name="password-reset"),
    re_path(
        r"^auth/password-reset/confirm/?$",
        password_reset_views.PasswordResetConfirmView.as_view(),
        name="password-reset-confirm",
    ),
    *router.urls,
]
