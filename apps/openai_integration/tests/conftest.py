"""Every test of this app that reaches for a model reaches the emulator, over HTTP."""

from collections.abc import Iterator

import pytest

from apps.openai_integration.llm import client
from apps.openai_integration.models import Evaluation
from apps.openai_integration.services.evaluations import EvaluationService
from apps.openai_integration.tests.talks import make_activity, make_thread
from apps.users.models import User
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


@pytest.fixture
def evaluation(student: User) -> Evaluation:
    thread = make_thread(student, make_activity())
    return EvaluationService.create_evaluation(thread=thread, student=student)
