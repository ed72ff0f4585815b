"""The stand-in for the old service, without which the tests beside it would prove little."""

import json
import re

from passlib.hash import pbkdf2_sha256
from pytest_django import DjangoDbBlocker

from tests.legacy.databases import connect, flask_database, url_of
from tests.legacy.flask_process import FlaskProcess
from tests.legacy.replay import CONTRACT, Step, replay

UPSTREAM = re.compile(r"/api/(threads|runs)|rubric_(assessment|responses)")


def is_kept(step: Step) -> bool:
    """Not what must differ from the old service, nor its pages of HTML."""
    return "deviates" not in step and step["expect"]["json"] and not UPSTREAM.search(step["path"])


def test_the_stand_in_answers_as_recorded(django_db_blocker: DjangoDbBlocker) -> None:
    # What else must hold of a list (`holds`) is asked of the new service.
    steps = [step | {"holds": {}} for step in json.loads(CONTRACT.read_text()) if is_kept(step)]
    assert len(steps) > 70
    with django_db_blocker.unblock(), flask_database(rows=False) as name:
        with connect(name) as connection:
            connection.execute(
                'INSERT INTO "user" (username, email, password, role) VALUES (%s, %s, %s, %s)',
                ["Ines Instructor", "ines@example.org", pbkdf2_sha256.hash("battery staple"), "instructor"],
            )
        with FlaskProcess(url_of(name)) as flask:
            assert replay(flask.url, steps) == {}
