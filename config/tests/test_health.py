"""The liveness and readiness endpoints."""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("path", ["/health/live", "/health/live/"])
def test_a_process_lives_whatever_its_database_does(client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.content) == (200, b"alive")


@pytest.mark.parametrize("path", ["/health/ready", "/health/ready/"])
def test_a_process_is_ready_when_its_database_answers_and_is_migrated(client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.json() == {"Database": "OK", "Migrations": "OK"}


def test_a_database_that_lacks_a_migration_is_not_ready(client) -> None:
    recorder = MigrationRecorder(connection)
    [last] = MigrationLoader(None).graph.leaf_nodes("openai_integration")
    recorder.record_unapplied(*last)
    try:
        answer = client.get("/health/ready")
    finally:
        recorder.record_applied(*last)
    assert answer.status_code == 503
    assert "1 migrations are not applied" in answer.json()["Migrations"]


def test_an_unavailable_database_is_not_ready_and_its_address_is_not_revealed(client, monkeypatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "PORT", "9")
    connection.close()
    answer = client.get("/health/ready")
    monkeypatch.undo()
    assert answer.status_code == 503
    assert answer.json()["Database"] == "The database does not respond."


def test_a_load_balancer_asks_by_address(client, settings) -> None:
    settings.ALLOWED_HOSTS = ["patients.example.org"]
    assert client.get("/health/live", headers={"host": "10.0.0.5"}).status_code == 200
    assert client.get("/health/ready", headers={"host": "10.0.0.5:8001"}).status_code == 200
    assert client.get("/api/v2/threads/", headers={"host": "10.0.0.5"}).status_code == 400
