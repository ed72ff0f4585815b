from django.apps import AppConfig


class ScenariosConfig(AppConfig):
    name = "apps.scenarios"
    default_auto_field = "django.db.models.AutoField"

    def ready(self) -> None:
        from apps.scenarios import signals  # noqa: F401
