"""Filters by time."""

import datetime

from django.core.exceptions import ValidationError
from django_filters import rest_framework as filters
from django_filters.fields import IsoDateTimeField


class MomentField(IsoDateTimeField):
    """In UTC: PostgreSQL refuses a moment whose offset, such as -23:50, is nobody's."""

    def to_python(self, value: str | None) -> datetime.datetime | None:
        moment: datetime.datetime | None = super().to_python(value)
        try:
            return moment and moment.astimezone(datetime.UTC)
        except OverflowError as error:  # before the year 1, or after 9999
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


class MomentFilter(filters.IsoDateTimeFilter):
    """A moment as ISO 8601 writes it."""

    field_class = MomentField
