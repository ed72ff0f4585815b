from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "apps.activities"
    default_auto_field = "django.db.models.AutoField"
