from django.apps import AppConfig

from apps.core.admin_permissions import READ, WRITE, AdminPermissions


class UsersConfig(AppConfig):
    name = "apps.users"
    verbose_name = "People"
    default_auto_field = "django.db.models.AutoField"
    admin_permissions: AdminPermissions = {"admin": {"user": WRITE, "roleapproval": READ}}

    def ready(self) -> None:
        from apps.users import checks, signals  # noqa: F401
