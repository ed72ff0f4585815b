"""Helpers that sign in from various addresses and guess passwords."""

from typing import Any

from django.test import Client
from rest_framework.test import APIClient

from apps.core.api.throttling import COUNTS

HOME, ELSEWHERE = "198.51.100.7", "203.0.113.9"
V2, OLD, ADMIN = "/api/v2/auth/login/", "/api/login", "/admin/login/"


def sign_in(email: str, password: str, address: str = ELSEWHERE, *, at: str = V2) -> Any:
    if at == ADMIN:
        return Client().post(ADMIN, {"username": email, "password": password}, REMOTE_ADDR=address)
    return APIClient().post(at, {"email": email, "password": password}, REMOTE_ADDR=address)


def guess(email: str, times: int = 3) -> list[int]:
    """Send wrong passwords, each from a different address, and return the statuses."""
    return [sign_in(email, "wrong", f"192.0.2.{n}").status_code for n in range(times)]


def states() -> list[dict[bytes, bytes]]:
    """Redis's counts of failed sign-ins."""
    return COUNTS.ask(
        lambda client: [client.hgetall(key) for key in client.scan_iter("throttle:sign_in_failures:*")], otherwise=[]
    )


def change_states(**fields: str) -> None:
    """Change Redis's counts of failed sign-ins."""

    def change(client: Any) -> None:
        for key in client.scan_iter("throttle:sign_in_failures:*"):
            client.hset(key, mapping=fields)

    COUNTS.ask(change, otherwise=None)


def attack(email: str) -> None:
    """Guess so often that the account has to wait longer than any test takes."""
    guess(email)
    change_states(failures="12", next_try="0")
    assert guess(email, 1) == [401]
