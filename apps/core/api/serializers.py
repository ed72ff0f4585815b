"""What serializers share: those that read a body, and those of teaching content."""

from collections.abc import Mapping
from itertools import islice
from typing import Any, cast

from django.db import DatabaseError
from django.db.models import Model, QuerySet
from drf_spectacular.utils import OpenApiResponse
from rest_framework import exceptions, serializers

# Of an `integer` column, which the ids of the old tables are.
HIGHEST_ID = 2**31 - 1
# So many of the keys that a body should not have are named.
UNKNOWN_KEYS_NAMED = 20


class InputSerializer(serializers.Serializer):
    # Refuses a key that is no field's; a read-only field may be sent back, and is not read. Every body of v2 is read by
    # one of these. A docstring would be that of each such body in the schema.
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
        return {name: ["There is no such field here."] for name in islice(names, UNKNOWN_KEYS_NAMED)}


class UnchangedFieldsMixin(InputSerializer):
    """What a row already says is accepted as it is: rules are for what is new, and rows older than them stay editable.

    A field that is sent back unchanged counts as not sent, and only what was sent is written: the rest of the row may
    have been changed by somebody else since it was read. For models with `updated_at`; fields that are not columns of
    the row are taken out before.
    """

    def update(self, instance: Any, validated_data: dict[str, Any]) -> Any:
        for name, value in validated_data.items():
            setattr(instance, name, value)
        try:
            # The time is always new, so the row is written, and locked, even if nothing else is.
            instance.save(update_fields=[*validated_data, "updated_at"])
        except DatabaseError as error:
            if error.__cause__:  # the database's own error; Django's is that there was no row to write
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
        # 1 == True in Python, and only one of them is a number.
        return type(sent) is type(current) and sent == current


class RowId(serializers.PrimaryKeyRelatedField):
    """The id of a row, as a number.

    DRF alone cuts 1.5 to 1, and fails at 1e400, which JSON reads as infinity.
    """

    def __init__(self, queryset: QuerySet, **kwargs: Any) -> None:
        super().__init__(queryset=queryset, pk_field=serializers.IntegerField(), **kwargs)


class RowIds(serializers.ListField):
    """The ids of rows, each a number; all of them are looked up at once."""

    child = serializers.IntegerField()

    def __init__(self, queryset: QuerySet, **kwargs: Any) -> None:
        self._queryset = queryset
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> list[Model]:
        ids = super().to_internal_value(data)
        found: dict[int, Model] = self._queryset.in_bulk({pk for pk in ids if 0 < pk <= HIGHEST_ID})
        unknown: dict[Any, Any] = {
            place: [f"There is none with the id {pk}."] for place, pk in enumerate(ids) if pk not in found
        }
        if unknown:
            raise serializers.ValidationError(unknown)
        return [found[pk] for pk in ids]

    def to_representation(self, data: Any) -> list[int]:
        return [row.pk for row in data.all()]


def error_response_schema(words: str) -> OpenApiResponse:
    """For the schema: an error of one operation's own, and when it comes."""
    return OpenApiResponse(ErrorSerializer, words)


class ErrorSerializer(serializers.Serializer):
    """What a refusal says, for the schema; some say more, such as which run is in the way."""

    code = serializers.CharField(help_text="A word for programs.")
    detail = serializers.CharField(help_text="A sentence for people.")
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="What is wrong with which field, by its path: `subcategories.1.name`.",
    )
