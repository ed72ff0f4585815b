"""A run's state in the database as events, for readers whose Redis stream is silent."""

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
from apps.openai_integration.conversation.events.streams import HIGHEST, Position, StreamEntry
from apps.openai_integration.models import Run
from apps.openai_integration.models.pauses import calls_are_paused


@dataclass(frozen=True)
class RunSnapshot:
    """The state of a run's row as events. `end` is empty while the run is open."""

    status: Event
    end: tuple[Event, ...] = ()


def pause_would_hold(run: Run) -> bool:
    """Whether a pause would keep the run waiting: it is open, unclaimed, and awaits no background response."""
    return not run.upstream_id and (run.status == Run.Status.QUEUED or _is_left_behind(run))


def _is_left_behind(run: Run) -> bool:
    # This machine's clock may be ahead, so an expired lease is confirmed with the database's clock.
    if run.status != Run.Status.IN_PROGRESS or run.lease_until is None or run.lease_until >= timezone.now():
        return False
    return run.lease_until < database_now()


def snapshot_of(run: Run, are_paused: Callable[[], bool]) -> RunSnapshot:
    """The run's row as events. `are_paused` is called only where a pause would matter."""
    paused = pause_would_hold(run) and are_paused()
    status = publishing.status_event(run.attempts, run.status, paused=paused)
    if run.status in Run.OPEN:
        return RunSnapshot(status)
    return RunSnapshot(status, tuple(publishing.end_events(run, next(iter(run.replies.all()), None))))


def missing_end_entries(end: Sequence[Event], heard: Sequence[StreamEntry]) -> list[StreamEntry]:
    """The entries that the stream lacks of the run's end.

    Their positions are higher than any that Redis assigns, so they do not depend on what the stream holds.
    """
    kinds = {entry.kind for entry in heard}
    if "done" in kinds:
        return []
    ends = [StreamEntry(event.kind, event.as_json(), Position(HIGHEST, n)) for n, event in enumerate(end)]
    return [entry for entry in ends if entry.kind not in kinds]


def fetch_snapshots(run_ids: Collection[UUID]) -> dict[UUID, RunSnapshot]:
    """Snapshots by run id; deleted runs are missing. Runs past their deadline are ended first."""
    these = Q(pk__in=run_ids)
    if Run.objects.filter(these, Run.overdue(now=Now())).exists():
        Run.expire_overdue(now=Now(), only=these)
    needed = ("status", "attempts", "error_code", "error_detail", "lease_until", "upstream_id")
    runs = Run.objects.filter(these).only(*needed)
    are_paused = cache(calls_are_paused)
    return {run.pk: snapshot_of(run, are_paused) for run in runs}
