"""When a row came and when it last changed."""

from django.db import models
from django.db.models.functions import Now


class Timestamped(models.Model):
    """Two times that the database fills, so that rows of a service that does not know them get them too.

    NULL means "before this service knew the row".
    """

    created_at = models.DateTimeField(
        null=True, blank=True, editable=False, db_default=Now(), help_text="When the row was made."
    )
    updated_at = models.DateTimeField(
        null=True, blank=True, auto_now=True, help_text="When this service last saved the row."
    )

    class Meta:
        abstract = True
