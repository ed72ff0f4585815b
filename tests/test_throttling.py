"""Limits of requests."""

import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.throttling import SimpleRateThrottle

from apps.core.api.throttling import WindowThrottle, hit
from apps.openai_integration.models import Run
from apps.openai_integration.tests.factories import ThreadFactory
from apps.users.models import User
from config.settings.api import RATES, STREAM_LIMITS, stream_limits
from config.settings.api import rates as rates_with
from tests.annotations import ClientFor
from tests.counts import forget_counts

pytestmark = pytest.mark.django_db


class SetRates(Protocol):
    def __call__(self, **changed: str) -> None: ...


@pytest.fixture
def rates(monkeypatch: pytest.MonkeyPatch) -> Iterator[SetRates]:
    """Set some rates; the others stay out of the way."""
    forget_counts()

    def set_rates(**changed: str) -> None:
        monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {**SimpleRateThrottle.THROTTLE_RATES, **changed})

    yield set_rates
    forget_counts()


def test_guessing_at_one_account_is_slowed_down_and_others_at_that_address_are_not(
    rates: SetRates, client_for: ClientFor, student: User
) -> None:
    rates(login_account="3/min")
    client = client_for(None)
    wrong = {"email": "victim@example.org", "password": "guess"}
    assert [client.post("/api/v2/auth/login/", wrong).status_code for _ in range(4)] == [401, 401, 401, 429]
    right = {"email": student.email, "password": "a pass phrase 1"}
    assert client.post("/api/v2/auth/login/", right).status_code == 200


def test_one_address_cannot_try_account_after_account_without_end(rates: SetRates, client_for: ClientFor) -> None:
    rates(login_address="3/min")
    client = client_for(None)
    answers = [
        client.post("/api/v2/auth/login/", {"email": f"{n}@example.org", "password": "x"}).status_code for n in range(4)
    ]
    assert answers == [401, 401, 401, 429]


def test_turns_are_limited_for_each_person_and_reading_is_not(
    rates: SetRates, client_for: ClientFor, student: User, other_student: User
) -> None:
    rates(runs="2/min")
    thread = ThreadFactory.create(student=student)
    client = client_for("student")
    answers = []
    for _ in range(3):
        answers.append(client.post(f"/api/v2/threads/{thread.pk}/runs/", {"content": "Hello"}).status_code)
        Run.objects.update(status="cancelled", finished_at=timezone.now())
    assert answers == [202, 202, 429]
    assert all(client.get(f"/api/v2/threads/{thread.pk}/runs/").status_code == 200 for _ in range(5))
    others = ThreadFactory.create(student=other_student)
    assert client_for("other_student").post(f"/api/v2/threads/{others.pk}/runs/", {"content": "Hi"}).status_code == 202


def test_a_login_that_is_no_object_is_refused_and_not_an_error(rates: SetRates, client_for: ClientFor) -> None:
    assert client_for(None).post("/api/v2/auth/login/", ["x"]).status_code == 400


def test_a_stolen_token_does_not_help_to_guess_the_old_password(
    rates: SetRates, client_for: ClientFor, student: User, other_student: User
) -> None:
    rates(password_change="3/min")
    path, new = "/api/v2/auth/password/change/", "a pass phrase 2"
    thief = client_for(student)
    guesses = [thief.post(path, {"old_password": f"guess {n}", "new_password": new}).status_code for n in range(4)]
    assert guesses == [400, 400, 400, 429]
    assert thief.post(path, {"old_password": "a pass phrase 1", "new_password": new}).status_code == 429
    body = {"old_password": "a pass phrase 1", "new_password": new}
    assert client_for(other_student).post(path, body).status_code == 200


