from django.apps import AppConfig

from apps.core.admin_permissions import READ, WRITE, AdminPermissions


class OpenAIIntegrationConfig(AppConfig):
    name = "apps.openai_integration"
    verbose_name = "Conversations and marking"
    admin_permissions: AdminPermissions = {
        "instructor": dict.fromkeys(("thread", "message", "run", "evaluation", "mark", "usage", "replyreport"), READ),
        "admin": {"modelpause": WRITE},
    }
