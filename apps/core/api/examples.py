"""Examples for the schema, as each app gives them to `extend_schema` beside its views."""

from functools import partial

from drf_spectacular.utils import OpenApiExample

# Each takes a name and a value: what is sent, what is answered, and what is answered while the work goes on.
sent = partial(OpenApiExample, request_only=True)
answered = partial(OpenApiExample, response_only=True)
accepted = partial(OpenApiExample, response_only=True, status_codes=["202"])
