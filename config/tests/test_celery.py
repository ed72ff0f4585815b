"""Whether the replacement of Celery's part in config.celery works and is still needed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from kombu import Connection
from kombu.transport import redis

from config.celery import UnackedMessages

CALLS = {
    "ack": lambda unacked: unacked.ack("a tag"),
    "reject": lambda unacked: unacked.reject("a tag", requeue=True),
    "restore": lambda unacked: unacked.restore_unacked(),
}


@pytest.fixture
def let_go() -> Any:
    """A channel whose connection Celery has dropped, as it does when Redis disappears."""
    connection = Connection(settings.CELERY_BROKER_URL)
    channel = connection.channel()
    connection.release()
    return channel


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_rejecting_a_message_on_a_lost_connection_ends_no_worker(let_go: Any, call: Callable[[Any], Any]) -> None:
    assert not call(UnackedMessages(let_go))


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_kombu_itself_still_fails_on_a_lost_connection(let_go: Any, call: Callable[[Any], Any]) -> None:
    """Fails for all three once kombu minds a lost connection: then config.celery.UnackedMessages can go.

    docs/adr/0004-unacknowledged-messages.md says what it is for.
    """
    with pytest.raises(AttributeError):
        call(redis.QoS(let_go))
