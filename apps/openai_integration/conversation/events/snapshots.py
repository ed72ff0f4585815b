"""What the database says of runs, for readers whose stream says nothing."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from apps.core.clock import database_now
from apps.openai_integration.conversation.events import publishing
from apps.openai_integration.conversation.events.publishing import Event
from apps.openai_integration.conversation.events.streams import HIGHEST, Entry, Position
from apps.openai_integration.models import ModelPause, Run


@dataclass(frozen=True)
class RunSnapshot:
    """A run's row as events: where it stands, and its end if it has ended."""

    status: Event
    end: tuple[Event, ...] = ()


def pause_would_hold(run: Run) -> bool:
    """Whether the run waits while calls are paused: open, in nobody's hands, and with no answer to be fetched."""
    return not run.upstream_id and (run.status == Run.Status.QUEUED or _is_left_behind(run))


def _is_left_behind(run: Run) -> bool:
    # The database is asked where this machine's clock says so, which may be ahead.
    if run.status != Run.Status.IN_PROGRESS or run.lease_until is None or run.lease_until >= timezone.now():
        return False
    return run.lease_until < database_now()


def snapshot_of(run: Run, current_pause: Callable[[], ModelPause | None]) -> RunSnapshot:
    """The pause is asked for where it matters only."""
    paused = pause_would_hold(run) and current_pause() is not None
    status = publishing.status(run.attempts, run.status, paused=paused)
    if run.status in Run.OPEN:
        return RunSnapshot(status)
    return RunSnapshot(status, tuple(publishing.ended(run, next(iter(run.replies.all()), None))))


def end_not_heard(end: Sequence[Event], heard: Sequence[Entry]) -> list[Entry]:
    """What the stream lacks of the run's end, at positions above all that a stream may ever have: they do not depend
    on what became of the stream."""
    kinds = {entry.kind for entry in heard}
    if "done" in kinds:
        return []
    ends = [Entry(event.kind, event.as_json(), Position(HIGHEST, n)) for n, event in enumerate(end)]
    return [entry for entry in ends if entry.kind not in kinds]


def fetch_snapshots(run_ids: Collection[UUID]) -> dict[UUID, RunSnapshot]:
    """These runs as they are; one that is not there has been deleted. Those past their deadline are ended first."""
    these = Q(pk__in=run_ids)
    if Run.objects.filter(these, Run.overdue(now=Now())).exists():
        Run.expire_overdue(now=Now(), only=these)
    needed = ("status", "attempts", "error_code", "error_detail", "lease_until", "upstream_id")
    runs = Run.objects.filter(these).only(*needed)
    current_pause = cache(ModelPause.objects.current)
    return {run.pk: snapshot_of(run, current_pause) for run in runs}
