"""Types that tests of several rooms share."""

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from playwright.sync_api import Page
from rest_framework.test import APIClient

from apps.users.models import User

if TYPE_CHECKING:
    # What the test clients answer with: a Response that can `json()`, which has this name in the stubs alone.
    from rest_framework.response import _MonkeyPatchedResponse as APIResponse
else:
    from rest_framework.response import Response as APIResponse

__all__ = ["APIResponse", "Browse", "ClientFor"]

# The fixture `client_for`: a user, the name of a role, or None for nobody > their client.
ClientFor = Callable[[str | User | None], APIClient]
# The fixture `browse`: a page in a browser, as long as the block lasts.
Browse = Callable[[], contextlib.AbstractContextManager[Page]]
