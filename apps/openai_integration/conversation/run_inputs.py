"""What a reply is made from: the patient as played, and what has been said so far."""

from functools import cached_property, lru_cache
from typing import Any

from django.conf import settings

from apps.llm.requests import ModelRequest
from apps.openai_integration.conversation.prompt import ContextBuilder
from apps.openai_integration.conversation.reply_check import REMINDERS, ReplyCheck
from apps.openai_integration.models import Message, Run
from apps.scenarios.models import ScenarioVersion


class RunInputs:
    """All that the call for a run's reply and the check of it need; read once, when it is first asked for."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def read(self) -> None:
        """Read it now, while the worker has a connection: the call itself must not take one."""
        self.content  # noqa: B018 (it is kept)
        self.history  # noqa: B018

    @cached_property
    def content(self) -> dict[str, Any]:
        """What the version says of its patient."""
        return _content(self._run.scenario_version_id)

    @cached_property
    def history(self) -> list[dict[str, str]]:
        """All turns up to the one that is answered, oldest first, as {role, content}."""
        rows = Message.objects.filter(thread_id=self._run.thread_id).order_by("created_at", "id")
        turns = list(rows.values_list("id", "role", "content"))
        upto = next((place for place, row in enumerate(turns, 1) if row[0] == self._run.user_message_id), len(turns))
        return [{"role": role, "content": content} for _, role, content in turns[:upto]]

    @cached_property
    def check(self) -> ReplyCheck:
        """The rules that a reply must keep."""
        return ReplyCheck(self.content, self._said)

    @property
    def student_turns(self) -> int:
        """How many turns of the student's there are."""
        return len(self._said)

    @cached_property
    def _said(self) -> list[str]:
        return [turn["content"] for turn in self.history if turn["role"] == Message.Role.USER]

    def request(self) -> ModelRequest:
        """The question to the model; after a reply that was turned away, with what to do better."""
        instructions = ContextBuilder(self.content, self._run.pre_brief).build_full_context()
        if self._run.checks:
            instructions = f"{instructions}\n\n{REMINDERS[self._run.checks[-1]['rule']]}"
        return ModelRequest(instructions=instructions, messages=self.history, timeout_s=time_left(self._run))


def time_left(run: Run) -> float:
    """Seconds that a call for the run may take."""
    return max(1.0, min(settings.OPENAI_TIMEOUT_S, run.time_left_s))


@lru_cache(maxsize=256)
def _content(version_id: int) -> dict[str, Any]:
    """What a version says of its patient, which never changes."""
    return ScenarioVersion.objects.values_list("content", flat=True).get(pk=version_id)
