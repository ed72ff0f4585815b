"""Loaded by schemathesis: one more check, and how events are read."""

import json
import os
from typing import Any

import schemathesis

HIDDEN = json.loads(os.environ["FUZZING_HIDDEN"])


@schemathesis.check
def no_data_of_others(ctx: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case) -> None:
    """No answer holds a word that is hidden from the one who asks."""
    told = [word for word in HIDDEN if word.encode() in response.content]  # a picture is no text
    assert not told, f"The answer holds {', '.join(told)}, which is hidden from the one who asks"


@schemathesis.deserializer("text/event-stream")
def events(ctx: schemathesis.DeserializationContext, response: schemathesis.Response) -> list[dict[str, Any]]:
    """The events of a stream as the schema describes them: `data` is the JSON of that line, and not its text."""
    found = []
    for block in response.content.decode().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line and not line.startswith(":"))
        if "data" in fields:
            found.append({**fields, "data": json.loads(fields["data"])})
    return found
