"""Publishes the progress of one run on behalf of the worker that holds it."""

from apps.openai_integration.conversation.events import publishing
from apps.openai_integration.models import Message, Run


class RunPublisher:
    """Call it after the commit. It never raises: readers that miss an event get the result from the row."""

    def __init__(self, run: Run) -> None:
        self._run = run
        # Whether Redis took the last events.
        self.delivered = True

    def started(self) -> None:
        """A worker has started; the text of earlier attempts is void."""
        earlier = [publishing.reset_event(self._run.attempts)] if self._run.attempts > 1 else []
        self._publish(publishing.status_event(self._run.attempts, self._run.status), *earlier)

    def delta(self, text: str) -> bool:
        """Publish a checked piece of the reply; False if it was lost."""
        self._publish(publishing.delta_event(self._run.attempts, text))
        return self.delivered

    def reset(self, *, attempt: int) -> None:
        """A new reply has been requested; the earlier text is void."""
        self._publish(publishing.reset_event(attempt))

    def queued(self) -> None:
        """The run waits for another worker."""
        self._publish(publishing.status_event(self._run.attempts, Run.Status.QUEUED))

    def ended(self, reply: Message | None = None, *, rest: str = "") -> None:
        """The run has ended, with or without a reply. `rest` is the part of a streamed reply not published yet."""
        last = [publishing.delta_event(self._run.attempts, rest)] if rest else []
        self._publish(*last, *publishing.end_events(self._run, reply))

    def _publish(self, *events: publishing.Event) -> None:
        self.delivered = publishing.publish(self._run, *events)
