"""The findings and exit codes of `adopt_flask --check`."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoDbBlocker

from apps.adoption.tests.school import adopt_flask
from tests.legacy import catalog
from tests.legacy.databases import connect, django_on, flask_database, new_database
from tests.legacy.writer import HASH

# On top of rows.sql, which has claimed roles, emails by case, a damaged hash, a negative pass mark and dead assistants.
DAMAGE = f"""
    ALTER TABLE activities DROP CONSTRAINT activities_character_id_fkey;
    UPDATE activities SET character_id = 404 WHERE id = 6;
    ALTER TABLE activity_categories DROP CONSTRAINT activity_categories_category_id_fkey;
    INSERT INTO activity_categories VALUES (2, 99);
    ALTER TABLE activity_categories ADD FOREIGN KEY (category_id) REFERENCES categories NOT VALID;
    ALTER TABLE subcategories DROP CONSTRAINT subcategories_category_id_fkey,
        ADD FOREIGN KEY (category_id) REFERENCES categories ON DELETE CASCADE;
    ALTER TABLE "user" DROP CONSTRAINT user_email_key, ALTER email DROP NOT NULL, ALTER username TYPE text;
    INSERT INTO "user" (username, email, password, role) VALUES ('Blank', ' ', '{HASH}', 'admin');
    ALTER TABLE assistant_tags DROP CONSTRAINT assistant_tags_pkey, ALTER id DROP DEFAULT;
    ALTER TABLE categories ADD COLUMN colour text, ADD COLUMN weight integer NOT NULL DEFAULT 1, ADD created_at date,
        ADD CHECK (weight > 0);
    ALTER TABLE rubric_questions ADD COLUMN author text NOT NULL;
    CREATE TABLE threads (id serial);
