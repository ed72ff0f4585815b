"""Pseudonyms, for data that leave the school."""

from django.conf import settings
from django.utils.crypto import salted_hmac


def pseudonym(kind: str, pk: object) -> str:
    """A name for a row of this kind: the same in every download, and nobody finds the row without PSEUDONYM_KEY."""
    digest = salted_hmac("apps.users.pseudonyms", f"{kind}:{pk}", secret=settings.PSEUDONYM_KEY, algorithm="sha256")
    return f"{kind}-{digest.hexdigest()[:20]}"
