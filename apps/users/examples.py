"""OpenAPI examples of accounts and tokens."""

from typing import Any

from apps.core.api.examples import answered, sent

PAIR = {"access": "eyJhbGciOiJIUzI1NiIs...", "refresh": "eyJhbGciOiJIUzI1NiIs..."}
OWN_ACCOUNT = {
    "id": 1, "username": "Sam Student", "email": "student@example.org", "role": "student",
    "is_instructor": False, "is_admin": False,
}  # fmt: skip
ACCOUNT: dict[str, Any] = {
    **OWN_ACCOUNT, "approved_role": None, "is_active": True, "date_joined": "2026-05-04T09:30:00.123456Z",
    "last_login": None,
}  # fmt: skip
_SIGNED_IN = answered("Signed in", {**PAIR, "user": OWN_ACCOUNT})

LOGIN = [sent("A student", {"email": "student@example.org", "password": "demo student pass"}), _SIGNED_IN]
REGISTER = [
    sent(
        "A new account", {"username": "Sam Student", "email": "student@example.org", "password": "a long pass phrase"}
    ),
    _SIGNED_IN,
]
_REFRESH_TOKEN = sent("A refresh token", {"refresh": PAIR["refresh"]})
REFRESH = [_REFRESH_TOKEN, answered("A new pair", PAIR)]
LOGOUT = [_REFRESH_TOKEN]
PASSWORD_CHANGE = [
    sent("A new password", {"old_password": "demo student pass", "new_password": "a long pass phrase"}),
    _SIGNED_IN,
]
OPTIONS = [
    answered(
        "Emails of a school",
        {"registration": "domains", "registration_domains": ["uni.example"], "password_reset": True},
    )
]
PASSWORD_RESET = [sent("A student's email", {"email": "student@example.org"})]
PASSWORD_RESET_CONFIRM = [
    sent("A new password", {"uid": "MQ", "token": "d1x2y3-0123456789abcdef", "password": "a long pass phrase"})
]
ME = [answered("A student", OWN_ACCOUNT)]
RENAME = [sent("Another name", {"username": "Sam S."}), answered("A student", {**OWN_ACCOUNT, "username": "Sam S."})]
ACCOUNTS = [answered("An account", ACCOUNT)]
LOCK = [sent("Lock the account", {"is_active": False}), answered("The locked account", {**ACCOUNT, "is_active": False})]
APPROVE_ROLE = [
    sent("Confirm an instructor", {"role": "instructor"}),
    answered(
        "The account",
        {
            **ACCOUNT, "id": 2, "username": "Ines Instructor", "email": "instructor@example.org", "role": "instructor",
            "is_instructor": True, "approved_role": "instructor",
        },
    ),
]  # fmt: skip
