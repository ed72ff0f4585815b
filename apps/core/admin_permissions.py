"""What an app lets people do with its models in the admin site.

Each app states it in its AppConfig, as `admin_permissions`: role > model > verbs.

    admin_permissions: AdminPermissions = {"instructor": {"activity": EDIT}, "admin": {"modelpause": WRITE}}

Admins may do all that instructors may. apps.users grants what is stated, and checks it.
"""

from collections.abc import Mapping

AdminPermissions = Mapping[str, Mapping[str, tuple[str, ...]]]

READ = ("view",)
WRITE = ("view", "add", "change")
EDIT = ("view", "add", "change", "delete")
