"""What instructors decide in a review of an evaluation."""

from dataclasses import dataclass

from apps.openai_integration.models import Mark


@dataclass(frozen=True)
class Decision:
    """What becomes of a current mark: another score with its reason, or the same one, confirmed. None is the same."""

    mark: Mark
    score: int | None = None
    comment: str = ""


@dataclass(frozen=True)
class Settlement:
    """A doubt about the whole that an instructor has looked into."""

    reason: str
    comment: str = ""
