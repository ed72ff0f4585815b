"""HTTP client for the services that are compared."""

import time
from dataclasses import dataclass
from typing import Any, Self

import httpx2

JSON = "application/json"
NOT_AVAILABLE = {429, 502, 503, 504}


class CannotCompareError(Exception):
    """The comparison is impossible; the message says why."""


@dataclass(frozen=True)
class ServiceResponse:
    """One response. `body` is None for an error that is not JSON."""

    status: int
    content_type: str
    body: Any
    seconds: float


class Service:
    """One of the compared services. A response that is not the application's raises CannotCompareError.

    Waits `pause_s` before each request, to leave time for people who use the service meanwhile.
    """

    def __init__(self, name: str, url: str, *, timeout_s: float, pause_s: float) -> None:
        self.name = name
        self._pause_s = pause_s
        self.token = ""
        self._api = url.rstrip("/").removesuffix("/api") + "/api"
        # Without this header, production redirects to TLS when it is reached past its own proxy. trust_env is off
        # because a proxy would be in between, and .netrc would set another Authorization.
        self._http = httpx2.Client(timeout=timeout_s, trust_env=False, headers={"X-Forwarded-Proto": "https"})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._http.close()

    def sign_in(self, email: str, password: str) -> None:
        """Sign in and keep the access token; CannotCompareError if that fails."""
        answer = self._send("POST", "/login", json={"email": email, "password": password})
        token = answer.body.get("token") if isinstance(answer.body, dict) else None
        if answer.status == 401:
            raise CannotCompareError(f"{self.name} does not take this email with this password.")
        if answer.status == 400:
            raise CannotCompareError(
                f"{self.name} answers the sign-in with 400: is the password blank, or is the name in {self._api} not in"
                " ALLOWED_HOSTS?"
            )
        if answer.status != 200 or not isinstance(token, str):
            raise CannotCompareError(f"{self.name} answers the sign-in with {answer.status} and no token.")
        self.token = token

    def get(self, path: str, token: str | None) -> ServiceResponse:
        return self._send("GET", path, headers={"Authorization": f"Bearer {token}"} if token else {})

    def _send(self, method: str, path: str, **options: Any) -> ServiceResponse:
        where = f"{self.name} at {self._api}{path}"
        time.sleep(self._pause_s)
        started = time.perf_counter()
        try:
            answer = self._http.request(method, self._api + path, **options)
        except httpx2.TimeoutException as error:
            raise CannotCompareError(f"{where} did not respond in time (see --timeout).") from error
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise CannotCompareError(f"{where} cannot be reached: {error}") from error
        return self._parse(where, answer, time.perf_counter() - started)

    def _parse(self, where: str, answer: httpx2.Response, seconds: float) -> ServiceResponse:
        content_type = answer.headers.get("Content-Type", "").split(";")[0].strip()
        if answer.is_redirect:
            target = answer.headers.get("Location")
            raise CannotCompareError(f"{where} redirects to {target}: name the address that answers itself.")
        if answer.status_code in NOT_AVAILABLE:
            raise CannotCompareError(f"{where} is not available now: it answers {answer.status_code}.")
        if content_type != JSON and answer.is_success:
            raise CannotCompareError(f"{where} answers with {content_type or 'no content type'}, not with JSON.")
        try:
            body = answer.json() if content_type == JSON else None
        except ValueError as error:
            raise CannotCompareError(f"{where} calls its answer JSON, and it is not.") from error
        return ServiceResponse(answer.status_code, content_type, body, seconds)
