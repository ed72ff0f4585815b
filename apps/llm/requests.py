"""What the model is asked, before a wire puts it into its own words."""

from dataclasses import dataclass
from typing import Any

from apps.llm.endpoints import Purpose


@dataclass(frozen=True)
class ModelRequest:
    """One question. `messages` are {role: user|assistant, content}, oldest first; `schema` asks for JSON.

    `shown` names the schema's first field if that is a text to be shown: it then is the answer's text, streamed as it
    is written, and the other fields are `Answer.fields`. A server that does not take the schema is asked without it.

    `note` goes to the model behind the last message: what changes from call to call comes last, so that the provider's
    cache of the beginning holds. The whole call, from the first byte sent to the last one read, takes `timeout_s` at
    most, and less where the endpoint's own bound is lower. `trusted` says that no student has written any of it.
    """

    instructions: str
    messages: list[dict[str, str]]
    schema: dict[str, Any] | None = None
    schema_name: str = ""
    timeout_s: float = 30.0
    purpose: Purpose = "patient"
    note: str = ""
    shown: str = ""
    trusted: bool = False
