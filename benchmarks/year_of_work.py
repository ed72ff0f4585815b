"""The conversations and marks of a teaching year, and what the admin's pages and the downloads cost over them.

python -m benchmarks.teaching_year [--share 1.0]

Fills the database with 2,000 people, 300 exercises, 5,000 conversations of 30 messages and 3,000 evaluations, or with a
share of the last three. Reports the queries and the server time of each admin page, the median of three, and for each
download from gunicorn its rows, its time and the highest memory of a web worker. Exits with 1 where a page takes too
much.
"""

import argparse
import asyncio
import os
import statistics
import time
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import django
import psycopg
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse

from benchmarks.accounting import memory
from benchmarks.http import Connection
from benchmarks.teaching_year import ADMIN, Year, teaching_year

THREADS, MESSAGES, EVALUATIONS = 5_000, 30, 3_000
MOST_QUERIES, MOST_MS = 14, 300
# Statements that begin and end transactions are not counted as queries.
TRANSACTION = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
# Pages name static files without their being collected.
PLAIN_FILES = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
BEGUN = datetime(2026, 1, 5, 8, tzinfo=UTC)
SAY = """
    INSERT INTO threads (id, student_id, scenario_id, activity_id, title, created_at, updated_at)
    SELECT gen_random_uuid(), 2 + n %% 1900 + (SELECT min(id) FROM "user"), a.character_id, a.id,
           'Patient ' || a.character_id, %(begun)s + n * interval '30 minutes', now()
    FROM generate_series(1, %(threads)s) n JOIN activities a ON a.id = 1 + n %% 300;
    INSERT INTO messages (thread_id, role, content, created_at)
    SELECT t.id, CASE m %% 2 WHEN 1 THEN 'user' ELSE 'assistant' END,
           'Turn ' || m || ': ' || repeat('does the pain get worse when you lie down? ', 3),
           t.created_at + m * interval '20 seconds'
    FROM threads t, generate_series(1, %(messages)s) m ORDER BY t.created_at, m;
"""


def fill(year: Year, share: float) -> None:
    """Write the conversations, and mark the first of them."""
    amounts = {"threads": int(THREADS * share), "messages": MESSAGES, "begun": BEGUN}
    address = year.settings["DATABASE_URL"]
    with psycopg.connect(address, cursor_factory=psycopg.ClientCursor, autocommit=True) as database:
        database.execute(SAY, amounts)
        _mark(int(EVALUATIONS * share))
        database.execute("VACUUM ANALYZE")


def _mark(count: int) -> None:
    from apps.activities.models import Activity
    from apps.openai_integration.marking.evaluators import CategoryRubricEvaluator
    from apps.openai_integration.models import Evaluation, Mark, Message, Thread

    rubrics: dict[int | None, dict[str, Any]] = {
        one.pk: CategoryRubricEvaluator.freeze(one) for one in Activity.objects.all()
    }
    threads = Thread.objects.order_by("created_at")[:count].iterator(chunk_size=500)
    while chunk := list(islice(threads, 250)):
        said: dict[Any, list[dict[str, Any]]] = {thread.pk: [] for thread in chunk}
        for message in Message.objects.filter(thread__in=chunk).order_by("created_at"):
            turn = {"role": message.role, "message": message.content, "message_id": message.pk}
            said[message.thread_id].append(turn)
        made = [_evaluation(thread, rubrics[thread.activity_id], said[thread.pk], n) for n, thread in enumerate(chunk)]
        Evaluation.objects.bulk_create(made)
        Mark.objects.bulk_create([mark for one in made for mark in _marks(one)], batch_size=2000)


def _evaluation(thread: Any, rubric: dict[str, Any], transcript: list[dict[str, Any]], n: int) -> Any:
    from apps.openai_integration.models import Evaluation

    made_at = thread.created_at + timedelta(minutes=20)
    return Evaluation(
        thread=thread, student_id=thread.student_id, activity_id=thread.activity_id, scenario_id=thread.scenario_id,
        title=thread.title, kind="categories", status="completed", rubric=rubric, rubric_hash="", transcript=transcript,
        transcript_hash="", prompt_version="benchmark", requested_model="benchmark", request_hash=str(thread.pk),
        total_score=sum(len(category["criteria"]) for category in rubric["categories"]), passed=bool(n % 3),
        needs_review=n % 5 == 0, review_reasons=["second_look_differs"] if n % 5 == 0 else [], created_at=made_at,
        released_at=made_at, deadline_at=made_at, next_attempt_at=made_at, finished_at=made_at,
    )  # fmt: skip


def _marks(evaluation: Any) -> Iterator[Any]:
    from apps.openai_integration.models import Mark

    criteria = [one for category in evaluation.rubric["categories"] for one in category["criteria"]]
    for position, criterion in enumerate(criteria):
        quote = "does the pain get worse when you lie down?"
        evidence = [{"index": 2 * (position % 15), "quote": quote}]
        in_doubt = evaluation.needs_review and position == 0
        yield Mark(
            evaluation=evaluation, criterion_id=criterion["id"], position=position, score=1, model_score=1,
            evidence=evidence, comment="Asked, not followed up.", needs_review=in_doubt,
            review_reason="second_look_differs" if in_doubt else "",
        )  # fmt: skip


