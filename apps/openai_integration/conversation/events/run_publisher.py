"""Those who follow one run, as the worker that has it speaks to them."""

from apps.openai_integration.conversation.events import publishing
from apps.openai_integration.models import Message, Run


class RunPublisher:
    """What is told is told after the commit. It never raises: who missed something hears the end from the row."""

    def __init__(self, run: Run) -> None:
        self._run = run
        # Whether the last thing said came through.
        self.reached = True

    def begun(self) -> None:
        """A worker has the run; what an earlier one said is void."""
        earlier = [publishing.reset(self._run.attempts)] if self._run.attempts > 1 else []
        self._tell(publishing.status(self._run.attempts, self._run.status), *earlier)

    def piece(self, text: str) -> bool:
        """A checked piece of the reply; False where it was lost."""
        self._tell(publishing.delta(self._run.attempts, text))
        return self.reached

    def void(self, *, attempt: int) -> None:
        """The reply is asked for anew."""
        self._tell(publishing.reset(attempt))

    def queued(self) -> None:
        """The run waits for another worker."""
        self._tell(publishing.status(self._run.attempts, Run.Status.QUEUED))

    def ended(self, reply: Message | None = None, *, rest: str = "") -> None:
        """The run has ended, with a reply or without; `rest` is what was not shown yet of a reply that was shown."""
        last = [publishing.delta(self._run.attempts, rest)] if rest else []
        self._tell(*last, *publishing.ended(self._run, reply))

    def _tell(self, *events: publishing.Event) -> None:
        self.reached = publishing.publish(self._run, *events)
