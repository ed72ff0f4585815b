"""The ways of speaking to a model's server, a module each: its name is what OPENAI_API says, and `WIRE` is what it has.

A new one is one more module, and its name among those that the setting takes.
"""

from importlib import import_module

from django.conf import settings

from apps.llm.wires.base import Wire


def configured() -> Wire:
    """The wire that OPENAI_API names."""
    wire: Wire = import_module(f"{__name__}.{settings.OPENAI_API}").WIRE
    return wire
