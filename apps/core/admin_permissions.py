"""What each app permits people to do with its models in the admin site.

An app declares it in its AppConfig as `admin_permissions`: role > model > verbs.

    admin_permissions: AdminPermissions = {"instructor": {"activity": EDIT}, "admin": {"modelpause": WRITE}}

Admins have every permission of instructors. apps.users grants what is declared and checks it.
"""

from collections.abc import Mapping

AdminPermissions = Mapping[str, Mapping[str, tuple[str, ...]]]

READ = ("view",)
WRITE = ("view", "add", "change")
EDIT = ("view", "add", "change", "delete")
