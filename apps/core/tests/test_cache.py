"""Without Redis, caches and throttles let everything through."""

import pytest
from django.core.cache import caches
from rest_framework.test import APIClient

from apps.core.cache import FailOpenRedisCache

NOWHERE = {"default": {"BACKEND": "apps.core.cache.FailOpenRedisCache", "LOCATION": "redis://127.0.0.1:9/0"}}


@pytest.fixture
def no_redis(settings, monkeypatch):
    monkeypatch.setattr(FailOpenRedisCache, "paused_until", 0.0)
    settings.CACHES = NOWHERE
    yield caches["default"]
    monkeypatch.setattr(FailOpenRedisCache, "paused_until", 0.0)


def test_a_cache_without_its_server_forgets_and_does_not_fail(no_redis) -> None:
    no_redis.set("key", "value", 10)
    assert no_redis.get("key") is None
    assert no_redis.get("key", "nothing") == "nothing"
    assert no_redis.add("key", 1) is True
    assert no_redis.get_many(["key"]) == {}
    assert no_redis.set_many({"key": 1}) == []
    assert no_redis.delete("key") is False
    assert "key" not in no_redis
    assert no_redis.clear() is False


def test_a_server_that_is_gone_is_asked_once_in_a_while(no_redis, monkeypatch) -> None:
    asked = []
    monkeypatch.setattr(
        "django.core.cache.backends.redis.RedisCacheClient.get_client",
        lambda *args, **kwargs: asked.append(1) or _gone(),
    )
    for _ in range(5):
        no_redis.get("key")
    assert len(asked) == 1


def _gone():
    from redis.exceptions import ConnectionError as Gone

    raise Gone


def test_a_cache_with_its_server_remembers(settings) -> None:
    caches["default"].set("remembered", 7, 10)
    assert caches["default"].get("remembered") == 7


@pytest.mark.django_db
def test_people_sign_in_without_redis(no_redis, student) -> None:
    body = {"email": student.email, "password": "a pass phrase 1"}
    assert APIClient().post("/api/v2/auth/login/", body).status_code == 200
