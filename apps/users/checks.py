"""What `manage.py check --deploy` says about this app's settings."""

from typing import Any

from django.conf import settings
from django.core.checks import Tags, Warning, register

# As long as what SHA-256 puts out (RFC 7518, section 3.2).
SHORTEST_KEY = 32


@register(Tags.security, deploy=True)
def check_signing_key(app_configs: Any, **kwargs: Any) -> list[Warning]:
    """The Flask service's key may be short, and has to stay while that service runs."""
    length = len(settings.JWT_SIGNING_KEY.encode())
    if settings.FLASK_PARALLEL or length >= SHORTEST_KEY:
        return []
    return [
        Warning(
            f"JWT_SIGNING_KEY has {length} bytes; whoever guesses it is anybody.",
            hint=f"Give it {SHORTEST_KEY} random bytes or more. Everybody signs in again then.",
            id="users.W001",
        )
    ]
