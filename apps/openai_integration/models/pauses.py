"""The switch by which operations stop all calls to the model."""

from django.db import models
from django.db.models import BooleanField, Case, Exists, Q, When

from apps.core.clock import Moment


class ModelPauseQuerySet(models.QuerySet["ModelPause"]):
    def current(self) -> "ModelPause | None":
        """The pause that is on, if one is."""
        return self.filter(ended_at__isnull=True).first()

    def none_open(self, *, since: Moment | None = None) -> Q:
        """A condition for rows of any table: no pause is on; with `since`, none that began after it."""
        open_now = self.filter(ended_at__isnull=True)
        return Q(~Exists(open_now.filter(began_at__gt=since) if since else open_now))


class ModelPause(models.Model):
    """From `began_at` to `ended_at` no call to the model is begun: turns and markings are accepted, and wait."""

    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Empty: it is on.")
    began_by = models.CharField(max_length=120)
    ended_by = models.CharField(max_length=120, blank=True, default="")
    reason = models.CharField(max_length=200, blank=True, default="")

    objects = ModelPauseQuerySet.as_manager()

    class Meta:
        db_table = "model_pauses"
        ordering = ["-began_at", "-id"]
        constraints = [
            # Equal for all that are on, and NULL, which differs from itself, for the others.
            models.UniqueConstraint(
                Case(When(ended_at__isnull=True, then=True), output_field=BooleanField()), name="one_pause_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.began_at:%Y-%m-%d %H:%M} to {f'{self.ended_at:%Y-%m-%d %H:%M}' if self.ended_at else 'now'}"
