"""What a page may load and do, as its browser is told."""


def _policy(**directives: str) -> str:
    """All that a page has is of this site, and nothing in it is inline, but for what `directives` say."""
    strict = {
        "default-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    eased = {name.replace("_", "-"): sources for name, sources in directives.items()}
    return "; ".join(f"{name} {sources}" for name, sources in {**strict, **eased}.items())


# The beginning of a path > the policy of the pages there.
CONTENT_SECURITY_POLICIES = {
    # unfold's Alpine makes functions of the texts in its attributes, and its pages and htmx have styles in them.
    "/admin": _policy(script_src="'self' 'unsafe-eval'", style_src="'self' 'unsafe-inline'", img_src="'self' data:"),
    # The hash is of the one style in drf-spectacular's page; the pictures are in swagger-ui's style sheet.
    "/api/docs": _policy(
        style_src="'self' 'sha256-MMpT0iDxyjALd9PdfepImGX3DBfJPXZ4IlDWdPAgtn0='", img_src="'self' data:"
    ),
}
# The microphone is for people who would rather speak than type; a proxy in front says the same.
PERMISSIONS_POLICY = ", ".join(
    [f"{feature}=()" for feature in ("accelerometer", "camera", "geolocation", "gyroscope", "payment", "usb")]
    + ["microphone=(self)"]
)
