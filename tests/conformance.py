"""Compare every answer of the new API in a test with docs/openapi.yaml."""

import json
import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml
from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

PATH = Path(__file__).resolve().parents[1] / "docs" / "openapi.yaml"
# Answers to what the schema does not tell of at each operation: a wrong method, a host that is not ours, a fault that
# a test has made on purpose.
UNDESCRIBED = frozenset({405, 500})


class UndescribedAnswerError(AssertionError):
    """The schema does not say that there are such answers."""


@cache
def schema() -> dict[str, Any]:
    """docs/openapi.yaml."""
    described: dict[str, Any] = yaml.load(PATH.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return described


@cache
def _places() -> list[tuple[re.Pattern[str], str]]:
    """A pattern for each path, those with the fewest blanks first."""
    paths = sorted(schema()["paths"], key=lambda path: path.count("{"))
    return [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path).rstrip("/") + "/?"), path) for path in paths]


@cache
def validator_at(*steps: str) -> jsonschema_rs.Draft202012Validator:
    """For the schema at the end of these steps through the description."""
    # 3.0's `nullable` is not JSON Schema's; the rest of what is used here is.
    whole = {"components": _without_nullable(schema()["components"])}
    return jsonschema_rs.Draft202012Validator({**whole, **_without_nullable(_at(steps))}, validate_formats=True)


def _at(steps: Sequence[str]) -> Any:
    place: Any = schema()
    for step in steps:
        place = place[step]
    return place


def _without_nullable(node: Any) -> Any:
    if isinstance(node, list):
        return [_without_nullable(one) for one in node]
    if not isinstance(node, dict):
        return node
    plain = {name: _without_nullable(value) for name, value in node.items() if name != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if node.get("nullable") is True else plain


def check(method: str, path: str, status: int, content_type: str, body: Callable[[], Any]) -> None:
    """UndescribedAnswerError where the schema does not tell of such an answer to such a request."""
    place = next((template for pattern, template in _places() if pattern.fullmatch(path)), None)
    operation = schema()["paths"].get(place, {}).get(method.lower())
    if operation is None or status in UNDESCRIBED:
        return
    responses, steps = operation["responses"], ["paths", place, method.lower(), "responses", str(status)]
    if str(status) not in responses:
        raise UndescribedAnswerError(f"{method} {path} answers {status}, which is not described")
    if "$ref" in (described := responses[str(status)]):
        steps = described["$ref"].removeprefix("#/").split("/")
        described = _at(steps)
    kind = content_type.partition(";")[0]
    if "content" not in described:
        if body():
            raise UndescribedAnswerError(f"{method} {path} answers {status} with a body, which is not described")
        return
    if kind not in described["content"]:
        raise UndescribedAnswerError(f"{method} {path} answers {status} as {kind or 'nothing'}")
    if kind == "application/json":
        wrong = next(validator_at(*steps, "content", kind, "schema").iter_errors(body()), None)
        if wrong is not None:
            raise UndescribedAnswerError(f"{method} {path} answers {status}: {wrong.message} at {wrong.instance_path}")


@sync_and_async_middleware
def check_answers(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Fail the request of a test whose answer is not as described."""
    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponseBase:
            return _checked(request, await get_response(request))

        return answer_async

    def answer(request: HttpRequest) -> HttpResponseBase:
        return _checked(request, get_response(request))

    return answer


def _checked(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    if request.path.startswith("/api/v2/"):
        body = (lambda: _parsed(response)) if isinstance(response, _READABLE) else (lambda: None)
        check(str(request.method), request.path, response.status_code, response.get("Content-Type", ""), body)
    return response


_READABLE = (HttpResponse, StreamingHttpResponse)


def _parsed(response: HttpResponse | StreamingHttpResponse) -> Any:
    if isinstance(response, StreamingHttpResponse):
        sent = response.getvalue()
        response.streaming_content = [sent]
        return json.loads(sent)
    return json.loads(response.content) if response.content else None
