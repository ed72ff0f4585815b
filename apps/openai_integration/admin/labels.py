"""Labels that several admin pages share."""

from django.urls import reverse
from django.utils.html import format_html

from apps.marking.criteria import Criterion
from apps.openai_integration.marking.evaluators import EVALUATORS
from apps.openai_integration.models import Evaluation, Mark, Run
from apps.users.models import User

STATUS_LABELS = {
    Run.Status.QUEUED: "info",
    Run.Status.IN_PROGRESS: "info",
    Run.Status.COMPLETED: "success",
    Run.Status.FAILED: "danger",
    Run.Status.CANCELLED: "warning",
    Run.Status.EXPIRED: "danger",
    Run.Status.INCOMPLETE: "danger",
}

STATUS_CLASSES = {"completed": "good", "queued": "", "in_progress": "", "cancelled": "review"} | dict.fromkeys(
    ("failed", "expired", "incomplete"), "bad"
)


def criterion_of(mark: Mark) -> Criterion | None:
    """The criterion of a mark as its evaluation has it."""
    evaluator = EVALUATORS.get(mark.evaluation.kind)
    found = evaluator(mark.evaluation.rubric).criteria if evaluator else []
    return next((one for one in found if one.id == mark.criterion_id), None)


def name_of(mark: Mark) -> str:
    """The name of a mark's criterion."""
    found = criterion_of(mark)
    return found.name if found else "(unknown criterion)"


def humanize_code(code: str) -> str:
    """The code of an error, a rule or a reason as words."""
    return code.replace("_", " ")


_REVIEWS = {
    "missing": "The model gave no mark.",
    "score_out_of_range": "The model gave a score that the scale does not have.",
    "duplicate": "The model gave several marks; the lowest counts.",
    "no_verified_evidence": "Nothing that the model quoted was said, so the lowest score counts for now.",
    "samples_disagree": "Several markings disagree, and with that on the pass.",
    "unmarked": "The provider refused a part of the conversation in which it may have been met.",
    "partly_read": "The provider refused a part of the conversation; the score is for the rest.",
    "greeting_as_evidence": "Only a greeting is quoted.",
    "plea_as_evidence": "Only words are quoted that may speak to the examiner.",
    "own_words_as_evidence": "Only the criterion's own words are quoted.",
    "second_look_differs": "A second look at the quotes alone came to another score.",
    "canary": "The model awarded something that nobody said, twice. Nothing of its marking counts.",
    "one_quote_for_many": "Half of what was awarded or more rests on one quote.",
    "marks_raised_by_plea": "The marks are higher than without messages that may speak to the examiner.",
    "checks_unfinished": "Not all checks of the marks could be made.",
    "unknown_criteria": "The model marked criteria that the rubric does not have.",
}


def explain_review(reason: str) -> str:
    """Why a mark or a whole evaluation is for review, as a sentence."""
    return _REVIEWS.get(reason, humanize_code(reason).capitalize())


_REFUSALS = {
    "not_said": "the student did not say it",
    "by_patient": "the patient said it",
    "ambiguous": "several messages have it, and the model named another one",
    "too_short": "so few words may stand anywhere",
}


def explain_refusal(reason: str) -> str:
    """Why a quote of the model was refused."""
    return _REFUSALS.get(reason, humanize_code(reason))


# By the action taken on a rejected reply.
_ACTIONS = {
    "regenerated": "The model was asked again.",
    "withheld": "The reply failed: there is no other one in this language.",
    "fallback": "The patient's reply was replaced by one that avoids the question.",
}


def describe_checks(run: Run) -> list[str]:
    """One sentence per rejected reply. The rejected text itself is not stored."""
    sentence = "Attempt {attempt} was rejected: {rule}{facts}. {action}"
    return [
        sentence.format(
            attempt=check["attempt"],
            rule=humanize_code(check["rule"]),
            facts=f" (fact {', '.join(map(str, check['facts']))})" if check.get("facts") else "",
            action=_ACTIONS.get(check.get("action"), ""),
        )
        for check in run.checks
    ]


_OUTCOMES = {"fallback": "replaced", "withheld": "withheld"}


def check_outcome(run: Run) -> str:
    """How the checks changed the final reply; empty if it passed at once."""
    if not run.checks:
        return ""
    return _OUTCOMES.get(run.checks[-1].get("action"), "requested again")


def summarize_checks(run: Run) -> str:
    rules = ", then ".join(dict.fromkeys(humanize_code(check["rule"]) for check in run.checks))
    return f"The patient's reply was {check_outcome(run)}: {rules}." if rules else ""


def student_name(student: User | None) -> str:
    """The student's name. No email: instructors read work, but do not see accounts."""
    return student.username if student else "(account deleted)"


def student_link(student: User | None) -> str:
    """The student's name, as a link to the page of the student."""
    if student is None:
        return student_name(student)
    page = reverse("admin:openai_integration_student", args=[student.pk])
    return format_html('<a href="{}" class="underline">{}</a>', page, student_name(student))


def status_label(job: Run | Evaluation) -> tuple[str, str]:
    """The status and its label, as unfold's `display(label=...)` takes them."""
    return job.status, job.get_status_display()
