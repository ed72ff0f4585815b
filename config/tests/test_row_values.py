"""PostgreSQL's DETAIL, which quotes rows, appears neither in log lines nor in error reports."""

import io
import logging
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
import sentry_sdk
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone
from structlog.stdlib import ProcessorFormatter

from apps.openai_integration.models import Message
from apps.openai_integration.tasks.sweeps import forget_keys
from apps.openai_integration.tests.factories import ThreadFactory
from config.observability import start_sentry
from config.row_values import without_row_values
from config.settings.logs import logging_config
from config.tests.test_observability import Kept

WORDS = "grandmother's\n\nviolin"
# No row of these holds words: Django's own, and the ledger of tokens.
WITHOUT_WORDS = {"auth", "contenttypes", "sessions", "token_blacklist"}
# Of the old tables' text columns some are short.
FITS = len(WORDS)


@pytest.fixture
def reports() -> Iterator[Kept]:
    kept = Kept()
    start_sentry("http://key@127.0.0.1:9/1", transport=kept)
    yield kept
    sentry_sdk.init()


@pytest.fixture(params=[True, False], ids=["json", "plain"])
def logged(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Everything that the root logger writes, formatted as in production or development."""
    # Loggers keep structlog's configuration from their first line on.
    monkeypatch.setattr("config.settings.logs.structlog.configure", lambda **_: None)
    config = dict(logging_config(level="INFO", as_json=request.param)["formatters"]["events"])
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(config.pop("()")(**config))
    assert isinstance(handler.formatter, ProcessorFormatter)
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


def tables_with_words() -> list[tuple[str, str, list[str]]]:
    found = []
    for model in apps.get_models():
        columns = [
            field.column
            for field in model._meta.local_concrete_fields
            if field is not model._meta.pk and _holds_words(field)
        ]
        if columns and model._meta.app_label not in WITHOUT_WORDS:
            found.append((model._meta.db_table, model._meta.pk.column, columns))
    return found


def _holds_words(field: models.Field) -> bool:
    is_text = isinstance(field, (models.TextField, models.CharField))
    return is_text and (field.max_length is None or field.max_length >= FITS)


def refused_row(table: str, pk: str, columns: list[str]) -> None:
    names = ", ".join(f'"{name}"' for name in (pk, *columns))
    values = ", ".join(["NULL"] + ["%s"] * len(columns))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f'INSERT INTO "{table}" ({names}) VALUES ({values})', [WORDS] * len(columns))


def chained(fail: Callable[[], None]) -> None:
    """As code does that says more, and as code does that fails while it tidies up."""
    try:
        try:
            fail()
        except DatabaseError as error:
            raise RuntimeError("could not keep it") from error
    except RuntimeError:
        raise LookupError("could not say so")  # noqa: B904


def of_words(text: str) -> list[str]:
    return [word for word in WORDS.split() if word in text]


def test_every_table_that_holds_words_is_tried() -> None:
    tables = {table for table, _, _ in tables_with_words()}
    assert tables >= {
        "messages", "runs", "threads", "evaluations", "marks", "scenario_versions", "assistant_scenarios",
        "assistant_tags", "activities", "categories", "subcategories", "rubric_questions", "user",
        "idempotency_keys", "model_pauses", "role_approvals", "sign_in_addresses",
    }  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("table", "pk", "columns"), tables_with_words())
def test_a_refused_row_is_in_no_log_and_in_no_report(
    table: str, pk: str, columns: list[str], logged: io.StringIO, reports: Kept
) -> None:
    try:
        chained(lambda: refused_row(table, pk, columns))
    except LookupError as error:
        logging.getLogger("a-test").exception("it failed: %s", error.__context__.__cause__)  # type: ignore[union-attr]
        sentry_sdk.capture_exception(error)
        driver: Any = error.__context__.__cause__.__cause__  # type: ignore[union-attr]
    sentry_sdk.flush()
    assert of_words(driver.diag.message_detail) == WORDS.split(), "there was nothing to cut"
    for left in (logged.getvalue(), "\n".join(reports.sent)):
        assert f'of relation "{table}" violates' in left.replace("\\", ""), "what operators need"
        assert "could not keep it" in left
        assert of_words(left) == []


@pytest.mark.django_db
@pytest.mark.parametrize("cast", ["uuid", "integer", "timestamptz", "jsonb", "boolean"])
def test_a_value_of_the_wrong_type_is_not_quoted(cast: str, logged: io.StringIO) -> None:
    with pytest.raises(DatabaseError) as raised, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT %s::{cast}", [WORDS])
    logging.getLogger("a-test").error("it failed", exc_info=raised.value)
    assert "invalid input syntax for type" in logged.getvalue()
    assert of_words(logged.getvalue() + repr(raised.value)) == []


@pytest.mark.django_db
@pytest.mark.parametrize("is_own", [True, False], ids=["own connection", "group"])
def test_messages_of_a_separate_driver_connection_are_cut_too(is_own: bool, logged: io.StringIO, reports: Kept) -> None:
    """Its errors do not pass through Django's wrapper."""
    connection.ensure_connection()
    try:
        with transaction.atomic(), connection.connection.cursor() as cursor:
            cursor.execute("INSERT INTO categories (id, name) VALUES (NULL, %s)", [WORDS])
    except psycopg.Error as error:
        shown = error if is_own else ExceptionGroup("two", [error, ValueError("another")])
    assert of_words(str(shown if is_own else shown.exceptions[0]))
    logging.getLogger("a-test").error("it failed", exc_info=shown)
    sentry_sdk.capture_exception(shown)
    sentry_sdk.flush()
    for left in (logged.getvalue(), "\n".join(reports.sent)):
        assert "violates not-null constraint" in left
        assert of_words(left) == []
    assert is_own or "another" in logged.getvalue()


def keep_an_impossible_message() -> None:
    thread = ThreadFactory()
    Message.objects.create(thread=thread, role="nobody", content=WORDS, created_at=timezone.now())


@pytest.mark.django_db
def test_a_task_that_fails_at_a_row_says_nothing_of_it(logged: io.StringIO, reports: Kept, monkeypatch) -> None:
    monkeypatch.setattr(
        "apps.openai_integration.tasks.sweeps.delete_expired_keys", lambda now: keep_an_impossible_message()
    )
    forget_keys.apply()
    sentry_sdk.flush()
    for left in (logged.getvalue(), "\n".join(reports.sent)):
        assert "message_role_known" in left
        assert of_words(left) == []


@pytest.mark.django_db
def test_a_request_that_fails_at_a_row_says_nothing_of_it(
    logged: io.StringIO, reports: Kept, client_for, monkeypatch
) -> None:
    monkeypatch.setattr(
        "apps.openai_integration.views.threads.ThreadService.create", lambda **given: keep_an_impossible_message()
    )
    client = client_for("student")
    client.raise_request_exception = False
    assert client.post("/api/v2/threads/", {}).status_code == 500
    sentry_sdk.flush()
    for left in (logged.getvalue(), "\n".join(reports.sent)):
        assert "message_role_known" in left
        assert of_words(left) == []


def test_text_after_an_error_in_a_chain_is_kept() -> None:
    behind = "\n\nThe above exception was the direct cause of the following exception:\n\nTraceback ...\nE: other"
    first = "E: null value\nDETAIL:  Failing row contains (1, my\nviolin)."
    assert without_row_values([first + behind + "\nLINE 1: INSERT my\nviolin"]) == ["E: null value" + behind]
