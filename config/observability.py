"""Error reports, without anything a student wrote."""

import sentry_sdk
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.integrations.django import DjangoIntegration


def start_sentry(dsn: str, **options: object) -> None:
    """Report errors to `dsn`; do nothing without one.

    Local variables, request bodies and personal data stay here: each of them can hold a student's words or a token.
    """
    if not dsn:
        return
    sentry_sdk.init(
        dsn=dsn,
        integrations=[DjangoIntegration(), CeleryIntegration()],
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=20,
        traces_sample_rate=0.0,
        **options,  # type: ignore[arg-type]
    )
