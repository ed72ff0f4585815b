"""Servers that are asked for an object of which one field is shown."""

import json
from typing import Any

from apps.llm.tests.habits.habit import CHAT, STREAMED, WHOLE, Habit, openai_error
from apps.llm.tests.habits.server import TEXT, Asked, Reply, reply

SCHEMA = {
    "type": "object",
    "properties": {"reply": {"type": "string"}, "told": {"type": "array", "items": {"type": "integer"}}},
    "required": ["reply", "told"],
    "additionalProperties": False,
}
LEDGER = (("schema", SCHEMA), ("schema_name", "patient_reply"), ("shown", "reply"))
WHOLE_OBJECT = json.dumps({"reply": TEXT, "told": [3, 17]})


def pieces_of(text: str, size: int = 3) -> tuple[str, ...]:
    return tuple(text[start : start + size] for start in range(0, len(text), size))


def saying(text: str, **how: Any) -> Any:
    return lambda asked: asked.say(*pieces_of(text), **how)


def obeying(*formats: str, status: int = 400, refusal: Any = None) -> Any:
    """A server that takes these forms, and answers plainly where none is asked for."""

    def answer(asked: Asked) -> Reply:
        if asked.format in formats:
            return asked.say(*pieces_of(WHOLE_OBJECT if asked.format else TEXT))
        return reply(status, refusal or openai_error("response_format is not supported"))

    return answer


def plain(asked: Asked) -> bool:
    return asked.format == ""


def habit(name: str, server: Any, **more: Any) -> Habit:
    return Habit(f"a reply with its ledger: {name}", server, fields=LEDGER, **more)


ROWS = [
    habit("as it was asked for", saying(WHOLE_OBJECT)),
    habit("with blanks and line ends", saying(json.dumps(json.loads(WHOLE_OBJECT), indent=4))),
    habit("all in one piece", lambda asked: asked.say(WHOLE_OBJECT)),
    habit("character by character", lambda asked: asked.say(*WHOLE_OBJECT)),
    habit("in a fence", saying(f"```json\n{WHOLE_OBJECT}\n```")),
    habit("after thoughts", saying(f"<think>It says {{'reply': 1}}.</think>\n{WHOLE_OBJECT}")),
    habit("after thoughts without a beginning", saying(f"Let me see.</think>\n{WHOLE_OBJECT}"), calls=2),
    habit("the other way round", saying(json.dumps({"told": [1], "reply": TEXT}))),
    habit("by another name", saying(json.dumps({"response": TEXT, "told": []}))),
    habit("as plain text", saying(TEXT)),
    habit("as plain text that begins with a bracket", saying(f"[{TEXT}]"), becomes=f"[{TEXT}]"),
    habit("cut off in the ledger", saying(WHOLE_OBJECT[:-4], ending="length")),
    habit("cut off in the reply", saying('{"reply": "I smoke ten a day. And then I', ending="length")),
    habit("cut off in its first sentence", saying('{"reply": "I smoke ten', ending="length"), becomes="truncated"),
    habit("nothing in the reply", saying('{"reply": "", "told": []}'), becomes="empty_answer", retryable=True),
    habit("blanks without an end behind it", saying(WHOLE_OBJECT[:-1] + " " * 900, ending="length")),
    habit("no schema taken", obeying(""), calls=3, sent=plain),
    habit("a grammar that fails", obeying("", refusal=openai_error("failed to parse grammar")), calls=3, sent=plain),
    habit("a failure for a schema", obeying("", status=500, refusal=openai_error("json_schema is not implemented")),
          calls=3, sent=plain),
    habit("a refusal without words", obeying("", refusal={}), calls=11, later=11, sent=plain),
    habit("a filter", saying(WHOLE_OBJECT, ending="content_filter"), becomes="content_filtered", wires=(CHAT,)),
    habit("no usage", saying(WHOLE_OBJECT, usage=False), ways=(WHOLE, STREAMED)),
]  # fmt: skip
