from django.apps import AppConfig

from apps.core.admin_permissions import EDIT, READ, AdminPermissions


class ActivitiesConfig(AppConfig):
    name = "apps.activities"
    verbose_name = "Exercises"
    default_auto_field = "django.db.models.AutoField"
    admin_permissions: AdminPermissions = {
        "instructor": {"activity": EDIT, "activitycategory": EDIT, "activitychange": READ},
    }
