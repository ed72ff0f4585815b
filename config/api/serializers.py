"""What the serializers of teaching content share."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model, QuerySet
from rest_framework import serializers


class OldValuesStay(serializers.Serializer):
    """What a row already says is accepted as it is: rules are for what is new, and rows older than them stay editable.

    A field that is sent back unchanged counts as not sent.
    """

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
