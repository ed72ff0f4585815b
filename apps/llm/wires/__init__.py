"""The ways of speaking to a model's server, a module each: its name is what OPENAI_API says, and `WIRE` is what it has.

A new one is one more module, and its name among those that the setting takes.
"""

from importlib import import_module

from apps.llm.wires.base import Wire


def wire_named(name: str) -> Wire:
    """The wire that an endpoint's `api` names."""
    wire: Wire = import_module(f"{__name__}.{name}").WIRE
    return wire
