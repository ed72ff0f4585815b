from django.apps import AppConfig

from apps.core.admin_permissions import EDIT, READ, AdminPermissions


class ScenariosConfig(AppConfig):
    name = "apps.scenarios"
    default_auto_field = "django.db.models.AutoField"
    admin_permissions: AdminPermissions = {
        "instructor": {"assistantscenario": EDIT, "tag": EDIT, "scenarioversion": READ, "scenariochange": READ},
    }

    def ready(self) -> None:
        from apps.scenarios import signals  # noqa: F401
