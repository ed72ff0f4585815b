"""Every test of this app that reaches for a model reaches the emulator, over HTTP."""

import pytest

from tests.mocks.openai_mock import Emulator


@pytest.fixture
def emulator(openai_emulator: Emulator, settings) -> Emulator:
    """The emulator, cleared of faults, and the model that the settings name."""
    settings.OPENAI_BASE_URL = openai_emulator.base_url
    return openai_emulator
