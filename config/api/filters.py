"""Narrowing lists."""

from typing import Any

from django import forms
from django_filters import rest_framework as filters

HIGHEST_ID = 2**31 - 1


class IdFilter(filters.NumberFilter):
    """Rows by the id of another row, as a plain number: an id that is nobody's finds nothing, as a hidden one does.

    The library's own reads decimals, and makes an integer of -1e5000 digit by digit.
    """

    field_class = forms.IntegerField

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=HIGHEST_ID, **kwargs)
