"""Liveness and readiness endpoints."""

import asyncio
import dataclasses

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from health_check.base import HealthCheck
from health_check.exceptions import ServiceUnavailable
from health_check.views import HealthCheckView


@dataclasses.dataclass
class Database(HealthCheck):
    """Checks that the database responds."""

    def run(self) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        except DatabaseError as error:
            raise ServiceUnavailable("The database does not respond.") from error
        finally:
            connection.close()  # checks run in a thread that serves no requests


@dataclasses.dataclass
class Migrations(HealthCheck):
    """Checks that all migrations are applied."""

    def run(self) -> None:
        try:
            executor = MigrationExecutor(connection)
            missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        except DatabaseError as error:
            raise ServiceUnavailable("The database does not respond.") from error
        finally:
            connection.close()
        if missing:
            raise ServiceUnavailable(f"{len(missing)} migrations are not applied.")


class ReadyView(HealthCheckView):
    """200 or 503, as JSON. Redis is not checked: without it people can still sign in, read and post."""

    checks = (Database, Migrations)

    async def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        results = await asyncio.gather(*(check.get_result() for check in self.get_checks()))
        report = {type(result.check).__name__: result.error.message if result.error else "OK" for result in results}
        return JsonResponse(report, status=503 if any(result.error for result in results) else 200)


def live(request: HttpRequest) -> HttpResponse:
    """200 if the process responds; nothing else is checked."""
    return HttpResponse("alive", content_type="text/plain")
