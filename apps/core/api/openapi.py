"""The OpenAPI schema: adds the error responses that every operation shares."""

import re
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentRegistry, ResolvedComponent
from drf_spectacular.settings import spectacular_settings
from drf_spectacular.utils import OpenApiParameter
from rest_framework.permissions import SAFE_METHODS

from apps.core.api.operations import STUDENTS, Operation, operation_at
from apps.core.api.preconditions import ConditionalWrites
from apps.core.api.serializers import ErrorSerializer

# status > the component's name, its description, and an example's code and detail.
REFUSALS = {
    "400": (
        "Invalid",
        "The request is invalid; nothing was changed.",
        "invalid",
        "page_size: Must be a whole number from 1 to 500.",
    ),
    "401": ("Unauthorized", "The token is missing or invalid.", "not_authenticated", "Not signed in."),
    "403": (
        "Forbidden",
        "The role does not allow this.",
        "permission_denied",
        "Your role does not allow this.",
    ),
    "404": ("NotFound", "It does not exist, or the caller may not see it.", "not_found", "Not found."),
    "412": (
        "ChangedMeanwhile",
        "The object is not what `If-Match` names any more; nothing was changed.",
        "changed_meanwhile",
        "Somebody has changed this since you read it. Read it again, then repeat your change.",
    ),
    "413": ("BodyTooLarge", "The body is larger than 1 MB.", "body_too_large", "The body is larger than 1 MB."),
    "415": ("NotJson", "The body is not JSON.", "unsupported_media_type", "Unsupported media type."),
    "429": ("Throttled", "Too many requests; see Retry-After.", "throttled", "Request was throttled."),
    "503": ("Unavailable", "The database is unavailable.", "database_unavailable", "Please try again."),
}
BY_UUID = frozenset({"threads", "runs", "evaluations"})
UUID = {"type": "string", "format": "uuid"}
# component > its fields that some responses lack.
SOMETIMES_SENT = {
    "Error": frozenset({"fields", "run_id"}),
    "SignedIn": frozenset({"refresh"}),
    "Tokens": frozenset({"refresh"}),
}
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The `ETag` with which the object was read: the write is refused (412) if it has changed since.",
)
RETRY_AFTER = {"Retry-After": {"description": "In seconds.", "schema": {"type": "integer"}, "required": True}}


def read_as_it_is(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Remove bounds from response schemas: they apply to input only, and older rows may exceed them.

    Integer ranges depend on the database, so the schema leaves them out.
    """
    for name, component in result["components"]["schemas"].items():
        if not name.endswith("Request"):
            for field in component.get("properties", {}).values():
                field.pop("minimum", None)
                field.pop("maximum", None)
                if field.get("type") == "integer":
                    field.pop("format", None)
    return result


def require_what_is_sent(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Require every field of a response that is always sent, whatever a request may leave out."""
    for name, component in result["components"]["schemas"].items():
        if "properties" in component and not name.endswith("Request"):
            component["required"] = sorted(component["properties"].keys() - SOMETIMES_SENT.get(name, frozenset()))
    return result


def spell_out_discriminators(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Give each variant of a union its value of the field that tells them apart, so that types can be told by it."""
    schemas = result["components"]["schemas"]
    for union in [one["discriminator"] for one in schemas.values() if "discriminator" in one]:
        for value, pointer in union["mapping"].items():
            variant = schemas[pointer.rpartition("/")[2]]
            variant["properties"][union["propertyName"]] = {"type": "string", "enum": [value]}
    return result


def refuse_unknown_keys(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Forbid additional properties in request bodies, as apps.core.api.serializers.InputSerializer does."""
    for name, component in result["components"]["schemas"].items():
        if name.endswith("Request"):
            component["additionalProperties"] = False
    return result


def _name_what_stands_in(path: str, operation: dict[str, Any]) -> None:
    """Type and describe path parameters. The library would ask the view's model, which may be another resource's."""
    owners = {name: resource for resource, name in re.findall(r"([\w-]+)/\{(\w+)\}", path)}
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "path":
            resource = owners[parameter["name"]]
            parameter["schema"] = UUID if resource in BY_UUID else {"type": "integer"}
            parameter["description"] = f"Which one of {resource}/."


class Schema(AutoSchema):
    """The library's schema with names for people, and the error responses that permissions and parameters imply."""

    def get_operation_id(self) -> str:
        return self._named().id

    def get_summary(self) -> str:
        return self._named().summary

    def get_tags(self) -> list[str]:
        return [self._named().tag or self._audience()]

    def _named(self) -> Operation:
        return operation_at(self.method.lower(), self.path.removeprefix(spectacular_settings.SCHEMA_PATH_PREFIX))

    def _audience(self) -> str:
        """For whom it is, by what its permissions refuse to others."""
        return next((one.audience for one in self._refusing()), STUDENTS)

    def get_operation(
        self, path: str, path_regex: str, path_prefix: str, method: str, registry: ComponentRegistry
    ) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(path, path_regex, path_prefix, method, registry)
        if operation is not None:
            said = operation["responses"]
            for status in self._refusals(operation):
                said.setdefault(status, self._refusal(status))
            operation["responses"] = dict(sorted(said.items()))
            _name_what_stands_in(path, operation)
        return operation

    def _refusals(self, operation: dict[str, Any]) -> set[str]:
        names = {place["in"] for place in operation.get("parameters", ())}
        may = {"429", "503"}
        if "requestBody" in operation:
            may |= {"400", "413", "415"}
        if "query" in names:
            may.add("400")
        if "path" in names or self._is_list_view():
            may.add("404")
        if self.view.authentication_classes:
            may.add("401")
        if self._refusing():
            may.add("403")
        if self._takes_if_match():
            may.add("412")
        return may

    def get_override_parameters(self) -> list[Any]:
        return [*super().get_override_parameters(), *([IF_MATCH] if self._takes_if_match() else [])]

    def _takes_if_match(self) -> bool:
        if not isinstance(self.view, ConditionalWrites):
            return False
        return self.method in {"PUT", "PATCH", "DELETE"} or self.view.action in self.view.conditional_actions

    def _refusing(self) -> list[Any]:
        """The permissions that take more than being signed in."""
        writes = self.method not in SAFE_METHODS
        refused = {"all", "writes"} if writes else {"all"}
        return [one for one in self.view.get_permissions() if getattr(one, "refuses", "") in refused]

    def _refusal(self, status: str) -> dict[str, Any]:
        name, description, code, detail = REFUSALS[status]
        error = self.resolve_serializer(ErrorSerializer, "response")
        example: dict[str, Any] = {"code": code, "detail": detail}
        if code == "invalid":
            example["fields"] = {"page_size": ["Must be a whole number from 1 to 500."]}
        content = {"application/json": {"schema": error.ref, "example": example}}
        response: dict[str, Any] = {"description": description, "content": content}
        if status in {"429", "503"}:
            response["headers"] = RETRY_AFTER
        component = ResolvedComponent(name, ResolvedComponent.RESPONSE, schema=response, object=name)
        self.registry.register_on_missing(component)
        return component.ref
