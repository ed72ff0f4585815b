"""Errors in the old format: {"message": "..."} with the right status."""

from typing import Any

from rest_framework import exceptions
from rest_framework.response import Response

from apps.core.api.exceptions import error_response
from apps.users.authentication import TokenExpired
from apps.users.services import InvalidCredentials


class OldNotFound(exceptions.NotFound):
    """404 with a message of its own, such as `Scenario not found`."""


class Invalid(exceptions.APIException):
    """400 with a message of its own; nothing was changed."""

    status_code = 400
    default_code = "invalid"
    default_detail = "Invalid input"


class UpstreamFailed(exceptions.APIException):
    """The model's side failed: 502, never a status of the model's own."""

    status_code = 502
    default_code = "upstream_failed"
    default_detail = "The model could not be reached. Please try again."


class UpstreamSlow(UpstreamFailed):
    """Nothing came back in the time there is; the work goes on, and asking again finds it."""

    status_code = 503
    default_code = "upstream_slow"
    default_detail = "This takes longer than usual. Please try again in a minute."


def old_error_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """What v2 would answer, with its `detail` as the `message`; None for what is not the client's error."""
    response = error_response(error, context)
    if response is not None:
        response.data = {"message": _message(error, response)}
    return response


def _message(error: Exception, response: Response) -> str:
    if response.status_code != 401:
        return str(response.data["detail"])
    if isinstance(error, InvalidCredentials):
        return "Invalid username or password"
    return "Token has expired" if isinstance(error, TokenExpired) else "Unauthorised"
