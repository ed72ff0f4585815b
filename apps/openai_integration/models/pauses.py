"""Pauses of all calls to the model."""

from django.db import models
from django.db.models import BooleanField, Case, Exists, Q, When

from apps.core.clock import Moment
from apps.core.list_queries import CompiledQuery


class ModelPauseQuerySet(models.QuerySet["ModelPause"]):
    def current(self) -> "ModelPause | None":
        """The pause that has not ended, if any."""
        return self.filter(ended_at__isnull=True).first()

    def none_open(self, *, since: Moment | None = None) -> Q:
        """A filter for any table: no pause is open; with `since`, none that began after that."""
        open_now = self.filter(ended_at__isnull=True)
        return Q(~Exists(open_now.filter(began_at__gt=since) if since else open_now))


class ModelPause(models.Model):
    """A time in which no call to the model is begun. Runs and evaluations are accepted meanwhile, and wait."""

    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Empty while the pause lasts.")
    began_by = models.CharField(max_length=120)
    ended_by = models.CharField(max_length=120, blank=True, default="")
    reason = models.CharField(max_length=200, blank=True, default="")

    objects = ModelPauseQuerySet.as_manager()

    class Meta:
        db_table = "model_pauses"
        ordering = ["-began_at", "-id"]
        constraints = [
            # True for open pauses. For ended ones it is NULL, and NULLs do not conflict.
            models.UniqueConstraint(
                Case(When(ended_at__isnull=True, then=True), output_field=BooleanField()), name="one_pause_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.began_at:%Y-%m-%d %H:%M} to {f'{self.ended_at:%Y-%m-%d %H:%M}' if self.ended_at else 'now'}"


# The answer to each message of a student says whether it waits.
_OPEN = CompiledQuery(ModelPause.objects.filter(ended_at__isnull=True).order_by().values("pk"))


def calls_are_paused() -> bool:
    """Whether a pause has not ended."""
    return any(_OPEN.tuples(limit=1))
