"""How mails leave, and where the link in a mail about a forgotten password leads."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import env


def email_settings(address: str) -> dict[str, Any]:
    """Django's email settings from such as smtp+tls://user:password@host:587; none without an address."""
    if not address:
        return {"EMAIL_HOST": ""}
    try:
        known = address.split(":")[0] in {"smtp", "smtp+tls", "smtp+ssl", "smtps"}
        found: dict[str, Any] = env.email_url_config(address) if known else {}
    except ValueError:
        found = {}
    if not found.get("EMAIL_HOST"):
        # The address may have a password, so it is not repeated.
        raise ImproperlyConfigured("EMAIL_URL is no address such as smtp+tls://USER:PASSWORD@HOST:587.")
    return found


def page_address(address: str) -> str:
    """An address that a link can begin with; ImproperlyConfigured for anything else."""
    if address and not address.startswith(("https://", "http://")):
        raise ImproperlyConfigured(
            f"PASSWORD_RESET_PAGE is {address!r}; it takes such as https://patient.example.org/#/reset."
        )
    return address.rstrip("/")


EMAIL = email_settings(env.str("EMAIL_URL", default=""))
EMAIL_FROM = env.str("EMAIL_FROM", default="virtual-patient@localhost")
# Blank: the students' page, at the name under which the service was asked.
PASSWORD_RESET_PAGE = page_address(env.str("PASSWORD_RESET_PAGE", default=""))
# In seconds. Whoever can read an old mail must not be able to use it.
PASSWORD_RESET_TIMEOUT = env.count("PASSWORD_RESET_TIMEOUT", default=3600)
