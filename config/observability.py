"""Error reports, without any text that students wrote."""

from typing import Any

from config.row_values import without_row_values

# The package enables an OpenAI integration by default, which would send prompts and replies.
NOTHING_PERSONAL: Any = {
    "user_info": False,
    "cookies": {"mode": "off"},
    "http_headers": {"request": {"mode": "off"}},
    "http_bodies": [],
    "url_query_params": {"mode": "off"},
    "gen_ai": {"inputs": False, "outputs": False},
    "database_query_data": False,
    "queues": False,
    "stack_frame_variables": False,
}


def start_sentry(dsn: str, **options: object) -> None:
    """Report errors to `dsn`; do nothing without one.

    Local variables, request bodies, values of rows and personal data stay here: each of them can hold a student's words
    or a token.
    """
    if not dsn:
        return
    # Without a DSN no process spends the tenth of a second that loading it takes.
    import sentry_sdk
    from sentry_sdk.integrations.celery import CeleryIntegration
    from sentry_sdk.integrations.django import DjangoIntegration

    sentry_sdk.init(
        dsn=dsn,
        integrations=[DjangoIntegration(), CeleryIntegration()],
        data_collection=NOTHING_PERSONAL,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=20,
        traces_sample_rate=0.0,
        before_send=lambda event, hint: without_row_values(event),
        **options,  # type: ignore[arg-type]
    )
