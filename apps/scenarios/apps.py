from django.apps import AppConfig

from apps.core.admin_permissions import EDIT, READ, WRITE, AdminPermissions


class ScenariosConfig(AppConfig):
    name = "apps.scenarios"
    verbose_name = "Patients"
    default_auto_field = "django.db.models.AutoField"
    admin_permissions: AdminPermissions = {
        "admin": {"assistantscenario": EDIT},
        "instructor": {"assistantscenario": WRITE, "tag": EDIT, "scenarioversion": READ, "scenariochange": READ},
    }

    def ready(self) -> None:
        from apps.scenarios import signals  # noqa: F401
