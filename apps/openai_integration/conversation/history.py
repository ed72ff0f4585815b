"""What of a conversation is sent to the model: all of it, or its end where the model's context is too small."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.llm.shaping import estimated_tokens

Messages = list[dict[str, str]]

# What stands for a message that the provider's content filter has refused. It spoils every later call otherwise.
WITHHELD = "(Here the student said something that is left out.)"
# Messages are left out this many at a time, so that the beginning stays the same for some calls and its cache holds.
_STEP = 6
# The part of the room that may tell of what was left out, and how much of one reply is told.
_TOLD_SHARE = 6
_LONGEST_TOLD = 200


@dataclass(frozen=True)
class Fitted:
    """Messages that fit, and how many older ones were left out."""

    messages: Messages
    left_out: int = 0


def fit(messages: Messages, *, fixed: Sequence[str], room: int) -> Fitted:
    """The newest messages that fit beside the `fixed` texts (instructions, note) into `room` tokens, 0 for any number.

    The last message is always kept. What is left out is told in one message of the student's role, from what the
    patient said in it.
    """
    sizes = [estimated_tokens(message["content"]) for message in messages]
    left = room - estimated_tokens(*fixed)
    if not room or sum(sizes) <= left:
        return Fitted(messages)
    told_room = max(0, left // _TOLD_SHARE)
    cut = 0
    while cut < len(messages) - 1 and sum(sizes[cut:]) + told_room > left:
        cut = min(cut + _STEP, len(messages) - 1)
    if messages[cut]["role"] == "assistant" and cut < len(messages) - 1:
        cut += 1
    told = _told(messages[:cut], told_room)
    return Fitted([*([{"role": "user", "content": told}] if told else []), *messages[cut:]], cut)


def _told(messages: Messages, room: int) -> str:
    """What the patient has said in these messages, the newest of it that fits into `room` tokens."""
    lines: list[str] = []
    for message in reversed(messages):
        if message["role"] != "assistant":
            continue
        line = " ".join(message["content"].split())
        line = line if len(line) <= _LONGEST_TOLD else f"{line[:_LONGEST_TOLD].rsplit(' ', 1)[0]} …"
        room -= estimated_tokens(line)
        if room < 0:
            break
        lines.append(f"- {line}")
    if not lines:
        return ""
    told = "\n".join(reversed(lines))
    return f"[Earlier in this conversation, left out here, you said:\n{told}]"
