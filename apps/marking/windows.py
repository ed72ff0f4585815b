"""Marking a transcript in parts, where the model's server does not take it as a whole."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from apps.marking.criteria import Scales
from apps.marking.evidence import Transcript, TranscriptTurn
from apps.marking.feedback import first_of_each
from apps.marking.scoring import PARTLY_READ, UNMARKED, CriterionResult, ParsedAnswer


@dataclass(frozen=True)
class Window:
    """The turns of a transcript from `start` up to `end`."""

    transcript: Transcript
    start: int
    end: int

    @classmethod
    def whole(cls, transcript: Transcript) -> "Window":
        return cls(transcript, 0, len(transcript.turns))

    @property
    def turns(self) -> Sequence[TranscriptTurn]:
        return self.transcript.turns[self.start : self.end]

    @property
    def silent(self) -> bool:
        """Whether the student says nothing in it."""
        return not any(turn.by_student and turn.text.strip() for turn in self.turns)

    @property
    def divisible(self) -> bool:
        """Whether it has halves: the student speaks twice or more in it."""
        return len(self._spoken) > 1

    @property
    def _spoken(self) -> list[int]:
        return [turn.index for turn in self.turns if turn.by_student]

    def halves(self) -> Iterator["Window"]:
        """The window in two parts, or nothing where the student speaks once at most.

        A part begins with the patient's turn before the student's, so that no answer stands without its question.
        """
        if not self.divisible:
            return
        middle = self._spoken[len(self._spoken) // 2]
        yield replace(self, end=middle)
        asked_before = not self.transcript.turns[middle - 1].by_student
        yield replace(self, start=middle - 1 if asked_before else middle)


def join_answers(answers: Sequence[ParsedAnswer]) -> ParsedAnswer:
    """The answers of the parts as one: each criterion as it was met best.

    Where nothing is awarded, a part with something wrong counts, since the criterion may have been met there.
    """
    marks = {
        name: max(
            (answer.marks[name] for answer in answers),
            key=lambda mark: (mark.score, bool(mark.reason) != mark.is_awarded),
        )
        for name in answers[0].marks
    }
    return ParsedAnswer(
        marks,
        canary_awarded=any(answer.canary_awarded for answer in answers),
        unknown=sum(answer.unknown for answer in answers),
        withheld=any(answer.withheld for answer in answers),
        feedback=first_of_each(answer.feedback for answer in answers),
    )


def nothing_read(criteria: Scales, *, withheld: bool) -> ParsedAnswer:
    """The answer of a part that the model has not read: the student is silent in it, or the provider refuses it."""
    return ParsedAnswer(
        {name: CriterionResult.unmet(scale) for name, scale in criteria.items()},
        canary_awarded=False,
        unknown=0,
        withheld=withheld,
    )


def with_unmarked(answer: ParsedAnswer) -> ParsedAnswer:
    """The answer with the criteria left to a person that a part which nobody has read could have met."""
    if not answer.withheld:
        return answer
    return replace(answer, marks={name: _with_a_part_unread(mark) for name, mark in answer.marks.items()})


def _with_a_part_unread(mark: CriterionResult) -> CriterionResult:
    if mark.score == mark.scale.highest:
        return mark
    # That something was not said, and what to say instead, is only true of what was read.
    if mark.score == mark.scale.lowest:
        return CriterionResult.unmet(mark.scale, UNMARKED)
    return mark.doubted(PARTLY_READ)
