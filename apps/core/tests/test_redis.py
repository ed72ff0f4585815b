"""While Redis is down, requests pass uncounted and Redis is tried only now and then."""

import time

import pytest
import redis
from rest_framework.test import APIClient
from structlog.testing import capture_logs

from apps.core import redis as core_redis
from apps.core.api.throttling import COUNTS
from apps.core.redis import FailOpenRedis

NOWHERE = "redis://127.0.0.1:9/0"


@pytest.fixture
def no_redis(settings):
    COUNTS.forget_failures()
    settings.REDIS_URL = NOWHERE
    yield
    COUNTS.forget_failures()


def test_the_result_comes_from_redis_while_it_is_available() -> None:
    there = FailOpenRedis("a test")
    assert there.ask(lambda client: client.set("remembered", 7), otherwise=False)
    assert there.ask(lambda client: client.get("remembered"), otherwise=None) == b"7"


@pytest.mark.parametrize("otherwise", [None, (0, 0), []])
def test_without_redis_the_fallback_is_returned(no_redis, otherwise) -> None:
    assert FailOpenRedis("a test").ask(lambda client: client.get("key"), otherwise=otherwise) is otherwise


def test_an_unavailable_redis_is_retried_occasionally_and_logged_once(no_redis, monkeypatch) -> None:
    gone, asked = FailOpenRedis("a test"), []
    with capture_logs() as said:
        for _ in range(5):
            gone.ask(lambda client: asked.append(client.get("key")), otherwise=None)
    assert [(line["event"], line["purpose"]) for line in said] == [("redis_unavailable", "a test")]
    later = time.monotonic() + core_redis.PAUSE_S + 1
    monkeypatch.setattr(core_redis.time, "monotonic", lambda: later)
    with capture_logs() as said:
        gone.ask(lambda client: client.get("key"), otherwise=None)
    assert len(said) == 1


def test_a_redis_that_is_available_again_is_used(no_redis, settings, monkeypatch) -> None:
    there_again = FailOpenRedis("a test")
    assert there_again.ask(lambda client: client.ping(), otherwise=False) is False
    monkeypatch.undo()
    settings.REDIS_URL = NOWHERE.replace("127.0.0.1:9", "127.0.0.1:10")
    there_again.forget_failures()
    assert there_again.ask(lambda client: client.ping(), otherwise=False) is False


def test_other_errors_are_raised() -> None:
    def wrong(client: redis.Redis) -> None:
        raise ValueError("ours")

    with pytest.raises(ValueError, match="ours"):
        FailOpenRedis("a test").ask(wrong, otherwise=None)


@pytest.mark.django_db
def test_people_sign_in_without_redis(no_redis, student) -> None:
    body = {"email": student.email, "password": "a pass phrase 1"}
    assert APIClient().post("/api/v2/auth/login/", body).status_code == 200
