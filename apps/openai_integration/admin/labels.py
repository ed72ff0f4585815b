"""What several of these pages show alike."""

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

STATUS_CLASSES = {"completed": "good", "queued": "", "in_progress": "", "cancelled": "look"} | dict.fromkeys(
    ("failed", "expired", "incomplete"), "bad"
)


def in_words(code: str) -> str:
    """An error's, a rule's or a reason's code, for reading."""
    return code.replace("_", " ")


# What was done about a reply that the check turned away.
_ACTIONS = {
    "regenerated": "The model was asked again.",
    "fallback": "The patient's reply was replaced by a sentence that dodges the question.",
}


def checks_in_words(run: Run) -> list[str]:
    """What the check turned away, a sentence an attempt; the words that were turned away are not kept."""
    turned_away = "Attempt {attempt} was turned away: {rule}. {action}"
    return [
        turned_away.format(
            attempt=check["attempt"], rule=in_words(check["rule"]), action=_ACTIONS.get(check.get("action"), "")
        )
        for check in run.checks
    ]


def check_outcome(run: Run) -> str:
    """What that came to for the reply that the student got; empty where it passed at once."""
    if not run.checks:
        return ""
    return "replaced" if run.checks[-1].get("action") == "fallback" else "asked for again"


def check_in_short(run: Run) -> str:
    rules = ", then ".join(dict.fromkeys(in_words(check["rule"]) for check in run.checks))
    return f"The patient's reply was {check_outcome(run)}: {rules}." if rules else ""


def student_name(student: User | None) -> str:
    """The name alone: who teaches reads work, and sees no list of accounts."""
    return student.username if student else "(account deleted)"


def status_label(job: Run | Evaluation) -> tuple[str, str]:
    """unfold's way to say colour and words."""
    return job.status, job.get_status_display()
