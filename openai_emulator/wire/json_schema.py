"""Structured output: checks strict schemas, and makes the smallest value that fits one."""

import re
from typing import Any

from openai_emulator.wire.errors import ApiError

Json = dict[str, Any]
MAX_DEPTH = 10
PLAIN: dict[str, Any] = {"string": "", "integer": 0, "number": 0, "boolean": False, "null": None, "array": []}


def check_format(value: Any, param: str) -> tuple[str | None, Json | None]:
    """The requested schema's name and the schema; (None, None) for plain text, ApiError if it is invalid."""
    if value is None:
        return None, None
    if not isinstance(value, dict):
        raise ApiError(400, f"Invalid type for '{param}': expected an object.", param=param, code="invalid_type")
    if value.get("type") == "text":
        return None, None
    if value.get("type") != "json_schema":
        raise ApiError(
            400, f"The emulator knows the formats text and json_schema: '{param}.type'.", param=f"{param}.type"
        )
    name, schema = value.get("name"), value.get("schema")
    if not isinstance(name, str) or not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name):
        raise ApiError(400, f"Invalid '{param}.name'.", param=f"{param}.name", code="invalid_value")
    if not isinstance(schema, dict):
        raise ApiError(400, f"Missing required parameter: '{param}.schema'.", param=f"{param}.schema")
    problem = strictness_problem(schema) if value.get("strict") else None
    if problem:
        message = f"Invalid schema for response_format '{name}': {problem}"
        raise ApiError(400, message, param=f"{param}.schema", code="invalid_json_schema")
    return name, schema


def strictness_problem(schema: Any, where: tuple[str, ...] = ()) -> str | None:
    """Why a schema is not strict; None if all its objects are closed and all their properties required."""
    if not isinstance(schema, dict):
        return f"In context={where}, schema must be an object."
    if len(where) > MAX_DEPTH * 2:
        return f"In context={where}, schema is nested too deeply."
    inner: list[tuple[str, Any]] = []
    if schema.get("type") == "object":
        properties = schema.get("properties", {})
        if schema.get("additionalProperties") is not False:
            return f"In context={where}, 'additionalProperties' is required to be supplied and to be false."
        required = schema.get("required")
        if (
            not isinstance(properties, dict)
            or not isinstance(required, list)
            or set(properties) != set(map(str, required))
        ):
            missing = "'required' is required to be supplied and to be an array including every key in properties."
            return f"In context={where}, {missing}"
        inner = list(properties.items())
    if "items" in schema:
        inner.append(("items", schema["items"]))
    for name, below in inner:
        problem = strictness_problem(below, (*where, name))
        if problem:
            return problem
    return None


class TooComplicatedError(ValueError):
    """The emulator cannot make a value for this schema."""


def smallest(schema: Any, depth: int = 0) -> Any:
    """The smallest value that fits a simple schema."""
    if not isinstance(schema, dict) or depth > MAX_DEPTH:
        raise TooComplicatedError("not a simple schema")
    if "const" in schema:
        return schema["const"]
    if isinstance(schema.get("enum"), list) and schema["enum"]:
        return schema["enum"][0]
    kind = schema.get("type")
    if isinstance(kind, list) and kind:
        kind = kind[0]
    if kind == "object" and isinstance(schema.get("properties", {}), dict):
        return {name: smallest(below, depth + 1) for name, below in schema.get("properties", {}).items()}
    if (
        not isinstance(kind, str)
        or kind not in PLAIN
        or schema.get("minItems")
        or schema.get("minLength")
        or "pattern" in schema
    ):
        raise TooComplicatedError("not a simple schema")
    return PLAIN[kind] if "minimum" not in schema else schema["minimum"]
