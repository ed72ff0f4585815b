"""Abstract models that several apps share."""

from django.db import models
from django.db.models.functions import Now


class Timestamped(models.Model):
    """Two times that the database fills, so that they are also set on rows that the old service inserts.

    NULL means that the row is older than this service.
    """

    created_at = models.DateTimeField(
        null=True, blank=True, editable=False, db_default=Now(), help_text="When the row was made."
    )
    updated_at = models.DateTimeField(
        null=True, blank=True, auto_now=True, help_text="When this service last saved the row."
    )

    class Meta:
        abstract = True
