"""The students' page. Its modules do everything else, over /api/v2/ alone."""

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

STATIC = Path(__file__).parent / "static"
# Asked for at once. A browser that learns of a module from another one's imports asks for it a round trip later.
MODULES = sorted(str(path.relative_to(STATIC)) for path in STATIC.rglob("*.js"))
# Files and answers of this site alone; with trusted types, no text can become HTML. Pictures of patients are blobs,
# because an <img> sends no token.
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ]
)


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The page, which is the same for everybody. Browsers ask for it each time, as it names its files' versions."""
    response = render(request, "practice/page.html", {"modules": MODULES})
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    response.headers["Cache-Control"] = "no-cache"
    return response
