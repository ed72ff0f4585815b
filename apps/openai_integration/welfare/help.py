"""What students are told of help, and of who learns of a suspended conversation."""

from django.conf import settings

from apps.users.welfare_contacts import contacts

# The code of what happened, for the student's programs.
SUSPENDED = "conversation_suspended"
_NOTICED = (
    "A program looks for signs that a student, and not the patient, may be at risk. It can be wrong both ways. Nobody "
    "watches conversations while they are held. "
)
_TOLD = (
    "Where it finds a sign, the conversation is suspended and the welfare contacts named by your school can see that; "
    "each look of theirs is recorded. It may take days until one of them looks. "
)
_NOT_TOLD = "Where it finds a sign, the conversation is suspended. Nobody is told: your school has named no contacts. "
_AS_ALWAYS = "Instructors can read conversations, as always, but are not told which ones were suspended for this."


def help_texts() -> dict[str, str]:
    """{"text": where to find help, "who_is_told": who learns of a suspended conversation}. One query at most."""
    return {"text": settings.WELFARE_HELP_TEXT, "who_is_told": settings.WELFARE_WHO_IS_TOLD or _who_is_told()}


def _who_is_told() -> str:
    return _NOTICED + (_TOLD if contacts() else _NOT_TOLD) + _AS_ALWAYS
