"""What students in distress are told, and how welfare contacts are reached."""

from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import env

# Neither names a telephone number or a service: those differ from place to place, and a wrong one does harm.
_HELP_TEXT = (
    "If you are not well, or think of harming yourself, please do not stay alone with it. Talk to somebody you trust, "
    "to your doctor, or to those at your school who look after students. If you are in danger now, call your local "
    "emergency number or go to the nearest emergency department. Stopping an exercise never costs you anything."
)
HELP_TEXT_MAX_CHARACTERS = 4_000


def bounded(name: str, text: str) -> str:
    if len(text) > HELP_TEXT_MAX_CHARACTERS:
        raise ImproperlyConfigured(f"{name} has {len(text)} characters; {HELP_TEXT_MAX_CHARACTERS} are the most.")
    # A file may have it in lines, and .env has only one.
    return text.replace("\\n", "\n")


WELFARE_HELP_TEXT = bounded("WELFARE_HELP_TEXT", env.str("WELFARE_HELP_TEXT", default=_HELP_TEXT))
# Blank: what is so by the contacts that are named.
WELFARE_WHO_IS_TOLD = bounded("WELFARE_WHO_IS_TOLD", env.str("WELFARE_WHO_IS_TOLD", default=""))
# The beginning of the link to the admin site in a mail, such as https://patient.example.org.
WELFARE_SITE_URL = env.str("WELFARE_SITE_URL", default="").rstrip("/")
