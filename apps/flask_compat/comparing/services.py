"""The two services, as anybody reaches them by HTTP."""

import time
from dataclasses import dataclass
from typing import Any, Self

import httpx2

JSON = "application/json"
NOT_AVAILABLE = {429, 502, 503, 504}


class CannotCompareError(Exception):
    """A sentence on what stands in the way."""


@dataclass(frozen=True)
class ServiceAnswer:
    """`body` is None where the answer is an error that is not JSON."""

    status: int
    content_type: str
    body: Any
    seconds: float


class Service:
    """One of the two. Whatever is no answer of an application raises CannotCompareError, which says what came.

    People work there meanwhile, so it is left to them for `pause_s` before each request.
    """

    def __init__(self, name: str, url: str, *, timeout_s: float, pause_s: float) -> None:
        self.name = name
        self._pause_s = pause_s
        self.token = ""
        self._api = url.rstrip("/").removesuffix("/api") + "/api"
        # Asked past its own proxy, production would redirect to TLS. A proxy of the caller's would stand between, and a
        # .netrc put its own Authorization in.
        self._http = httpx2.Client(timeout=timeout_s, trust_env=False, headers={"X-Forwarded-Proto": "https"})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._http.close()

    def sign_in(self, email: str, password: str) -> None:
        """Keep a token of this service's own."""
        answer = self._send("POST", "/login", json={"email": email, "password": password})
        token = answer.body.get("token") if isinstance(answer.body, dict) else None
        if answer.status == 401:
            raise CannotCompareError(f"{self.name} does not take this email with this password.")
        if answer.status == 400:
            raise CannotCompareError(
                f"{self.name} answers the sign-in with 400: is the password blank, or does ALLOWED_HOSTS lack the name"
                f" in {self._api}?"
            )
        if answer.status != 200 or not isinstance(token, str):
            raise CannotCompareError(f"{self.name} answers the sign-in with {answer.status} and no token.")
        self.token = token

    def get(self, path: str, token: str | None) -> ServiceAnswer:
        return self._send("GET", path, headers={"Authorization": f"Bearer {token}"} if token else {})

    def _send(self, method: str, path: str, **options: Any) -> ServiceAnswer:
        where = f"{self.name} at {self._api}{path}"
        time.sleep(self._pause_s)
        started = time.perf_counter()
        try:
            answer = self._http.request(method, self._api + path, **options)
        except httpx2.TimeoutException as error:
            raise CannotCompareError(f"{where} gives no answer in time (see --timeout).") from error
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise CannotCompareError(f"{where} cannot be reached: {error}") from error
        return self._read(where, answer, time.perf_counter() - started)

    def _read(self, where: str, answer: httpx2.Response, seconds: float) -> ServiceAnswer:
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
        return ServiceAnswer(answer.status_code, content_type, body, seconds)
