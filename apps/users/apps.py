from django.apps import AppConfig


class UsersConfig(AppConfig):
    name = "apps.users"
    default_auto_field = "django.db.models.AutoField"

    def ready(self) -> None:
        from apps.users import checks, signals  # noqa: F401
