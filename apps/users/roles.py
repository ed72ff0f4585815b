"""What an approved role opens in the admin site, as two groups."""

from django.contrib.auth.models import Group, Permission

from apps.users.models import Role

GROUPS = {Role.INSTRUCTOR: "Instructors", Role.ADMIN: "Admins"}

_EDIT = ("view", "add", "change", "delete")
_READ = ("view",)
# app label > model > what instructors may do. Admins may do the same, and see people.
INSTRUCTOR_MODELS: dict[str, dict[str, tuple[str, ...]]] = {
    "scenarios": {"assistantscenario": _EDIT, "tag": _EDIT, "scenarioversion": _READ},
    "assessments": {"category": _EDIT, "subcategory": _EDIT, "rubricquestion": _EDIT},
    "activities": {"activity": _EDIT, "activitycategory": _EDIT},
    "openai_integration": dict.fromkeys(("thread", "message", "run", "evaluation", "mark", "usage"), _READ),
}
ADMIN_MODELS: dict[str, dict[str, tuple[str, ...]]] = {
    "users": {"user": ("view", "add", "change"), "roleapproval": _READ},
    "openai_integration": {"modelpause": ("view", "add", "change")},
}


def grant_permissions(app_label: str, *, using: str) -> None:
    """Give both groups what they may do in one app; its permissions exist once that app is migrated."""
    for role, tables in ((Role.INSTRUCTOR, [INSTRUCTOR_MODELS]), (Role.ADMIN, [INSTRUCTOR_MODELS, ADMIN_MODELS])):
        codenames = [
            f"{verb}_{model}" for table in tables for model, verbs in table.get(app_label, {}).items() for verb in verbs
        ]
        if codenames:
            group, _ = Group.objects.using(using).get_or_create(name=GROUPS[role])
            group.permissions.add(
                *Permission.objects.using(using).filter(content_type__app_label=app_label, codename__in=codenames)
            )
