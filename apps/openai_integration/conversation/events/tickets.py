"""Tickets: a browser's EventSource sends no headers, so the right to follow one run travels in its address."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core import signing
from django.db.models import Q
from django.urls import reverse

from apps.core.clock import Moment
from apps.openai_integration.models import Run
from apps.users.models import User

# Enough for a reader that was cut off at the end to come back and hear it.
GRACE = timedelta(seconds=10)
# A dot needs no quoting in an address.
_signer = signing.Signer(sep=".", salt="apps.openai_integration.conversation.events")


class TicketError(Exception):
    """It is not one of ours, or for another run."""


def ticket_for(run: Run, user: User) -> str:
    return _signer.sign_object([run.pk.hex, user.pk])


def holder_of(ticket: str, *, run_id: UUID) -> int:
    """The id of the user it was made for; TicketError unless it is for this run."""
    try:
        # Surrogates of a query that is no UTF-8 have no bytes to be signed.
        held: Any = _signer.unsign_object(ticket)
    except (signing.BadSignature, ValueError) as error:
        raise TicketError from error
    of_run, user_id = held
    if of_run != run_id.hex:
        raise TicketError
    return int(user_id)


def accepted(*, now: Moment) -> Q:
    """A condition for the runs whose tickets are taken: while it is open, and until its deadline."""
    return Q(status__in=Run.OPEN) | Q(deadline_at__gt=now - GRACE)


def events_url(run: Run, user: User) -> str:
    """Where this user follows the run, ticket included."""
    return f"{reverse('run-events', kwargs={'pk': run.pk})}?ticket={ticket_for(run, user)}"
