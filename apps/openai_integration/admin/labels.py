"""Labels that several admin pages share."""

from apps.openai_integration.models import Evaluation, Run
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


def humanize_code(code: str) -> str:
    """The code of an error, a rule or a reason as words."""
    return code.replace("_", " ")


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


def status_label(job: Run | Evaluation) -> tuple[str, str]:
    """The status and its label, as unfold's `display(label=...)` takes them."""
    return job.status, job.get_status_display()
