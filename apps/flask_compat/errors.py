"""Errors in the old format: {"message": "..."} with a suitable status."""

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
    """502: the model failed. Its own status is never passed on."""

    status_code = 502
    default_code = "upstream_failed"
    default_detail = "The model could not be reached. Please try again."


class UpstreamSlow(UpstreamFailed):
    """503: there is no result yet. The work continues, and the same request finds it later."""

    status_code = 503
    default_code = "upstream_slow"
    default_detail = "This takes longer than usual. Please try again in a minute."


def old_error_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """v2's error response with its `detail` as `message`; None if it is not the client's error."""
    response = error_response(error, context)
    if response is not None:
        response.data = {"message": _message_for(error, response)}
    return response


def _message_for(error: Exception, response: Response) -> str:
    if response.status_code != 401:
        return str(response.data["detail"])
    if isinstance(error, InvalidCredentials):
        return "Invalid username or password"
    return "Token has expired" if isinstance(error, TokenExpired) else "Unauthorised"
