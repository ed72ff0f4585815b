"""What the model is asked, before a wire puts it into its own words."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ModelRequest:
    """One question. `messages` are {role: user|assistant, content}, oldest first; `schema` asks for JSON.

    The whole call, from the first byte sent to the last one read, takes `timeout_s` at most.
    """

    instructions: str
    messages: list[dict[str, str]]
    schema: dict[str, Any] | None = None
    schema_name: str = ""
    timeout_s: float = 30.0