"""


def check(name: str, blocker: DjangoDbBlocker, *options: str) -> tuple[int, str]:
    output = StringIO()
    with blocker.unblock(), django_on(name):
        try:
            call_command("adopt_flask", "--check", *options, stdout=output)
        except SystemExit as stop:
            return stop.code, output.getvalue()
    return 0, output.getvalue()


@pytest.fixture(scope="module")
def damaged() -> Iterator[str]:
    with flask_database() as name:
        with connect(name) as old:
            old.execute("TRUNCATE rubric_questions")
            old.execute(DAMAGE)
            old.execute("INSERT INTO rubric_questions VALUES (6, 'Why?', 1, ''), (7, 'How?', 1, '')")
        yield name


@pytest.fixture(scope="module")
def report(damaged: str, django_db_blocker: DjangoDbBlocker) -> dict[str, Any]:
    code, text = check(damaged, django_db_blocker, "--json")
    assert code == 1
    found = json.loads(text)
    return found | {"items": {finding["code"]: finding["items"] for finding in found["findings"]}}


def test_every_difference_in_shape_is_named(report: dict[str, Any]) -> None:
    assert sorted(report["items"]["shape"]) == [
        "activities.character_id: no foreign key to assistant_scenarios.id",
        "assistant_tags.id: no sequence gives its numbers",
        "assistant_tags: the primary key is missing, not (id)",
        "categories.created_at: the adoption adds a column of this name, but it exists already",
        "rubric_questions.author: a column of your own that is NOT NULL and has no default",
        "subcategories.category_id: ON DELETE is CASCADE, not NO ACTION",
        "user.email: may be NULL, unlike the old service's",
        "user.username: the type is text, not character varying(150)",
        "user: (email) is not unique",
    ]


def test_rows_that_need_attention_are_found(report: dict[str, Any]) -> None:
    items = report["items"]
    assert items["orphans"] == [
        "activities 6: character_id 404",
        "activity_categories 2,99: category_id 99",
    ]
    assert items["sequences_behind"] == ["rubric_questions.id: next is 7, the highest is 7"]
    assert items["claimed_roles"] == ["admin: 2 accounts", "instructor: 1 accounts"]
    assert items["emails_by_case"] == ["Tom.OHara@Example.ORG, tom.ohara@example.org"]
    assert items["unknown_hashes"] == ["account 5: damaged@example.org"]
    assert items["blank_emails"] == ["account 41"]
    assert items["negative_pass_marks"] == ["category 2: -3"]
    assert items["dead_assistants"] == ["scenario 1: asst_abc123", "scenario 4: asst_abc123"]
    assert items["own_columns"] == [
        "categories.colour: a column of your own, text",
        "categories.weight: a column of your own, integer",
    ]
    assert items["own_rules"] == [
        "activity_categories.category_id: the foreign key is NOT VALID",
        "categories: CHECK ((weight > 0))",
    ]
    assert items["name_taken"] == ["threads"]


def test_the_report_says_what_blocks_and_counts_rows(report: dict[str, Any]) -> None:
    blocking = {finding["code"] for finding in report["findings"] if finding["blocks"]}
    assert blocking == {"shape", "name_taken", "orphans", "sequences_behind"}
    assert (report["state"], report["ready"]) == ("flask", False)
    assert report["rows"]["user"] == 7
    assert set(report["rows"]) == set(catalog.OLD_TABLES)
    assert all(finding["count"] == len(finding["items"]) for finding in report["findings"])


def test_a_database_that_is_not_ready_is_not_adopted(damaged: str, django_db_blocker: DjangoDbBlocker) -> None:
    output = StringIO()
    with django_db_blocker.unblock(), django_on(damaged), pytest.raises(SystemExit) as stop:
        call_command("adopt_flask", "--i-have-a-backup", stdout=output)
    assert stop.value.code == 1
    assert "NOT READY." in output.getvalue()
    with connect(damaged) as old:
        assert old.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,)


def test_a_sound_database_is_ready_as_it_is(django_db_blocker: DjangoDbBlocker) -> None:
    with flask_database() as name:
        code, text = check(name, django_db_blocker)
        with connect(name) as old:
            assert old.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,)
    assert code == 0
    assert text.rstrip().endswith("Ready.")
    assert "instructor: 1 accounts" in text
    assert "pbkdf2" not in text
    assert "not a hash" not in text


@pytest.mark.django_db
def test_a_database_that_django_created_counts_as_adopted() -> None:
    output = StringIO()

    def look() -> None:
        try:
            call_command("adopt_flask", "--check", "--json", stdout=output)
        finally:
            connection.close()

    # Each thread has its own connection, outside the test's transaction.
    with ThreadPoolExecutor(1) as other:
        other.submit(look).result()
    report = json.loads(output.getvalue())
    assert (report["state"], report["ready"], report["pending_migrations"]) == ("adopted", True, [])


def test_an_empty_database_is_none_of_the_old_service(django_db_blocker: DjangoDbBlocker) -> None:
    with new_database() as name:
        code, text = check(name, django_db_blocker, "--json")
    report = json.loads(text)
    assert (code, report["state"], report["ready"]) == (2, "not_flask", False)
    assert "user: the table is missing" in report["findings"][0]["items"]


def test_a_server_that_is_too_old_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker
) -> None:
    monkeypatch.setattr(type(connection.features), "minimum_database_version", (99,))
    # Django checks once in each process.
    monkeypatch.setattr("django.db.backends.base.base.RAN_DB_VERSION_CHECK", set())
    errors = StringIO()
    with django_db_blocker.unblock(), flask_database() as name, django_on(name), pytest.raises(SystemExit) as stop:
        call_command("adopt_flask", "--check", stderr=errors)
    assert stop.value.code == 1
    assert "The database cannot be reached: PostgreSQL 99 or later is required" in errors.getvalue()


def test_hashes_that_nobody_can_sign_in_with_are_named_and_never_shown(django_db_blocker: DjangoDbBlocker) -> None:
    salt_and_checksum = HASH.split("$", 3)[3]
    hashes = {
        "heavy_hashes": [
            f"$pbkdf2-sha256$2000001${salt_and_checksum}",
            f"$pbkdf2-sha256$4294967295${salt_and_checksum}",
        ],
        "unknown_hashes": [
            f"$pbkdf2-sha256$4294967296${salt_and_checksum}",
            f"$pbkdf2-sha256$029000${salt_and_checksum}",
            f"$pbkdf2-sha256$29000$abcde${salt_and_checksum.split('$')[1]}",  # no base64 has 5 letters
            HASH[:-1],
            "pbkdf2_sha256$29000$salt$aGFzaA==",
            "$2b$12$C6UzMDM.H6dfI/f/IKcEeO7ZBpD1sO5k7Yf1nq9G7cG7c3c3c3c3c",
            "ü",
            "",
        ],
        "sound": [HASH, f"$pbkdf2-sha256$2000000${salt_and_checksum}", f"$pbkdf2-sha256$1${salt_and_checksum}"],
    }
    accounts = [(code, encoded) for code, all_encoded in hashes.items() for encoded in all_encoded]
    with flask_database(rows=False) as name:
        with connect(name) as old:
            for number, (code, encoded) in enumerate(accounts, start=1):
                statement = 'INSERT INTO "user" (username, email, password) VALUES (%s, %s, %s)'
                old.execute(statement, [code, f"{number}@example.org", encoded])
        code, text = check(name, django_db_blocker, "--json")
    assert code == 0
    found = {finding["code"]: finding["items"] for finding in json.loads(text)["findings"]}
    assert found["heavy_hashes"] == ["account 1: 2000001 rounds", "account 2: 4294967295 rounds"]
    assert found["unknown_hashes"] == [f"account {number}: {number}@example.org" for number in range(3, 11)]
    assert not any(encoded in text for _, encoded in accounts if encoded)
    assert salt_and_checksum not in text


@pytest.mark.parametrize(
    ("address", "code", "sentence"),
    [
        ("sqlite:////nonexistent/db.sqlite3", 2, "The Flask service's database is on PostgreSQL; this one is SQLite."),
        ("postgres://nobody:secret@127.0.0.1:9/x", 1, "The database cannot be reached: connection"),
    ],
)
def test_a_database_that_cannot_be_it_is_refused_in_a_sentence(address: str, code: int, sentence: str) -> None:
    done = adopt_flask(address, "--check")
    assert done.returncode == code
    assert sentence in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stdout + done.stderr
