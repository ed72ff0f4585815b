"""Signed tickets for event streams: EventSource sends no headers, so the URL carries the right to read one run."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core import signing
from django.db.models import Q
from django.urls import reverse

from apps.core.clock import Moment
from apps.openai_integration.models import Run
from apps.users.models import User

# A reader that is cut off at the deadline has this long to reconnect and receive the end.
RECONNECT_GRACE = timedelta(seconds=10)
# A dot needs no escaping in a URL.
_signer = signing.Signer(sep=".", salt="apps.openai_integration.conversation.events")


class TicketError(Exception):
    """The ticket is invalid, or was issued for another run."""


def ticket_for(run: Run, user: User) -> str:
    return _signer.sign_object([run.pk.hex, user.pk])


def user_id_of(ticket: str, *, run_id: UUID) -> int:
    """The id of the user that the ticket was issued to; TicketError unless it is for this run."""
    try:
        # A query that is not UTF-8 decodes to surrogates, which cannot be encoded to check the signature.
        held: Any = _signer.unsign_object(ticket)
    except (signing.BadSignature, ValueError) as error:
        raise TicketError from error
    of_run, user_id = held
    if of_run != run_id.hex:
        raise TicketError
    return int(user_id)


def accepting_runs(*, now: Moment) -> Q:
    """A filter for runs whose tickets are valid: open, or at most RECONNECT_GRACE past their deadline."""
    return Q(status__in=Run.OPEN) | Q(deadline_at__gt=now - RECONNECT_GRACE)


def events_url(run: Run, user: User) -> str:
    """The URL of the run's events, with a ticket for this user."""
    return f"{reverse('run-events', kwargs={'pk': run.pk})}?ticket={ticket_for(run, user)}"
