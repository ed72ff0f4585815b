"""Who may open an account without being asked."""

import re

from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import env

MODES = ("open", "domains", "closed")
# Labels of letters, digits and hyphens in any script, at least two of them.
DOMAIN = re.compile(r"(?!-)[\w-]{1,63}(?<!-)(\.(?!-)[\w-]{1,63}(?<!-))+")


def checked(mode: str, domains: list[str]) -> tuple[str, list[str]]:
    """The mode and the domains of emails that "domains" takes; ImproperlyConfigured where they make no sense."""
    if mode not in MODES:
        raise ImproperlyConfigured(f"REGISTRATION is {mode!r}; it takes {', '.join(MODES)}.")
    domains = [domain.strip() for domain in domains]
    for domain in domains:
        if "_" in domain or not DOMAIN.fullmatch(domain):
            raise ImproperlyConfigured(f"REGISTRATION_DOMAINS has {domain!r}; it takes such as uni.example.")
    if mode == "domains" and not domains:
        raise ImproperlyConfigured("REGISTRATION is domains, and REGISTRATION_DOMAINS names none.")
    if mode != "domains" and domains:
        raise ImproperlyConfigured(f"REGISTRATION_DOMAINS is given, and REGISTRATION is {mode}: make it domains.")
    return mode, domains


REGISTRATION, REGISTRATION_DOMAINS = checked(
    env.str("REGISTRATION", default="open"), env.list("REGISTRATION_DOMAINS", default=[])
)
