"""Work that a worker claims, keeps alive and ends, and that another takes over when the first one dies."""

import time
import uuid
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.db import models, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Greatest, Least, Now
from django.utils import timezone

from apps.core.clock import Moment
from apps.openai_integration.models.pauses import ModelPause

# A worker that stops renewing is taken for dead after this long; it renews four times as often.
LEASE = timedelta(seconds=20)
# A task that was sent is given this long to be taken before it is sent again ...
RESEND = timedelta(seconds=15)
# ... and one that is due this long to arrive.
GRACE = timedelta(seconds=3)
# A pause that is forgotten must not keep work open for ever.
PAUSE_LIMIT = timedelta(hours=1)
_ALL = Q()


def ended_has_a_time(name: str) -> models.CheckConstraint:
    """Work has an end exactly if it is not open."""
    is_open = Q(status__in=LeasedJob.OPEN)
    return models.CheckConstraint(
        condition=is_open & Q(finished_at__isnull=True) | ~is_open & Q(finished_at__isnull=False), name=name
    )


def lease_only_in_progress(name: str) -> models.CheckConstraint:
    """Nobody holds what waits or has ended; what is in progress is due back at a time."""
    idle = Q(lease_token__isnull=True, lease_until__isnull=True) & ~Q(status="in_progress")
    return models.CheckConstraint(condition=Q(lease_until__isnull=False, status="in_progress") | idle, name=name)


