"""Talks and markings as their pages show them. Turns and quotes are numbered from 1, as people count."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch

from apps.openai_integration.admin.shown import STATUS_CLASSES, in_words
from apps.openai_integration.models import Evaluation, Mark, Message, Run, Thread
from apps.openai_integration.results import categories_of, max_score
from apps.openai_integration.scoring import FULL_SCORE


@dataclass
class ShownRun:
    """A try at answering a turn."""

    run: Run


@dataclass
class ShownTurn:
    """One turn; `runs` are the tries at answering it."""

    number: int
    message: Message
    runs: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class ShownMarking:
    """An evaluation with its categories as the API has them, and with each quote beside the number of its turn."""

    evaluation: Evaluation
    categories: list[dict[str, Any]]
