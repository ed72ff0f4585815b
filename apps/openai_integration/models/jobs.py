"""Work that a worker claims, keeps alive and ends, and that another takes over when the first one dies."""

import uuid
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

# A worker that stops renewing is taken for dead after this long; it renews four times as often.
LEASE = timedelta(seconds=20)
# A task that was sent is given this long to be taken before it is sent again ...
RESEND = timedelta(seconds=15)
# ... and one that is due this long to arrive.
GRACE = timedelta(seconds=3)


class LeasedJob(models.Model):
    """A row of work. Every change of its state is one conditional UPDATE, so that two workers never both make it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    status = models.CharField(max_length=16)
    error_code = models.CharField(
        max_length=40, blank=True, default="", help_text="Why it ended otherwise than completed."
    )
    error_detail = models.CharField(max_length=300, blank=True, default="", help_text="The same, for a person.")
    attempts = models.PositiveSmallIntegerField(
        default=0, help_text="Calls to the model begun; ticks of a poll are not counted."
    )
    deadline_at = models.DateTimeField(help_text="The work has ended by then, whatever happens.")
    next_attempt_at = models.DateTimeField(help_text="Not to be claimed before.")
    sent_at = models.DateTimeField(default=timezone.now, help_text="When a worker was last told of it.")
    lease_token = models.UUIDField(null=True, blank=True, help_text="Names the worker that has it.")
    lease_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    OPEN = ("queued", "in_progress")
    # What work is called that had not ended by its deadline.
    OVERDUE: str

    class Meta:
        abstract = True

    @classmethod
    def _rows(cls) -> Any:
        return cls._default_manager

    @classmethod
    def claimable(cls, *, now: datetime) -> Q:
        """Open, due, before its deadline, and in nobody's hands."""
        free = Q(status="queued") | Q(status="in_progress", lease_until__lt=now)
        return free & Q(next_attempt_at__lte=now, deadline_at__gt=now)

    def claim(self, *, now: datetime) -> uuid.UUID | None:
        """Take the work for this worker: the lease's token, for one caller a lease; None otherwise."""
        token = uuid.uuid4()
        taken = (
            self._rows()
            .filter(self.claimable(now=now), pk=self.pk)
            .update(
                status="in_progress",
                lease_token=token,
                lease_until=now + LEASE,
                started_at=models.functions.Coalesce(F("started_at"), now),
            )
        )
        if not taken:
            return None
        self.refresh_from_db()
        return token

    def begin_call(self, token: uuid.UUID) -> bool:
        """Count a call to the model before it is made; False if the lease is no longer ours."""
        held = self._rows().filter(pk=self.pk, lease_token=token).update(attempts=F("attempts") + 1)
        self.attempts += held
        return bool(held)

    def put_back(self, token: uuid.UUID, *, at: datetime, **fields: Any) -> bool:
        """Give the lease back with a time for the next try, and with what is known so far."""
        return bool(
            self._rows()
            .filter(pk=self.pk, lease_token=token)
            .update(lease_token=None, lease_until=at, next_attempt_at=at, **fields)
        )

    def finish(self, token: uuid.UUID, *, status: str, now: datetime, **fields: Any) -> bool:
        """End the work; False, and nothing written, if the lease is no longer ours."""
        return bool(
            self._rows()
            .filter(pk=self.pk, lease_token=token, status="in_progress")
            .update(status=status, finished_at=now, lease_token=None, lease_until=None, **fields)
        )

    @classmethod
    def take_unsent(cls, *, now: datetime, limit: int = 500) -> list[uuid.UUID]:
        """Work that should be going on and of which no worker has been told for a while; it counts as told now.

        What waits in a long queue is named again each RESEND at most, so that sweeping does not lengthen the queue.
        """
        due = cls._rows().filter(cls.claimable(now=now), sent_at__lt=now - RESEND, next_attempt_at__lt=now - GRACE)
        ids = list(due.order_by("next_attempt_at").values_list("pk", flat=True)[:limit])
        cls._rows().filter(pk__in=ids).update(sent_at=now)
        return ids

    @classmethod
    def expire_overdue(cls, *, now: datetime) -> int:
        """End all open work whose deadline has passed, in whoever's hands it is."""
        return (
            cls._rows()
            .filter(status__in=cls.OPEN, deadline_at__lte=now)
            .update(
                status=cls.OVERDUE,
                error_code="deadline_exceeded",
                error_detail="No answer came in the time there was.",
                finished_at=now,
                lease_token=None,
                lease_until=None,
            )
        )

    def as_it_is(self, *, now: datetime) -> Self:
        """This row for a reader: past its deadline it has ended, whether or not a sweep came by."""
        if self.status in self.OPEN and self.deadline_at <= now:
            self.expire_overdue(now=now)
            self.refresh_from_db()
        return self
