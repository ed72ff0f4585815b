"""Write a TypeScript client from docs/openapi.yaml: a type for each component, a method for each operation."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.conformance import schema

JSON = "application/json"
PLAIN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean"}
CLIENT = """
interface Sent {
  body?: unknown;
  query?: object;
  headers?: Record<string, string | undefined>;
}

export class Refused extends globalThis.Error {
  constructor(readonly status: number, readonly answer: Error) {
    super(answer.detail);
  }
}

export class Client {
  token: string | null = null;

  constructor(readonly origin: string) {}

  private async send<Answer>(method: string, path: string, { body, query, headers }: Sent = {}): Promise<Answer> {
    const url = new URL(path, this.origin);
    for (const [name, value] of Object.entries(query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const all = new Headers({ "Content-Type": "application/json" });
    for (const [name, value] of Object.entries(headers ?? {})) if (value !== undefined) all.set(name, value);
    if (this.token !== null) all.set("Authorization", `Bearer ${this.token}`);
    const answer = await fetch(url, { method, headers: all, body: body === undefined ? null : JSON.stringify(body) });
    if (!answer.ok) throw new Refused(answer.status, await answer.json());
    return answer.status === 204 ? undefined : await answer.json();
  }
"""


def client() -> str:
    """The source of the whole client, as one module."""
    components = schema()["components"]["schemas"]
    types = [f"export type {name} = {type_of(one)};" for name, one in sorted(components.items())]
    return "\n".join([*types, CLIENT, *_methods(), "}", ""])


def type_of(described: Mapping[str, Any]) -> str:
    """The TypeScript type of what a schema describes."""
    plain = _not_null(described)
    return f"{plain} | null" if described.get("nullable") else plain


def _not_null(described: Mapping[str, Any]) -> str:
    if "$ref" in described:
        return str(described["$ref"]).rpartition("/")[2]
    for several, between in (("allOf", " & "), ("oneOf", " | "), ("anyOf", " | ")):
        if several in described:
            return "(" + between.join(map(type_of, described[several])) + ")"
    if "enum" in described:
        return "(" + " | ".join(json.dumps(value) for value in described["enum"]) + ")"
    if described.get("type") == "array":
        return f"{_bracketed(type_of(described['items']))}[]"
    if "properties" in described:
        return _object(described["properties"], described.get("required", ()))
    if isinstance(values := described.get("additionalProperties"), dict):
        return f"Record<string, {type_of(values)}>"
    return PLAIN.get(described.get("type", ""), "unknown")


def _bracketed(kind: str) -> str:
    return f"({kind})" if "|" in kind else kind


def _object(properties: Mapping[str, Any], required: Any) -> str:
    fields = [
        f"{json.dumps(name)}{'' if name in required else '?'}: {type_of(one)}" for name, one in properties.items()
    ]
    return "{ " + "; ".join(fields) + " }"


def _methods() -> Iterator[str]:
    for path, operations in schema()["paths"].items():
        for method, operation in operations.items():
            answer = _answer(operation)
            # Streams and pictures are not for such methods.
            if answer is not None and JSON in operation.get("requestBody", {}).get("content", {JSON: None}):
                yield _method(method, path, operation, answer)


def _answer(operation: Mapping[str, Any]) -> str | None:
    """The type of the answer that an operation gives when all is well; None unless it is JSON or empty."""
    status = next(status for status in operation["responses"] if status.startswith("2"))
    content = operation["responses"][status].get("content", {})
    if not content:
        return "void"
    return type_of(content[JSON]["schema"]) if JSON in content else None


def _method(method: str, path: str, operation: Mapping[str, Any], answer: str) -> str:
    properties, required = _arguments(operation)
    steps = re.sub(r"\{(\w+)\}", r"${asked.\1}", path)
    sent = ", ".join(f"{name}: asked.{name}" for name in ("body", "query", "headers") if name in properties)
    parameter = f"asked: {_object(properties, required)}{'' if required else ' = {}'}" if properties else ""
    lines = (
        f"  {operation['operationId']}({parameter}): Promise<{answer}> {{",
        f"    return this.send({json.dumps(method.upper())}, `{steps}`, {{ {sent} }});",
        "  }",
    )
    return "\n".join(lines)


def _arguments(operation: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Ids of the path by name, and `query`, `headers` and `body`, with the names of what cannot be left out."""
    parameters = operation.get("parameters", ())
    properties = {one["name"]: one["schema"] for one in parameters if one["in"] == "path"}
    required = list(properties)
    for place, name in (("query", "query"), ("header", "headers")):
        if fields := {one["name"]: one["schema"] for one in parameters if one["in"] == place}:
            properties[name] = {"properties": fields}
    if body := operation.get("requestBody"):
        properties["body"] = body["content"][JSON]["schema"]
        required += ["body"] if body.get("required") else []
    return properties, required
