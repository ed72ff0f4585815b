"""Every test of this app that reaches for a model reaches the emulator, over HTTP."""

from collections.abc import Iterator

import pytest

from apps.openai_integration.llm import client
from tests.mocks.openai_mock import Emulator


@pytest.fixture
def emulator(openai_emulator: Emulator, settings) -> Emulator:
    """The emulator, cleared of faults, and the model that the settings name."""
    settings.OPENAI_BASE_URL = openai_emulator.base_url
    return openai_emulator


@pytest.fixture(scope="session", autouse=True)
def _connections() -> Iterator[None]:
    """Those of the model's client are kept from test to test, and let go of at the end."""
    yield
    client.close()
