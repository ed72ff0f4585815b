"""Every reason for which a mark or a whole evaluation is put up for review."""

from apps.marking import doubts, scoring
from apps.marking.second_look import SECOND_LOOK_DIFFERS

REVIEW_REASONS = sorted(
    {
        *doubts.REASONS,
        *scoring.WHOLE_REASONS,
        scoring.CANARY,
        scoring.DUPLICATE,
        scoring.MISSING,
        scoring.NO_VERIFIED_EVIDENCE,
        scoring.PARTLY_READ,
        scoring.SAMPLES_DISAGREE,
        scoring.SCORE_OUT_OF_RANGE,
        scoring.UNMARKED,
        SECOND_LOOK_DIFFERS,
    }
)