def test_each_kind_of_request_has_its_own_rate(rates: SetRates, client_for: ClientFor, student: User) -> None:
    rates(reads="3/min", writes="2/min", polls="2/min")
    thread, client = ThreadFactory.create(student=student), client_for("student")
    run = client.post(f"/api/v2/threads/{thread.pk}/runs/", {"content": "Hello"}).json()
    assert [client.get("/api/v2/threads/").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert [client.post("/api/v2/threads/", {}).status_code for _ in range(3)] == [201, 201, 429]
    assert [client.get(f"/api/v2/runs/{run['id']}/").status_code for _ in range(3)] == [200, 200, 429]
    assert client.options("/api/v2/threads/").status_code == 200


def test_a_refusal_says_when_to_come_again(rates: SetRates, client_for: ClientFor) -> None:
    rates(reads="1/hour")
    client = client_for("student")
    client.get("/api/v2/threads/")
    refused = client.get("/api/v2/threads/")
    assert (refused.status_code, refused.json()["code"]) == (429, "throttled")
    assert 1 <= int(refused["Retry-After"]) <= 2 * 3600


def test_refreshing_is_limited_by_address(rates: SetRates, client_for: ClientFor) -> None:
    rates(refresh="2/min")
    client = client_for(None)
    answers = [client.post("/api/v2/auth/refresh/", {"refresh": "x"}).status_code for _ in range(3)]
    assert answers == [401, 401, 429]


class Clock(WindowThrottle):
    """One caller's requests at times of our choosing."""

    def __init__(self, limit: int) -> None:
        self.caller, self.limit, self.now = f"a caller:{uuid.uuid4()}", limit, 0.0
        self.let_in: list[float] = []

    def timer(self) -> float:
        return self.now

    def ask(self) -> bool:
        let_in = self._hit(self.caller, self.limit, 60)
        if let_in:
            self.let_in.append(self.now)
        return let_in


@given(
    limit=st.integers(1, 20),
    start=st.floats(1e9, 2e9),
    pauses=st.lists(st.floats(0, 40), min_size=1, max_size=60),
)
def test_no_minute_sees_much_more_than_its_rate_and_who_waits_as_told_is_let_in(
    limit: int, start: float, pauses: list[float]
) -> None:
    clock = Clock(limit)
    clock.now = start
    for pause in pauses:
        clock.now += pause
        if not clock.ask():
            clock.now += clock.wait()
            assert clock.ask(), "it had waited for as long as it was told"
    for first in clock.let_in:
        # What the window before still counts is taken for evenly spread, so that a burst may be seen twice.
        assert sum(first <= time < first + 60 for time in clock.let_in) <= 2 * limit
    by_window = Counter(int(time // 60) for time in clock.let_in)
    assert max(by_window.values()) <= limit


def test_two_requests_at_once_are_two(rates: SetRates, client_for: ClientFor) -> None:
    with ThreadPoolExecutor(8) as pool:
        hits = list(pool.map(lambda _: hit("at once", "before", 60)[0], range(200)))
    assert sorted(hits) == list(range(1, 201))


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (["speed=1/min"], "names 'speed'"),
        (["reads=fast"], "reads=fast"),
        (["reads"], "reads=600/min"),
        (["runs=0/s"], "runs"),
    ],
)
def test_rates_of_the_environment_are_looked_at_when_it_starts(given: list[str], complaint: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=complaint):
        rates_with(given)


def test_rates_of_the_environment_take_the_place_of_the_usual() -> None:
    assert rates_with(["reads=7/hour", " runs = 5/min"]) == {**RATES, "reads": "7/hour", "runs": "5/min"}


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (["runs=3"], "names 'runs'"),
        (["run"], "STREAM_LIMITS has 'run'"),
        (["run=0"], "run=0"),
        (["person=-1"], "person=-1"),
        (["address=1.5"], "address=1.5"),
        (["process=10/min"], "such as process=5"),
    ],
)
def test_limits_of_streams_are_looked_at_when_it_starts(given: list[str], complaint: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=complaint):
        stream_limits(given)


def test_limits_of_streams_take_the_place_of_the_usual() -> None:
    assert stream_limits(["run=7", " address = 3000"]) == {**STREAM_LIMITS, "run": 7, "address": 3000}
