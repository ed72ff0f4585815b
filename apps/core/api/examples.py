"""Helpers for the OpenAPI examples that apps pass to `extend_schema`."""

from functools import partial

from drf_spectacular.utils import OpenApiExample

# Each takes a name and a value: a request, a response, and a 202 response while the work is still running.
sent = partial(OpenApiExample, request_only=True)
answered = partial(OpenApiExample, response_only=True)
accepted = partial(OpenApiExample, response_only=True, status_codes=["202"])
