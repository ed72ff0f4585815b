"""System checks: the admin permissions that apps declare and, with `--deploy`, the signing key and proxies."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import Error, Tags, Warning, register

from apps.users.roles import mistakes_in

# The length of SHA-256's output (RFC 7518, section 3.2).
SHORTEST_KEY = 32


@register(Tags.security, deploy=True)
def check_signing_key(app_configs: Any, **kwargs: Any) -> list[Warning]:
    """Warn of a short key rather than refuse it: the Flask service's key has to stay while that service runs."""
    length = len(settings.JWT_SIGNING_KEY.encode())
    if settings.FLASK_PARALLEL or length >= SHORTEST_KEY:
        return []
    return [
        Warning(
            f"JWT_SIGNING_KEY has only {length} bytes; whoever guesses it can sign in as anybody.",
            hint=f"Use at least {SHORTEST_KEY} random bytes. Everybody has to sign in again then.",
            id="users.W001",
        )
    ]


@register(Tags.security, deploy=True)
def check_proxies(app_configs: Any, **kwargs: Any) -> list[Warning]:
    """If a proxy is not counted, all clients seem to have its address."""
    if settings.NUM_PROXIES_GIVEN:
        return []
    return [
        Warning(
            "NUM_PROXIES is not set, so a proxy would count as the client: ten failed sign-ins by anybody would lock "
            "everybody out of an account.",
            hint="Set it to the number of your proxies: 1 with nginx, 0 if clients connect directly.",
            id="users.W002",
        )
    ]


@register
def check_admin_permissions(app_configs: Any, **kwargs: Any) -> list[Error]:
    """A declared permission that does not exist would silently be granted to nobody."""
    return [
        Error(f"{type(app).__name__}.admin_permissions: {mistake}", obj=app.name, id="users.E001")
        for app in app_configs or apps.get_app_configs()
        for mistake in mistakes_in(app)
    ]
