"""The base model of history entries."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from apps.core.history.origin import LINE_MAX

TITLE_MAX = 80


class Change(models.Model):
    """What one write did to one row. Entries are never changed or deleted; they outlive the row and the person.

    Each app with recorded rows has its own table of entries. There is no foreign key to teaching content: `kind` and
    `object_key` identify the row.
    """

    class Action(models.TextChoices):
        CREATED = "created", "Created"
        CHANGED = "changed", "Changed"
        DELETED = "deleted", "Deleted"
        FOUND = "found", "Found changed"  # by the old service or by hand, since the previous entry

    action = models.CharField(max_length=10, choices=Action.choices)
    kind = models.CharField(max_length=30, help_text="The model of the row.")
    object_key = models.CharField(max_length=24, help_text="Its id; two with a comma where it has two.")
    parent_id = models.IntegerField(null=True, help_text="The row that it belongs to, such as a tag's patient.")
    title = models.CharField(max_length=TITLE_MAX, help_text="What the row was called.")
    before = models.JSONField(help_text="Column > value; {}: there was no row.")
    after = models.JSONField(help_text="Column > value; {}: there is no row.")
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Empty: the command line, the old service, or an account that is gone.",
    )
    request = models.CharField(max_length=LINE_MAX, help_text="Method and path; empty: it came from no request.")
    changed_at = models.DateTimeField(db_default=Now())

    objects: ClassVar[models.Manager[Any]]

    class Meta:
        abstract = True
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["kind", "object_key"], name="%(class)s_object_idx"),
            models.Index(fields=["kind", "parent_id"], name="%(class)s_parent_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.get_action_display().lower()}"  # type: ignore[attr-defined]

    @property
    def changed_columns(self) -> list[str]:
        """The columns whose values differ."""
        return [name for name in {**self.before, **self.after} if self.before.get(name) != self.after.get(name)]
