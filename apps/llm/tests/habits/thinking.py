"""Models that think before they answer, aloud or apart: nothing of it is shown."""

from collections.abc import Callable
from typing import Any

from apps.llm.tests.habits.habit import CHAT, RESPONSES, WHOLE, Habit
from apps.llm.tests.habits.server import PIECES, TEXT, Asked, Reply, chunk, event, ok, sse

THOUGHT = "Okay, the student asks about smoking. "


def letters(*texts: str) -> tuple[str, ...]:
    """Each character as a piece of its own, so that each tag is cut everywhere."""
    return tuple("".join(texts))


def aloud(*texts: str, ending: str = "stop") -> Callable[[Asked], Reply]:
    return lambda asked: asked.say(*letters(*texts), ending=ending)


def with_field(name: str, value: Any) -> Callable[[Asked], Reply]:
    """Thoughts in a field of the message, and of pieces before the first text."""

    def answer(asked: Asked) -> Reply:
        if not asked.streamed:
            return ok(asked.whole(TEXT, **{name: value}))
        return sse(event(chunk(content=None, **{name: value})), *(event(one) for one in asked.events(*PIECES)))

    return answer


def in_parts(asked: Asked) -> Reply:
    """Mistral's content: a list, with thoughts in parts of their own."""
    thinking = {"type": "thinking", "thinking": [{"type": "text", "text": THOUGHT}]}
    if not asked.streamed:
        return ok(asked.whole([thinking, {"type": "text", "text": TEXT}]))
    return sse(event(chunk(content=[thinking])), *(event(one) for one in asked.events(*PIECES)))


def in_items(asked: Asked) -> Reply:
    """OpenAI's: an item of its own before the message."""
    body = asked.whole(TEXT)
    body["output"].insert(0, {"type": "reasoning", "summary": [{"type": "summary_text", "text": THOUGHT}]})
    if not asked.streamed:
        return ok(body)
    delta = {"type": "response.reasoning_text.delta", "delta": THOUGHT}
    return sse(event(delta), *map(event, [*asked.texts(*PIECES), {"type": "response.completed", "response": body}]))


def thoughts_need_room(asked: Asked) -> Reply:
    """A model that has spent all it was allowed on its thoughts, until it is allowed more."""
    if asked.limit > 1000:
        return with_field("reasoning_content", THOUGHT)(asked)
    if not asked.streamed:
        return ok(asked.whole("", ending="length", reasoning_content=THOUGHT))
    return sse(event(chunk(reasoning_content=THOUGHT)), event(chunk("length")), event("[DONE]"))


TAGS = [
    Habit(f"thoughts between {opener}", aloud(opener, THOUGHT, closer, "\n\n", TEXT))
    for opener, closer in (
        ("<think>", "</think>"), ("<Think>", "</THINK>"), ("<thinking>", "</thinking>"), ("[THINK]", "[/THINK]"),
        ("<thought>", "</thought>"), ("<reasoning>", "</reasoning>"), ("<seed:think>", "</seed:think>"),
        ("◁think▷", "◁/think▷"), ("<|channel|>analysis<|message|>",
                                 "<|end|><|start|>assistant<|channel|>final<|message|>"),
    )
]  # fmt: skip
ROWS = [
    *TAGS,
    Habit("empty thoughts", aloud("<think>\n\n</think>\n\n", TEXT)),
    Habit("a closing tag alone", aloud(THOUGHT, "\n</think>\n\n", TEXT)),
    Habit("two closing tags", aloud(THOUGHT, "</think>Well.</think>", TEXT), ways=(WHOLE,)),
    Habit("thoughts in the middle", aloud("I smoke ", "<think>", THOUGHT, "</think>", "ten a day.")),
    Habit("what a template leaves", aloud(TEXT, "<|im_end|>")),
    Habit("less than", aloud("I smoke <10 a day [or so]."), becomes="I smoke <10 a day [or so]."),
    Habit("thoughts without an end", aloud("<think>", THOUGHT), becomes="empty_answer", retryable=True),
    Habit("thoughts that are cut off", aloud("<think>", THOUGHT, ending="length"), becomes="truncated", retryable=True),
    Habit("thoughts in circles", aloud("<think>", "Wait, he asks. " * 60), becomes="truncated", retryable=True),
    *(Habit(f"thoughts in {name}", with_field(name, value), wires=(CHAT,))
      for name, value in (("reasoning_content", THOUGHT), ("reasoning", THOUGHT), ("thinking", THOUGHT),
                          ("reasoning_details", [{"type": "reasoning.text", "text": THOUGHT}]))),
    Habit("thoughts in parts", in_parts, wires=(CHAT,)),
    Habit("thoughts in items", in_items, wires=(RESPONSES,)),
]  # fmt: skip
