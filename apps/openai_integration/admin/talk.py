"""A talk as its page shows it: turn by turn, each with the runs that answered it, and then its markings."""

from dataclasses import dataclass, field
from typing import Any

from apps.openai_integration.models import Evaluation, Message, Run, Thread


@dataclass
class ShownTurn:
    """One turn; `number` counts from 1. `runs` are the tries at answering it."""

    number: int
    message: Message
    runs: list[Run] = field(default_factory=list)


def turns_of(thread: Thread) -> list[ShownTurn]:
    """In two queries, whatever the length of the talk."""
    turns = [ShownTurn(number, message) for number, message in enumerate(thread.messages.order_by("created_at"), 1)]
    by_message = {turn.message.pk: turn for turn in turns}
    for run in thread.runs.select_related("scenario_version").order_by("created_at"):
        by_message[run.user_message_id].runs.append(run)
    return turns


def evaluations_of(thread: Thread) -> list[dict[str, Any]]:
    return []
