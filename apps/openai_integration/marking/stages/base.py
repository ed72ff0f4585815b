"""What is known of a marking between two stages."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from apps.marking.evidence import Transcript
from apps.marking.feedback import Feedback
from apps.marking.scoring import CriterionResult
from apps.openai_integration.marking.calls import ExaminerCalls
from apps.openai_integration.marking.evaluators import RubricEvaluator


class SpoiltMarkingError(Exception):
    """There are no marks worth keeping. `code` and `detail` are the cause that people are told."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Marking:
    """The marks so far, by criterion; the reasons to doubt the whole (`scoring.WHOLE_REASONS`); the feedback on it."""

    evaluator: RubricEvaluator
    transcript: Transcript
    # By which canaries are drawn; each marking has its own.
    key: str = ""
    marks: dict[str, CriterionResult] = field(default_factory=dict)
    whole_reasons: tuple[str, ...] = ()
    feedback: Feedback = field(default_factory=dict)

    def doubted(self, reason: str) -> "Marking":
        """The same marking with another reason that concerns the whole."""
        return replace(self, whole_reasons=tuple(dict.fromkeys((*self.whole_reasons, reason))))

    @property
    def examiner(self) -> RubricEvaluator:
        """The evaluator with the canaries of this marking."""
        return self.examiner_drawn(0)

    def examiner_drawn(self, number: int) -> RubricEvaluator:
        """The evaluator with other canaries for each number. An examiner that has met two is not shown them again."""
        key = f"{self.key}.{number}" if number else self.key
        return self.evaluator.with_canaries(key, (turn.text for turn in self.transcript.turns))

    def with_marks(self, marks: dict[str, CriterionResult]) -> "Marking":
        """The same marking with these marks in the place of those of the same criteria."""
        return replace(self, marks={**self.marks, **marks})


Stage = Callable[[Marking, ExaminerCalls], Marking]
