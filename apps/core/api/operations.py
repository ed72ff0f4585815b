"""The name, summary and tag of each operation in the OpenAPI schema, from its method and path."""

import re
from typing import NamedTuple

STUDENTS, INSTRUCTORS, ADMINS = "students", "instructors", "admins"
TAGS = [
    {"name": STUDENTS, "description": "What everyone may do who is signed in, and how to sign in."},
    {"name": INSTRUCTORS, "description": "For approved instructors and admins."},
    {"name": ADMINS, "description": "For approved admins."},
]


class Operation(NamedTuple):
    id: str
    summary: str
    # Where the view itself decides, rather than its permission classes.
    tag: str | None = None


# Operations whose path does not say what they do.
NAMED = {
    "get activities/{id}/context": Operation("get_activity_context", "Get what the patient's model is sent"),
    "post auth/login": Operation("sign_in", "Sign in"),
    "post auth/logout": Operation("sign_out", "Sign out"),
    "get auth/options": Operation("get_sign_in_options", "Get who may register, and how a password is replaced"),
    "post auth/password-reset": Operation("request_password_reset", "Have a link to set a new password mailed"),
    "post auth/password-reset/confirm": Operation("confirm_password_reset", "Set a new password with a mailed link"),
    "post auth/refresh": Operation("refresh_tokens", "Exchange a refresh token for a new pair"),
    "post auth/register": Operation("register_account", "Register a student's account"),
    "post evaluations/{id}/again": Operation("repeat_evaluation", "Have a transcript marked again", INSTRUCTORS),
    "post evaluations/{id}/marks/{mark_id}/override": Operation("override_mark", "Override a mark", INSTRUCTORS),
    "post evaluations/{id}/review": Operation("review_evaluation", "Review an evaluation", INSTRUCTORS),
    "get exports/conversations": Operation("export_conversations", "Download what was said in conversations"),
    "get exports/marks": Operation("export_marks", "Download marks"),
    "get help": Operation("get_help", "Get where to find help"),
    "put messages/{id}/report": Operation("report_reply", "Say that a reply was wrong"),
    "delete messages/{id}/report": Operation("withdraw_report", "Take back the report of a reply"),
    "post reply-reports/{id}/seen": Operation("settle_report", "Settle the report of a reply", INSTRUCTORS),
    "post scenarios/check": Operation("check_scenario", "Check a text for a scenario", INSTRUCTORS),
    "get runs/{id}/events": Operation("follow_run", "Follow the events of a run"),
    "get scenarios/export": Operation("export_scenarios", "Export scenarios with their activities"),
    "post scenarios/import": Operation("import_scenarios", "Import scenarios with their activities"),
    "get stats/me": Operation("get_own_progress", "Get the caller's own progress"),
    "get threads/{id}/evaluations": Operation("list_thread_evaluations", "List the evaluations of a thread"),
    "post threads/{id}/evaluations": Operation("create_evaluation", "Have a thread marked"),
    "get threads/{id}/facts": Operation("get_ledger", "Get the facts ledger of a thread"),
    "post threads/{id}/forks": Operation("fork_thread", "Practise again from a turn"),
    "get threads/{id}/messages": Operation("list_messages", "List the messages of a thread"),
    "get threads/{id}/runs": Operation("list_runs", "List the runs of a thread"),
    "post threads/{id}/runs": Operation("create_run", "Say something to the patient"),
    "get usage/totals": Operation("get_usage", "Get totals of calls to the model"),
    "post users/{id}/approve-role": Operation("approve_role", "Approve the role of an account"),
    "get users/me": Operation("get_own_account", "Get the caller's own account"),
    "patch users/me": Operation("update_own_account", "Change the caller's own account"),
}
COLLECTION_VERBS = {"get": "list", "post": "create"}
OBJECT_VERBS = {"get": "get", "put": "replace", "patch": "update", "delete": "delete"}
NOUNS = {"users": "accounts"}


def operation_at(method: str, path: str) -> Operation:
    """The operation at a path below /api/v2/, with any name for the first id in it."""
    path = re.sub(r"^([\w-]+)/\{\w+\}", r"\1/{id}", path.strip("/"))
    return NAMED.get(f"{method} {path}") or _named_by_rule(method, path.split("/"))


def _named_by_rule(method: str, steps: list[str]) -> Operation:
    """`threads` is a collection, `threads/{id}` one of it, and `runs/{id}/cancel` what is done with one."""
    nouns = [NOUNS.get(step, step.replace("-", "_")) for step in steps if step != "auth" and not step.startswith("{")]
    owner, last = [_singular(noun) for noun in nouns[:-1]], nouns[-1]
    if steps[-1].startswith("{"):
        return _told(OBJECT_VERBS[method], [*owner, _singular(last)])
    if not last.endswith("s"):
        return _told(last, owner) if method == "post" else _told(OBJECT_VERBS[method], [*owner, last])
    return _told(COLLECTION_VERBS[method], [*owner, last if method == "get" else _singular(last)])


def _told(verb: str, nouns: list[str]) -> Operation:
    words = " ".join(nouns).replace("_", " ")
    article = "" if verb == "list" else "an " if words[0] in "aeio" else "a "
    return Operation("_".join([verb, *nouns]), f"{verb.replace('_', ' ').capitalize()} {article}{words}")


def _singular(noun: str) -> str:
    return noun.removesuffix("ies") + "y" if noun.endswith("ies") else noun.removesuffix("s")
