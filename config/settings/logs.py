"""Logging: one event on each line, as JSON or, in development, as plain text."""

from collections.abc import MutableMapping
from typing import Any

import structlog

from config.row_values import without_row_values

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def logging_config(*, level: str, as_json: bool) -> dict[str, Any]:
    """Configure structlog, and return the LOGGING dict that sends all records through it."""
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "events": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    _cut_row_values,
                    renderer,
                ],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "events"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"level": level},
            # Its lines have the URL and body size of each model call; our own lines add our ids.
            "httpx2": {"level": "WARNING"},
            "httpcore2": {"level": "WARNING"},
            "openai": {"level": "WARNING"},
            # It logs a traceback for each body over the limit; the request's own line already has the 413.
            "django.security.RequestDataTooBig": {"level": "CRITICAL"},
        },
    }


def _cut_row_values(logger: Any, method: str, line: MutableMapping[str, Any]) -> dict[str, Any]:
    """A structlog processor that removes row values; it must come after the one that formats tracebacks."""
    return {name: without_row_values(value) for name, value in line.items()}
