"""Content security policies and permissions of pages, and the time zone of the admin site's."""

import zoneinfo

from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import env


def _policy(**directives: str) -> str:
    """A policy that allows only this site's files and nothing inline, except as `directives` say."""
    strict = {
        "default-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    eased = {name.replace("_", "-"): sources for name, sources in directives.items()}
    return "; ".join(f"{name} {sources}" for name, sources in {**strict, **eased}.items())


# Path prefix > the policy of its pages.
CONTENT_SECURITY_POLICIES = {
    # unfold's Alpine evaluates attributes, and its pages and htmx use inline styles.
    "/admin": _policy(script_src="'self' 'unsafe-eval'", style_src="'self' 'unsafe-inline'", img_src="'self' data:"),
    # The hash is of drf-spectacular's inline style; swagger-ui's style sheet contains data: images.
    "/api/docs": _policy(
        style_src="'self' 'sha256-MMpT0iDxyjALd9PdfepImGX3DBfJPXZ4IlDWdPAgtn0='", img_src="'self' data:"
    ),
}
# The microphone is for dictation; nginx sends the same policy.
PERMISSIONS_POLICY = ", ".join(
    [f"{feature}=()" for feature in ("accelerometer", "camera", "geolocation", "gyroscope", "payment", "usb")]
    + ["microphone=(self)"]
)


def time_zone(name: str) -> str:
    """A name of the time zone database, such as Europe/Berlin; ImproperlyConfigured for anything else."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ImproperlyConfigured(f"TIME_ZONE is {name!r}; it takes a name such as Europe/Berlin.") from error
    return name


# Of the admin site's pages; the API, the database and the logs are in UTC.
SCHOOL_TIME_ZONE = time_zone(env.str("TIME_ZONE", default="UTC"))
