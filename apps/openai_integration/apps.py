from django.apps import AppConfig


class OpenAIIntegrationConfig(AppConfig):
    name = "apps.openai_integration"
    verbose_name = "Conversations and marking"
