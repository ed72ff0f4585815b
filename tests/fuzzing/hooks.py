"""Loaded by schemathesis: one more check."""

import json
import os

import schemathesis

HIDDEN = json.loads(os.environ["FUZZING_HIDDEN"])


@schemathesis.check
def no_data_of_others(ctx: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case) -> None:
    """No answer holds a word that is hidden from the one who asks."""
    told = [word for word in HIDDEN if word.encode() in response.content]  # a picture is no text
    assert not told, f"The answer holds {', '.join(told)}, which is hidden from the one who asks"
