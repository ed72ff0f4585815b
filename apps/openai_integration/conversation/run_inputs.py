"""The inputs of a run's reply: the scenario version, the messages so far, and the rules for the reply."""

from functools import cached_property, lru_cache
from typing import Any

from django.conf import settings

from apps.llm.requests import ModelRequest
from apps.openai_integration.conversation.prompt import ContextBuilder
from apps.openai_integration.conversation.reply_check import REMINDERS, ReplyCheck
from apps.openai_integration.models import Message, Run
from apps.scenarios.models import ScenarioVersion


class RunInputs:
    """What a run's call and its reply check need. Each part is read once, on first use."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def preload(self) -> None:
        """Read everything from the database now: the call itself must not hold a connection."""
        self.content  # noqa: B018 (cached)
        self.history  # noqa: B018

    @cached_property
    def content(self) -> dict[str, Any]:
        """The content of the scenario version that the run plays."""
        return _version_content(self._run.scenario_version_id)

    @cached_property
    def history(self) -> list[dict[str, str]]:
        """The messages up to the one that is answered, oldest first, as {role, content}."""
        in_order = Message.objects.filter(thread_id=self._run.thread_id).order_by("created_at", "id")
        messages = list(in_order.values_list("id", "role", "content"))
        answered = (number for number, (pk, *_) in enumerate(messages, 1) if pk == self._run.user_message_id)
        end = next(answered, len(messages))
        return [{"role": role, "content": content} for _, role, content in messages[:end]]

    @cached_property
    def check(self) -> ReplyCheck:
        """The rules for this run's reply."""
        return ReplyCheck(self.content, self._student_messages)

    @property
    def student_message_count(self) -> int:
        """The number of messages that the student has sent."""
        return len(self._student_messages)

    @cached_property
    def _student_messages(self) -> list[str]:
        return [message["content"] for message in self.history if message["role"] == Message.Role.USER]

    def request(self) -> ModelRequest:
        """The request to the model. After a reply that broke a rule, it says what to do better."""
        instructions = ContextBuilder(self.content, self._run.pre_brief).build_full_context()
        if self._run.checks:
            instructions = f"{instructions}\n\n{REMINDERS[self._run.checks[-1]['rule']]}"
        return ModelRequest(instructions=instructions, messages=self.history, timeout_s=time_left(self._run))


def time_left(run: Run) -> float:
    """Seconds that a call for the run may take, at least 1."""
    return max(1.0, min(settings.OPENAI_TIMEOUT_S, run.time_left_s))


@lru_cache(maxsize=256)
def _version_content(version_id: int) -> dict[str, Any]:
    """The content of a scenario version, which never changes."""
    return ScenarioVersion.objects.values_list("content", flat=True).get(pk=version_id)
