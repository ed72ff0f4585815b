"""A call that could not be ended is not made: what happens when the HTTP library is built otherwise."""

import inspect
from typing import Any

import httpcore2
import httpx2
import pytest

from apps.llm import client, deadlines, streams, transport
from apps.llm.deadlines import UnboundedCallError, bind
from apps.llm.tests.test_client import request
from tests.mocks.openai_mock import Emulator


class Plain(httpx2.BaseTransport):
    """A transport without the pool that today's has."""


class Elsewhere:
    """A pool that would make its connections by something else."""

    _network_backend = object()


@pytest.fixture
def unbound(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Connections that do not know of bounds, as after a release that makes them elsewhere."""
    client.close()
    monkeypatch.setattr(transport, "bind", lambda http: None)
    yield
    client.close()


def test_a_client_without_the_expected_pool_is_not_used() -> None:
    with httpx2.Client(transport=Plain()) as http, pytest.raises(UnboundedCallError, match="_pool"):
        bind(http)


def test_a_client_without_the_expected_backend_is_not_used() -> None:
    with httpx2.Client() as http:
        http._transport._pool = Elsewhere()  # type: ignore[attr-defined]
        with pytest.raises(UnboundedCallError, match="backend"):
            bind(http)
        http._transport = httpx2.HTTPTransport()


def test_a_client_with_proxies_is_bound_on_every_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with httpx2.Client() as http:
        bind(http)
        pools = [one._pool for one in (http._transport, *http._mounts.values()) if one is not None]  # type: ignore[attr-defined]
    assert len(pools) >= 2
    assert {type(pool._network_backend).__name__ for pool in pools} == {"_BoundBackend"}


@pytest.mark.parametrize("call", [client.complete, lambda asked: list(streams.stream(asked)), client.start])
def test_an_answer_over_a_connection_that_knows_no_bounds_is_not_taken(unbound, emulator: Emulator, call) -> None:
    with pytest.raises(UnboundedCallError, match="not held to its time"):
        call(request())


def test_the_private_way_is_still_needed() -> None:
    """Fails once the library can be given a backend, or a time for a whole call: then `deadlines.bind` can go.

    docs/adr/0002-deadlines-of-model-calls.md says what takes its place.
    """
    given = inspect.signature(httpx2.HTTPTransport.__init__).parameters
    assert not [name for name in given if "backend" in name]
    times = inspect.signature(httpx2.Timeout.__init__).parameters
    assert set(times) - {"self", "timeout"} == {"connect", "read", "write", "pool"}


def test_what_is_bound_is_what_the_library_asks_of_a_backend() -> None:
    """Fails where a release gives connections a method that could wait without its bound."""
    assert _public(deadlines._BoundStream) == _public(httpcore2.NetworkStream)
    # The others are for sockets of the file system, and for retries with pauses: the client has neither.
    assert _public(httpcore2.NetworkBackend) - _public(deadlines._BoundBackend) <= {"connect_unix_socket", "sleep"}


def _public(kind: type) -> set[str]:
    return {name for name, one in inspect.getmembers(kind, inspect.isfunction) if not name.startswith("_")}
