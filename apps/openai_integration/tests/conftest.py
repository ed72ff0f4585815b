"""Fixtures that several test modules of this app use."""

import pytest

from apps.openai_integration.models import Evaluation
from apps.openai_integration.services.evaluations import EvaluationService
from apps.openai_integration.tests.sample_threads import make_activity, make_thread
from apps.users.models import User


@pytest.fixture
def evaluation(student: User) -> Evaluation:
    thread = make_thread(student, make_activity())
    return EvaluationService.create_evaluation(thread=thread, student=student)