class LeasedJob(models.Model):
    """A row of work. Every change of its state is one conditional UPDATE, so that two workers never both make it.

    TRANSITIONS says which changes there are; on PostgreSQL a trigger refuses all others. Callers' `now` is Now(), so
    that all times are the database's and a worker whose own clock is off takes nothing from others.
    """

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
    sent_at = models.DateTimeField(db_default=Now(), help_text="When a worker was last told of it.")
    lease_token = models.UUIDField(null=True, blank=True, help_text="Names the worker that has it.")
    lease_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    OPEN = ("queued", "in_progress")
    # From a status to those that may follow it; what has ended stays as it is.
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]]
    # What work is called that had not ended by its deadline.
    OVERDUE: str
    # The deadline by this process's time.monotonic(), once it has claimed the work.
    _ends_at: float

    class Meta:
        abstract = True

    @classmethod
    def _rows(cls) -> Any:
        return cls._default_manager

    @classmethod
    def awaited(cls) -> Q:
        """Work whose answer is being made at the provider already: a pause does not hold it back."""
        return Q(pk__in=[])

    @classmethod
    def waiting(cls, *, now: Moment) -> Q:
        """Queued, or left behind by a worker that died: a pause of the model's calls holds it back."""
        left_behind = Q(status="in_progress", lease_until__lt=now) & ~cls.awaited()
        return Q(status="queued") | left_behind

    @classmethod
    def claimable(cls, *, now: Moment) -> Q:
        """Open, due, before its deadline, in nobody's hands, and not held back by a pause of the model's calls."""
        free = Q(status="queued") | Q(status="in_progress", lease_until__lt=now)
        return (
            free & Q(next_attempt_at__lte=now, deadline_at__gt=now) & (ModelPause.objects.none_open() | cls.awaited())
        )

    @classmethod
    def due_in_s(cls, pk: str) -> float | None:
        """Seconds until it may be claimed, where that is soon: a machine whose clock is ahead is told too early."""
        soon = Q(next_attempt_at__gt=Now(), next_attempt_at__lt=Now() + RESEND)
        waits = cls._rows().filter(soon, pk=pk, status__in=cls.OPEN, lease_token=None).annotate(now=Now()).first()
        return (waits.next_attempt_at - waits.now).total_seconds() if waits else None

    def claim(self, *, now: Moment) -> uuid.UUID | None:
        """Take the work for this worker: the lease's token, for one caller a lease; None otherwise."""
        token = uuid.uuid4()
        taken = (
            self._rows()
            .filter(self.claimable(now=now), pk=self.pk)
            .update(
                status="in_progress",
                lease_token=token,
                lease_until=now + LEASE,
                started_at=Coalesce(F("started_at"), now),
            )
        )
        if not taken:
            return None
        self.refresh_from_db()
        if self.lease_until is None:  # it has been ended since
            return None
        # The lease has just begun, which says what the database's clock shows.
        left = self.deadline_at - (self.lease_until - LEASE)
        self._ends_at = time.monotonic() + left.total_seconds()
        return token

    @property
    def time_left_s(self) -> float:
        """Seconds until the deadline, for the worker that has claimed it."""
        return self._ends_at - time.monotonic()

    @property
    def worked_on_s(self) -> float:
        """Seconds since a worker first claimed it, for the one that has now."""
        return (self.deadline_at - (self.started_at or self.created_at)).total_seconds() - self.time_left_s

    def begin_call(self, token: uuid.UUID) -> bool:
        """Count a call to the model before it is made; False if the lease is no longer ours, or calls are paused."""
        ours = self._rows().filter(ModelPause.objects.none_open(), pk=self.pk, lease_token=token)
        held = ours.update(attempts=F("attempts") + 1)
        self.attempts += held
        return bool(held)

    def put_back(self, token: uuid.UUID, *, at: Moment, awaited: bool = False, **fields: Any) -> bool:
        """Give the lease back with a time for the next try, and with what is known so far.

        `awaited`: the provider goes on working on the answer, so the work stays in progress; else it waits, queued.
        """
        state = {"lease_until": at} if awaited else {"lease_until": None, "status": "queued"}
        return bool(
            self._rows()
            .filter(pk=self.pk, lease_token=token)
            .update(lease_token=None, next_attempt_at=at, **state, **fields)
        )

    def finish(self, token: uuid.UUID, *, status: str, now: Moment, **fields: Any) -> bool:
        """End the work; False, and nothing written, if the lease is no longer ours."""
        return bool(
            self._rows()
            .filter(pk=self.pk, lease_token=token, status="in_progress")
            .update(status=status, finished_at=now, lease_token=None, lease_until=None, **fields)
        )

    @classmethod
    def claim_undispatched(cls, *, now: Moment, limit: int = 500) -> list[uuid.UUID]:
        """Work that should be going on and of which no worker has been told for a while; it counts as told now.

        What waits in a long queue is named again each RESEND at most, so that sweeping does not lengthen the queue.
        Two callers at once are told of different work.
        """
        with transaction.atomic():
            free = cls._rows().select_for_update(skip_locked=True, no_key=True)
            due = free.filter(cls.claimable(now=now), sent_at__lt=now - RESEND, next_attempt_at__lt=now - GRACE)
            ids = list(due.order_by("next_attempt_at").values_list("pk", flat=True)[:limit])
            cls._rows().filter(pk__in=ids).update(sent_at=now)
        return ids

    @classmethod
    def expire_overdue(cls, *, now: Moment, only: Q = _ALL) -> list[uuid.UUID]:
        """End open work whose deadline has passed, in whoever's hands it is; what a pause holds back has time.

        The ids of what ended by this call: of two callers at once, each is told of what it ended itself.
        """
        with transaction.atomic():
            free = cls._rows().select_for_update(skip_locked=True, no_key=True)
            ids = list(free.filter(cls.overdue(now=now), only).values_list("pk", flat=True))
            cls._rows().filter(pk__in=ids).update(
                status=cls.OVERDUE,
                error_code="deadline_exceeded",
                error_detail="No answer came in the time there was.",
                finished_at=now,
                lease_token=None,
                lease_until=None,
            )
        return ids

    @classmethod
    def overdue(cls, *, now: Moment) -> Q:
        """Open after its deadline. A pause stops the clock of what waits, but for no longer than PAUSE_LIMIT."""
        counting = ModelPause.objects.none_open(since=now - PAUSE_LIMIT)
        return Q(status__in=cls.OPEN, deadline_at__lte=now) & (~cls.waiting(now=now) | counting)

    @classmethod
    def extend_deadlines(cls, *, paused_at: datetime, now: datetime) -> int:
        """Let what waited through a pause have the time that it had left, and be sent by the next sweep."""
        # Not before it was made, nor before it was due again.
        waited_from = Least(Greatest(F("next_attempt_at"), Value(paused_at)), Value(now))
        waited = cls._rows().filter(cls.waiting(now=now))
        return waited.update(deadline_at=F("deadline_at") + (Value(now) - waited_from), sent_at=now - 2 * RESEND)

    @classmethod
    def mark_undispatched(cls, ids: Collection[uuid.UUID], *, now: Moment) -> None:
        """No worker could be told of this work: the next sweep tries again."""
        cls._rows().filter(pk__in=ids).update(sent_at=now - 2 * RESEND)

    def refreshed(self) -> Self:
        """This row for a reader: past its deadline it has ended, whether or not a sweep came by.

        This machine's clock only says when to look; the database's says whether it has ended.
        """
        if self.status in self.OPEN and self.deadline_at <= timezone.now():
            self.expire_overdue(now=Now(), only=Q(pk=self.pk))
            self.refresh_from_db()
        return self
