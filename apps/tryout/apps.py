from django.apps import AppConfig


class TryoutConfig(AppConfig):
    name = "apps.tryout"
    verbose_name = "Try-outs of patients"
