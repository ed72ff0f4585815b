from django.apps import AppConfig

from apps.core.admin_permissions import EDIT, READ, AdminPermissions


class AssessmentsConfig(AppConfig):
    name = "apps.assessments"
    verbose_name = "Rubrics"
    default_auto_field = "django.db.models.AutoField"
    admin_permissions: AdminPermissions = {
        "instructor": {"category": EDIT, "subcategory": EDIT, "rubricquestion": EDIT, "rubricchange": READ},
    }
