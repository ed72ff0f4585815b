"""The base of runs and evaluations: work under a lease, which another worker takes over if the first one dies."""

import time
import uuid
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any, ClassVar, Self

from django.db import models, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Greatest, Least, Now
from django.utils import timezone

from apps.core.clock import Moment
from apps.core.compiled_update import CompiledUpdate
from apps.openai_integration.models.pauses import ModelPause

# A worker that stops renewing its lease counts as dead after this long. It renews four times as often.
LEASE = timedelta(seconds=20)
# A task that no worker has claimed is sent again after this long ...
RESEND_AFTER = timedelta(seconds=15)
# ... and at least this long after its job was due.
DISPATCH_GRACE = timedelta(seconds=3)
# A forgotten pause must not keep work open forever.
PAUSE_LIMIT = timedelta(hours=1)
_ALL = Q()
# Placeholders of compiled updates: a job's id, and the token of its lease.
_ID, _TOKEN = uuid.UUID(int=1), uuid.UUID(int=2)


def ended_has_a_time(name: str) -> models.CheckConstraint:
    """A constraint: `finished_at` is set exactly if the work is not open."""
    is_open = Q(status__in=LeasedJob.OPEN)
    return models.CheckConstraint(
        condition=is_open & Q(finished_at__isnull=True) | ~is_open & Q(finished_at__isnull=False), name=name
    )


def lease_only_in_progress(name: str) -> models.CheckConstraint:
    """A constraint: only work in progress has a lease, and it has `lease_until`."""
    idle = Q(lease_token__isnull=True, lease_until__isnull=True) & ~Q(status="in_progress")
    return models.CheckConstraint(condition=Q(lease_until__isnull=False, status="in_progress") | idle, name=name)