def pages() -> dict[str, str]:
    """The admin pages that are measured, by their names."""
    from apps.openai_integration.models import Evaluation

    marked = Evaluation.objects.filter(needs_review=True).order_by("created_at")[0]
    lists = {name: reverse(f"admin:openai_integration_{name}_changelist") for name in ("thread", "evaluation")}
    teaching = {
        "patient": "scenarios_assistantscenario",
        "exercise": "activities_activity",
        "rubric": "assessments_category",
    }
    return {
        "today": reverse("admin:index"),
        "who has not begun": reverse("dashboard:not-begun"),
        "who has failed twice": reverse("dashboard:failed-twice"),
        **{f"{name}s": reverse(f"admin:{model}_changelist") for name, model in teaching.items()},
        **{f"the page of {name} 1": reverse(f"admin:{model}_change", args=[1]) for name, model in teaching.items()},
        "accounts": reverse("admin:users_user_changelist"),
        "conversations": lists["thread"],
        "conversations of a search": f"{lists['thread']}?q=person",
        "marks": lists["evaluation"],
        "the queue": f"{lists['evaluation']}?needs_review__exact=1",
        "a conversation": reverse("admin:openai_integration_thread_change", args=[marked.thread_id]),
        "a conversation in review": reverse("admin:openai_integration_evaluation_change", args=[marked.pk]),
        "a student": reverse("admin:openai_integration_student", args=[marked.student_id]),
    }


def measure_pages() -> bool:
    """Print the queries and the server time of each page; return whether none takes more than it may."""
    from apps.users.models import User
    from apps.users.services import approve_role

    client, holds = Client(headers={"host": "localhost"}), True
    reader = approve_role(user=User.objects.get(email=ADMIN), role="admin", by=None, operator="benchmark")
    client.force_login(reader)
    print(f"\n{'page':28} {'queries':>8} {'ms':>8}")
    for name, address in pages().items():
        times = []
        for _ in range(4):  # the first warms up
            with CaptureQueriesContext(connection) as queries:
                begun = time.perf_counter()
                answer = client.get(address, secure=True)
                times.append((time.perf_counter() - begun) * 1000)
            if answer.status_code != 200:
                raise SystemExit(f"{address} was answered with {answer.status_code}")
        count = sum(not query["sql"].startswith(TRANSACTION) for query in queries)
        taken = statistics.median(times[1:])
        holds = holds and count <= MOST_QUERIES and taken <= MOST_MS
        print(f"{name:28} {count:8} {taken:8.0f}", flush=True)
    return holds


def measure_downloads(year: Year) -> None:
    """Print the lines, the size, the time and the highest memory of the web worker for each download."""
    port, token = year.gunicorn("web", "config.wsgi:application", workers=1), year.token()
    master = year.supervisor.named("web").popen.pid
    headers = {"Authorization": f"Bearer {token}"}
    print(f"\n{'download':40} {'lines':>8} {'MB':>6} {'s':>6} {'peak MiB':>9}")
    for what in ("help/", "exports/marks/", "exports/conversations/"):
        for kind in ("",) if what == "help/" else ("?file_format=csv", "?file_format=json&pseudonyms=true"):
            begun = time.perf_counter()
            path = f"/api/v2/{what}{kind}"
            answer = asyncio.run(Connection("127.0.0.1", port, timeout_s=300).request("GET", path, headers=headers))
            if answer.status != 200:
                raise SystemExit(f"{path} was answered with {answer.status}: {answer.body[:200]!r}")
            taken = time.perf_counter() - begun
            worker = int(Path(f"/proc/{master}/task/{master}/children").read_text().split()[0])
            peak = memory(worker, "VmHWM")
            lines, size = answer.body.count(b"\n"), len(answer.body) / 1e6
            print(f"{what + kind:40} {lines:8} {size:6.1f} {taken:6.1f} {peak:9.1f}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.teaching_year")
    parser.add_argument("--share", type=float, default=1.0)
    share = parser.parse_args().share
    with teaching_year() as year:
        os.environ.update(year.settings, LOG_LEVEL="ERROR")
        warnings.simplefilter("ignore")  # that static files are not collected
        django.setup()
        begun = time.perf_counter()
        fill(year, share)
        print(f"filled with a share of {share:g} in {time.perf_counter() - begun:.0f} s", flush=True)
        with override_settings(STORAGES=settings.STORAGES | {"staticfiles": PLAIN_FILES}):
            holds = measure_pages()
        measure_downloads(year)
    print(f"\nat most {MOST_QUERIES} queries and {MOST_MS} ms a page: {'holds' if holds else 'DOES NOT HOLD'}")
    return 0 if holds else 1
