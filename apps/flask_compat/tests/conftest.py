"""Every test of this app that reaches for a model reaches the emulator, over HTTP."""

from apps.openai_integration.tests.conftest import emulator

__all__ = ["emulator"]