class LeasedJob(models.Model):
    """A unit of work. Each change of state is one conditional UPDATE, so two workers cannot both make it.

    TRANSITIONS lists the changes allowed; on PostgreSQL, a trigger refuses all others. Where there is a `now`, callers
    pass Now(), so that all times are the database's and a worker with a wrong clock takes no work from others.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    status = models.CharField(max_length=16)
    error_code = models.CharField(max_length=40, blank=True, default="", help_text="Why it did not complete.")
    error_detail = models.CharField(max_length=300, blank=True, default="", help_text="The reason in words.")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Calls to the model, without polls.")
    deadline_at = models.DateTimeField(help_text="It is ended at this time at the latest.")
    next_attempt_at = models.DateTimeField(help_text="No worker takes it before this time.")
    sent_at = models.DateTimeField(db_default=Now(), help_text="When its task was last sent.")
    lease_token = models.UUIDField(null=True, blank=True, help_text="Identifies the worker that has it.")
    lease_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    OPEN = ("queued", "in_progress")
    # From each open status to those that may follow it. Work that has ended does not change.
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]]
    # The status of work that is ended at its deadline.
    OVERDUE: str
    # The deadline in this process's time.monotonic(), set when it claims the work.
    _ends_at: float

    class Meta:
        abstract = True

    @classmethod
    def _manager(cls) -> Any:
        return cls._default_manager

    @classmethod
    def awaited(cls) -> Q:
        """A filter for work that awaits a background response, which a pause does not stop."""
        return Q(pk__in=[])

    @classmethod
    def waiting(cls, *, now: Moment) -> Q:
        """A filter for work that is queued, or that a dead worker left behind. A pause stops it."""
        left_behind = Q(status="in_progress", lease_until__lt=now) & ~cls.awaited()
        return Q(status="queued") | left_behind

    @classmethod
    def claimable(cls, *, now: Moment) -> Q:
        """A filter for open work that is due, before its deadline, unclaimed and not stopped by a pause."""
        free = Q(status="queued") | Q(status="in_progress", lease_until__lt=now)
        return (
            free & Q(next_attempt_at__lte=now, deadline_at__gt=now) & (ModelPause.objects.none_open() | cls.awaited())
        )

    @classmethod
    def due_in_s(cls, pk: str) -> float | None:
        """Seconds until the work is due, or None if that is not soon. If a clock is ahead, tasks arrive early."""
        soon = Q(next_attempt_at__gt=Now(), next_attempt_at__lt=Now() + RESEND_AFTER)
        waits = cls._manager().filter(soon, pk=pk, status__in=cls.OPEN, lease_token=None).annotate(now=Now()).first()
        return (waits.next_attempt_at - waits.now).total_seconds() if waits else None

    def claim(self) -> uuid.UUID | None:
        """Claim the work. Returns the lease's token, or None if the work is not available."""
        token = uuid.uuid4()
        if not _claiming(type(self)).run(token, self.pk):
            return None
        self.refresh_from_db()
        if self.lease_until is None:  # ended since the UPDATE
            return None
        # The lease has just begun, so its end tells the database's time.
        left = self.deadline_at - (self.lease_until - LEASE)
        self._ends_at = time.monotonic() + left.total_seconds()
        return token

    @property
    def time_left_s(self) -> float:
        """Seconds until the deadline. Only for the worker that has claimed the work."""
        return self._ends_at - time.monotonic()

    @property
    def worked_on_s(self) -> float:
        """Seconds since a worker first claimed the work. Only for the worker that has it now."""
        return (self.deadline_at - (self.started_at or self.created_at)).total_seconds() - self.time_left_s

    def is_held(self, token: uuid.UUID) -> bool:
        """Whether the worker with this token still has the work. Locks it until the transaction ends."""
        held = self._manager().select_for_update(no_key=True).filter(pk=self.pk, lease_token=token)
        return bool(held.values_list("pk").first())

    def begin_call(self, token: uuid.UUID) -> bool:
        """Count a call to the model before it is made; False if the lease is lost or calls are paused."""
        held = _counting(type(self)).run(token, self.pk)
        self.attempts += held
        return bool(held)

    def put_back(self, token: uuid.UUID, *, at: Moment, awaited: bool = False, **fields: Any) -> bool:
        """Release the lease until the next attempt at `at`, and store `fields`; False if the lease is lost.

        With `awaited`, the provider is still working on the response, and the work stays in progress; otherwise it is
        queued.
        """
        state = {"lease_until": at} if awaited else {"lease_until": None, "status": "queued"}
        return bool(
            self._manager()
            .filter(pk=self.pk, lease_token=token)
            .update(lease_token=None, next_attempt_at=at, **state, **fields)
        )

    def finish(self, token: uuid.UUID, *, status: str, now: Moment, **fields: Any) -> bool:
        """End the work; False, with nothing written, if the lease is lost."""
        return bool(
            self._manager()
            .filter(pk=self.pk, lease_token=token, status="in_progress")
            .update(status=status, finished_at=now, lease_token=None, lease_until=None, **fields)
        )

    @classmethod
    def claim_undispatched(cls, *, now: Moment, limit: int = 500) -> list[uuid.UUID]:
        """Ids of claimable work whose task was not sent recently. It counts as sent from now on.

        Work in a long queue is returned once per RESEND_AFTER at most, so that sweeps do not lengthen the queue.
        Concurrent callers get different work.
        """
        with transaction.atomic():
            free = cls._manager().select_for_update(skip_locked=True, no_key=True)
            due = free.filter(
                cls.claimable(now=now), sent_at__lt=now - RESEND_AFTER, next_attempt_at__lt=now - DISPATCH_GRACE
            )
            ids = list(due.order_by("next_attempt_at").values_list("pk", flat=True)[:limit])
            cls._manager().filter(pk__in=ids).update(sent_at=now)
        return ids

    @classmethod
    def expire_overdue(cls, *, now: Moment, only: Q = _ALL) -> list[uuid.UUID]:
        """End overdue work, even if a worker has it. Returns the ids of what this call ended.

        Concurrent callers get different ids.
        """
        with transaction.atomic():
            free = cls._manager().select_for_update(skip_locked=True, no_key=True)
            ids = list(free.filter(cls.overdue(now=now), only).values_list("pk", flat=True))
            cls._manager().filter(pk__in=ids).update(
                status=cls.OVERDUE,
                error_code="deadline_exceeded",
                error_detail="No answer arrived before the deadline.",
                finished_at=now,
                lease_token=None,
                lease_until=None,
            )
        return ids

    @classmethod
    def overdue(cls, *, now: Moment) -> Q:
        """A filter for open work past its deadline. A pause exempts waiting work, for PAUSE_LIMIT at most."""
        counting = ModelPause.objects.none_open(since=now - PAUSE_LIMIT)
        return Q(status__in=cls.OPEN, deadline_at__lte=now) & (~cls.waiting(now=now) | counting)

    @classmethod
    def extend_deadlines(cls, *, paused_at: datetime, now: datetime) -> int:
        """Extend the deadlines of work that waited through a pause, and have it sent again. Returns how many."""
        # The wait starts when the work was due, if that was after the pause began.
        waited_from = Least(Greatest(F("next_attempt_at"), Value(paused_at)), Value(now))
        waited = cls._manager().filter(cls.waiting(now=now))
        return waited.update(deadline_at=F("deadline_at") + (Value(now) - waited_from), sent_at=now - 2 * RESEND_AFTER)

    @classmethod
    def mark_undispatched(cls, ids: Collection[uuid.UUID], *, now: Moment) -> None:
        """Have the next sweep send work whose task could not be sent."""
        cls._manager().filter(pk__in=ids).update(sent_at=now - 2 * RESEND_AFTER)

    def refreshed(self) -> Self:
        """This job, ended first if its deadline has passed and no sweep has ended it yet.

        This machine's clock only decides whether to ask the database, whose clock decides.
        """
        if self.status in self.OPEN and self.deadline_at <= timezone.now():
            self.expire_overdue(now=Now(), only=Q(pk=self.pk))
            self.refresh_from_db()
        return self


@cache
def _claiming(model: type[LeasedJob]) -> CompiledUpdate:
    """Claims the job with an id under a token."""
    return CompiledUpdate(
        model._manager().filter(model.claimable(now=Now()), pk=_ID),
        (_TOKEN, _ID),
        status="in_progress",
        lease_token=_TOKEN,
        lease_until=Now() + LEASE,
        started_at=Coalesce(F("started_at"), Now()),
    )


@cache
def _counting(model: type[LeasedJob]) -> CompiledUpdate:
    """Counts an attempt at the job with a token and an id."""
    ours = model._manager().filter(ModelPause.objects.none_open(), pk=_ID, lease_token=_TOKEN)
    return CompiledUpdate(ours, (_TOKEN, _ID), attempts=F("attempts") + 1)
