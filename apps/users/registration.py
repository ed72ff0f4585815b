"""Who may register: everybody, people with an email of certain domains, or nobody."""

import unicodedata

from django.conf import settings
from rest_framework.exceptions import PermissionDenied, ValidationError


class RegistrationClosed(PermissionDenied):
    default_detail = "Nobody can register here. Ask an admin for an account."
    default_code = "registration_closed"


class DomainRefused(ValidationError):
    """The email's domain is not accepted. The error does not reveal whether the account exists."""

    def __init__(self) -> None:
        domains = ", ".join(settings.REGISTRATION_DOMAINS)
        super().__init__({"email": [f"Registration is for emails of these domains: {domains}."]})


def admit(email: str) -> None:
    """Raise RegistrationClosed or DomainRefused unless this email may register.

    A domain matches itself but not its subdomains, in any case, in its own script or as xn--.
    """
    if settings.REGISTRATION == "closed":
        raise RegistrationClosed
    if settings.REGISTRATION == "domains":
        admitted = {_in_ascii(domain) for domain in settings.REGISTRATION_DOMAINS}
        name, _, domain = email.rpartition("@")
        if not name or _in_ascii(domain) not in admitted:
            raise DomainRefused


def _in_ascii(domain: str) -> str:
    """The domain as DNS writes it. Python's "idna" codec is IDNA 2003, which treats straße.de and strasse.de as one."""
    labels = unicodedata.normalize("NFC", domain.lower()).split(".")
    return ".".join(label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in labels)
