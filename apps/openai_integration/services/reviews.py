"""Reviews: instructors confirm or override marks, and settle doubts about the whole."""

from collections.abc import Sequence

from django.db import transaction
from rest_framework.exceptions import ValidationError

from apps.core.api.exceptions import Conflict
from apps.marking.scoring import DOUBTS, WHOLE_REASONS
from apps.openai_integration.marking.decisions import Decision, Settlement
from apps.openai_integration.marking.report import override_history, scale_of, verdict_of
from apps.openai_integration.models import Evaluation, Mark, SettledDoubt
from apps.users.models import User


class MarkReplaced(Conflict):
    default_code = "mark_replaced"
    default_detail = "This mark has been overridden already; override the current one."


class NoSuchDoubt(Conflict):
    default_code = "no_such_doubt"
    default_detail = "This doubt is settled already, or was never there."


class OffScale(ValidationError):
    """The criterion's scale does not have this score."""


class ReasonNeeded(ValidationError):
    """Another score than before needs a reason."""

    def __init__(self, mark: Mark) -> None:
        super().__init__({"comment": ["Another score than before needs a reason."]})
        self.mark = mark


class ReviewService:
    """Writes reviews. All of one review is saved, or nothing of it."""

    @staticmethod
    @transaction.atomic
    def review(
        *,
        evaluation: Evaluation,
        by: User,
        decisions: Sequence[Decision] = (),
        settlements: Sequence[Settlement] = (),
        confirm_rest: bool = False,
    ) -> list[Mark]:
        """Save decisions and settlements, and recalculate the evaluation. Returns the new marks.

        With `confirm_rest`, all other marks under review that have a score are confirmed. Raises OffScale,
        ReasonNeeded, MarkReplaced or NoSuchDoubt.
        """
        evaluation = Evaluation.objects.select_for_update(no_key=True).get(pk=evaluation.pk)
        marks = list(evaluation.marks.all())
        current = {chain[-1].pk: chain[-1] for chain in override_history(marks).values()}
        for one in decisions:
            if current.pop(one.mark.pk, None) is None:
                raise MarkReplaced
        if confirm_rest:
            rest = [mark for mark in current.values() if mark.needs_review and mark.score is not None]
            decisions = [*decisions, *(Decision(mark) for mark in rest)]
        new = [_decided(evaluation, one, by) for one in decisions]
        for settlement in settlements:
            _settle(evaluation, settlement, by)
        _recalculate(evaluation, [*marks, *new])
        return new


def _decided(evaluation: Evaluation, decision: Decision, by: User) -> Mark:
    """Store the mark that follows from a decision."""
    before, scale = decision.mark, scale_of(evaluation, decision.mark.criterion_id)
    score = before.score if decision.score is None else decision.score
    if score not in scale.scores:
        raise OffScale({"score": [f"The scale of this criterion runs from {scale}."]})
    if score != before.score and not decision.comment:
        raise ReasonNeeded(before)
    return Mark.objects.create(
        evaluation=evaluation,
        criterion_id=before.criterion_id,
        position=before.position,
        score=score,
        evidence=before.evidence,
        comment=decision.comment,
        rewrite_if_missing="" if score == scale.highest else before.rewrite_if_missing,
        replaces=before,
        author=by,
    )


def _settle(evaluation: Evaluation, settlement: Settlement, by: User) -> None:
    if settlement.reason not in DOUBTS or settlement.reason not in evaluation.review_reasons:
        raise NoSuchDoubt
    evaluation.review_reasons = [reason for reason in evaluation.review_reasons if reason != settlement.reason]
    SettledDoubt.objects.create(evaluation=evaluation, reason=settlement.reason, comment=settlement.comment, author=by)


def _recalculate(evaluation: Evaluation, marks: list[Mark]) -> None:
    """Update totals, verdict and open reviews from the current marks and the doubts that are left."""
    standing = [chain[-1] for chain in override_history(marks).values()]
    verdict = verdict_of(evaluation, marks)
    whole_reasons = [reason for reason in evaluation.review_reasons if reason in WHOLE_REASONS]
    unmarked = [mark for mark in standing if mark.score is None]
    evaluation.total_score = verdict.total
    evaluation.unmarked = len(unmarked)
    evaluation.unmarked_max = sum(scale_of(evaluation, mark.criterion_id).highest for mark in unmarked)
    evaluation.passed = verdict.passed
    evaluation.needs_review = any(mark.needs_review for mark in standing) or not DOUBTS.isdisjoint(whole_reasons)
    evaluation.review_reasons = [
        *sorted({reason for mark in standing for reason in mark.review_reasons}),
        *whole_reasons,
    ]
    evaluation.save(
        update_fields=["total_score", "unmarked", "unmarked_max", "passed", "needs_review", "review_reasons"]
    )
