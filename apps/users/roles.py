"""The admin-site permissions of the approved roles, as two groups."""

from collections.abc import Iterator

from django.apps import AppConfig
from django.contrib.auth.models import Group, Permission

from apps.core.admin_permissions import AdminPermissions
from apps.users.models import Role

GROUPS = {Role.INSTRUCTOR: "Instructors", Role.ADMIN: "Admins"}


def stated_by(app_config: AppConfig) -> AdminPermissions:
    """The admin permissions that an app declares."""
    stated: AdminPermissions = getattr(app_config, "admin_permissions", {})
    return stated


def grant_permissions(app_config: AppConfig, *, using: str) -> None:
    """Give both groups the permissions that an app declares; they exist once the app is migrated."""
    for role, stating in ((Role.INSTRUCTOR, [Role.INSTRUCTOR]), (Role.ADMIN, [Role.INSTRUCTOR, Role.ADMIN])):
        codenames = [name for one in stating for name in _codenames(app_config, one)]
        if codenames:
            group, _ = Group.objects.using(using).get_or_create(name=GROUPS[role])
            group.permissions.add(
                *Permission.objects.using(using).filter(
                    content_type__app_label=app_config.label, codename__in=codenames
                )
            )


def _codenames(app_config: AppConfig, role: Role) -> list[str]:
    models = stated_by(app_config).get(role, {})
    return [f"{verb}_{model}" for model, verbs in models.items() for verb in verbs]


def mistakes_in(app_config: AppConfig) -> Iterator[str]:
    """Declared permissions that do not exist, one sentence each."""
    names = {model._meta.model_name: model for model in app_config.get_models()}
    for role, models in stated_by(app_config).items():
        if role not in GROUPS:
            yield f"It names the role {role!r}; there are {', '.join(GROUPS)}."
        for model, verbs in models.items():
            if model not in names:
                yield f"It names the model {model!r}; there are {', '.join(sorted(filter(None, names)))}."
                continue
            known = names[model]._meta.default_permissions
            for verb in verbs:
                if verb not in known:
                    yield f"It lets people {verb!r} {model}; there are {', '.join(known)}."
