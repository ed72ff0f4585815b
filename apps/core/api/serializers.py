"""Shared serializers and fields."""

from collections.abc import Mapping
from itertools import islice
from typing import Any, cast

from django.db import DatabaseError
from django.db.models import Model, QuerySet
from drf_spectacular.utils import OpenApiResponse
from rest_framework import exceptions, serializers

# The maximum of an `integer` column, which the ids of the old tables are.
HIGHEST_ID = 2**31 - 1
# How many unknown keys an error names.
UNKNOWN_KEYS_NAMED = 20


class InputSerializer(serializers.Serializer):
    # Rejects unknown keys. Read-only fields may be sent back and are ignored. Every request body of v2 uses this class.
    # These are comments because the schema would repeat a docstring for each subclass.
    def to_internal_value(self, data: Any) -> Any:
        unknown = self._unknown(data) if isinstance(data, Mapping) else {}
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            raise serializers.ValidationError({**cast(dict[str, Any], error.detail), **unknown}) from error
        if unknown:
            raise serializers.ValidationError(unknown)
        return values

    def _unknown(self, data: Mapping[str, Any]) -> dict[str, list[str]]:
        names = (name for name in data if name not in self.fields)
        return {name: ["Unknown field."] for name in islice(names, UNKNOWN_KEYS_NAMED)}


class UnchangedFieldsMixin(InputSerializer):
    """Accepts unchanged values without validation, so that rows older than a rule stay editable.

    A field that is sent back unchanged counts as not sent. Only changed fields are written, since somebody else may
    have changed the others since they were read. For models with `updated_at`; fields that are not columns of the row
    must be removed first.
    """

    def update(self, instance: Any, validated_data: dict[str, Any]) -> Any:
        for name, value in validated_data.items():
            setattr(instance, name, value)
        try:
            # `updated_at` is always new, so the row is written and locked even if nothing else changed.
            instance.save(update_fields=[*validated_data, "updated_at"])
        except DatabaseError as error:
            if error.__cause__:  # an error of the database; Django's own means that the row no longer exists
                raise
            raise exceptions.NotFound from error
        return instance

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(self.instance, Model) and isinstance(data, Mapping):
            for name, field in self.fields.items():
                if name in data and not field.read_only and self._is_unchanged(field, data[name]):
                    field.read_only = True
        return super().to_internal_value(data)

    def _is_unchanged(self, field: serializers.Field, sent: Any) -> bool:
        value = field.get_attribute(self.instance)  # type: ignore[arg-type]
        current = None if value is None else field.to_representation(value)
        # 1 == True in Python, but JSON distinguishes them.
        return type(sent) is type(current) and sent == current


class Shown(serializers.Field):
    """Mixed into a field: an empty column is shown as what `shown` of its row has instead.

    What is shown and sent back counts as unchanged, so it is not stored.
    """

    def get_attribute(self, instance: Any) -> Any:
        return instance.shown[self.field_name]


class ShownText(Shown, serializers.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, allow_blank=True, **kwargs)


class ShownNumber(Shown, serializers.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, allow_null=True, **kwargs)


class RowId(serializers.PrimaryKeyRelatedField):
    """The id of a row, as a whole number.

    DRF's own field truncates 1.5 to 1, and fails on 1e400, which JSON parses as infinity.
    """

    def __init__(self, queryset: QuerySet, **kwargs: Any) -> None:
        super().__init__(queryset=queryset, pk_field=serializers.IntegerField(), **kwargs)


class RowIds(serializers.ListField):
    """A list of row ids, looked up in one query."""

    child = serializers.IntegerField()

    def __init__(self, queryset: QuerySet, **kwargs: Any) -> None:
        self._queryset = queryset
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> list[Model]:
        ids = super().to_internal_value(data)
        found: dict[int, Model] = self._queryset.in_bulk({pk for pk in ids if 0 < pk <= HIGHEST_ID})
        unknown: dict[Any, Any] = {
            place: [f"There is no row with the id {pk}."] for place, pk in enumerate(ids) if pk not in found
        }
        if unknown:
            raise serializers.ValidationError(unknown)
        return [found[pk] for pk in ids]

    def to_representation(self, data: Any) -> list[int]:
        return [row.pk for row in data.all()]


def error_response_schema(words: str) -> OpenApiResponse:
    """A schema entry for an error that only one operation returns; `words` say when."""
    return OpenApiResponse(ErrorSerializer, words)


class ErrorSerializer(serializers.Serializer):
    """The shape of an error in the schema; some errors add further keys."""

    code = serializers.CharField(help_text="The error code, for programs.")
    detail = serializers.CharField(help_text="A message for people.")
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="Error messages by the path of their field: `subcategories.1.name`.",
    )
    run_id = serializers.UUIDField(required=False, help_text="The open run, with the code `run_in_progress`.")
