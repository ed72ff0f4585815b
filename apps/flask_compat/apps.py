from django.apps import AppConfig


class FlaskCompatConfig(AppConfig):
    name = "apps.flask_compat"
