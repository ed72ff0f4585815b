"""The inputs of a run's reply: the scenario version, the messages so far, and the rules for the reply."""

from functools import cached_property, lru_cache
from itertools import takewhile
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from apps.core.list_queries import CompiledQuery
from apps.llm import client
from apps.llm.requests import ModelRequest
from apps.openai_integration.conversation.history import WITHHELD, Messages, fit
from apps.openai_integration.conversation.ledger import CONTRADICTED, REPLY_FORM, Ledger
from apps.openai_integration.models import Message, Run, ToldFact, WelfareFlag
from apps.roleplay.prompt import ContextBuilder
from apps.roleplay.reply_check import REMINDERS, ReplyCheck
from apps.scenarios.facts import Fact, facts_of
from apps.scenarios.models import ScenarioVersion

_of_it = OuterRef("pk")
# The fields of _Stored, for a thread. Compiling it takes longer than the round trip.
_STORED = CompiledQuery(
    Message.objects.filter(thread_id=UUID(int=0))
    .order_by("created_at", "id")
    .values(
        "id",
        "role",
        "content",
        errors=ArraySubquery(Run.objects.filter(user_message_id=_of_it).values("error_code")),
        flags=ArraySubquery(WelfareFlag.objects.filter(message_id=_of_it).values("id")),
        told=ArraySubquery(ToldFact.objects.filter(message_id=_of_it, locked=True).values("text")),
    )
)
# A request that was still too long is made shorter by this factor.
_SHRINK = 0.7


class _Stored(NamedTuple):
    """A message, the errors of the runs that were to answer it, the welfare flags at it, and the locked facts that it
    tells."""

    id: int
    role: str
    content: str
    errors: list[str]
    flags: list[int]
    told: list[str]

    @property
    def held_back(self) -> bool:
        """Whether the model may not be sent it: the provider has refused it, or a student was at risk."""
        return bool(self.flags) or "content_filtered" in self.errors


class RunInputs:
    """What a run's call and its reply check need. Each part is read once, on first use."""

    def __init__(self, run: Run) -> None:
        self._run = run
        # How many of the oldest messages the last request left out, and how much of the context requests may fill.
        self.left_out = 0
        self._share = 1.0

    def preload(self) -> None:
        """Read everything from the database now: the call itself must not hold a connection."""
        self.content  # noqa: B018 (cached)
        self._stored  # noqa: B018

    @cached_property
    def content(self) -> dict[str, Any]:
        """The content of the scenario version that the run plays."""
        return _version_content(self._run.scenario_version_id)

    @cached_property
    def _stored(self) -> list[_Stored]:
        """The messages up to the one that is answered, oldest first."""
        messages = list(map(_Stored._make, _STORED.tuples(self._run.thread_id)))
        answered = (number for number, message in enumerate(messages, 1) if message.id == self._run.user_message_id)
        return messages[: next(answered, len(messages))]

    @cached_property
    def history(self) -> Messages:
        """The messages as they may be sent, oldest first, as {role, content}. What the provider's content filter has
        refused is replaced; where that was not enough twice, only the last message is left."""
        *earlier, last = self._stored
        asked = [message.held_back for message in earlier if message.role == Message.Role.USER]
        if len(asked) > 1 and asked[-1] and asked[-2]:
            earlier = []
        sent = [(message.role, WITHHELD if message.held_back else message.content) for message in earlier]
        return [{"role": role, "content": content} for role, content in [*sent, (last.role, last.content)]]

    @cached_property
    def check(self) -> ReplyCheck:
        """The rules for this run's reply."""
        return ReplyCheck(self.content, self._student_messages)

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger of this run's exchange."""
        heard = frozenset(text for message in self._stored for text in message.told)
        return Ledger(self.facts, self.check, self.last_said, heard)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The facts of the scenario."""
        return facts_of(str(self.content.get("additional_instructions") or ""))

    @property
    def last_said(self) -> str:
        """The student's message that is answered."""
        return self._stored[-1].content

    @property
    def said_since_reply(self) -> list[str]:
        """What the student has said since the patient's last reply, the newest first, without what the conversation was
        once suspended for."""
        unanswered = takewhile(lambda message: message.role == Message.Role.USER, reversed(self._stored))
        return [message.content for message in unanswered if not message.flags]

    @property
    def student_message_count(self) -> int:
        """The number of messages that the student has sent."""
        return len(self._student_messages)

    @cached_property
    def _student_messages(self) -> list[str]:
        return [message.content for message in self._stored if message.role == Message.Role.USER]

    def request(self) -> ModelRequest:
        """The request to the model: as much of the conversation as fits its context. After a reply that broke a rule,
        it says what to do better. Where the server takes a schema, it asks for the ledger too."""
        context = ContextBuilder(self.content, ledger=client.takes_schema("patient"))
        instructions, note = context.build_full_context(), self._note()
        room = round(client.context_tokens("patient") * self._share)
        fitted = fit(self.history, fixed=(instructions, note), room=room)
        self.left_out = fitted.left_out
        form = REPLY_FORM if context.ledger else {}
        return ModelRequest(
            instructions=instructions, messages=fitted.messages, note=note, timeout_s=time_left(self._run), **form
        )

    def _note(self) -> str:
        if not self._run.checks:
            return ""
        last = self._run.checks[-1]
        texts = [fact.text for fact in self.facts if fact.number in last.get("facts", ())]
        said = " ".join([CONTRADICTED, *texts]) if last["rule"] == "contradiction" else REMINDERS[last["rule"]]
        return f"[{said}]"

    def shrink(self) -> bool:
        """Have the next request be shorter; False where it cannot be."""
        self._share *= _SHRINK
        return self.left_out < len(self._stored) - 1


def time_left(run: Run) -> float:
    """Seconds that a call for the run may take, at least 1."""
    return max(1.0, run.time_left_s)


@lru_cache(maxsize=256)
def _version_content(version_id: int) -> dict[str, Any]:
    """The content of a scenario version, which never changes."""
    return ScenarioVersion.objects.values_list("content", flat=True).get(pk=version_id)
