"""A Flask + SQLAlchemy app with eager loading: a stand-in for the old service, with the lists that only v2 has.

    gunicorn "benchmarks.peers.reference:app()"

It checks the token as ours does: the signature first, then that the account exists.
"""

import os
from typing import Any

import jwt
from flask import Flask, Response, abort, jsonify, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.legacy.service import create_app
from tests.legacy.service_models import RubricQuestion, Subcategory, Tag, User

PEOPLE = 500


def app() -> Flask:
    """The app on DATABASE_URL, for tokens signed with JWT_SIGNING_KEY."""
    made = create_app(os.environ["DATABASE_URL"], os.environ["JWT_SIGNING_KEY"])

    def session() -> Session:
        opened: Session = made.extensions["session"]()
        return opened

    @made.before_request
    def know_the_account() -> None:
        if not request.headers.get("Authorization"):
            return
        # The stand-in service checks the signature itself.
        claims = jwt.decode(request.headers["Authorization"].split(" ")[1], options={"verify_signature": False})
        if session().scalar(select(User).filter_by(email=claims["email"])) is None:
            abort(401)

    @made.get("/api/lists/users")
    def users() -> Response:
        rows = session().scalars(select(User).order_by(User.id).limit(PEOPLE))
        return jsonify([{"id": row.id, "username": row.username, "email": row.email, "role": row.role} for row in rows])

    @made.get("/api/lists/tags")
    def tags() -> Response:
        return jsonify([_columns(row, "tag") for row in session().scalars(select(Tag))])

    @made.get("/api/lists/subcategories")
    def subcategories() -> Response:
        return jsonify([row.as_json() for row in session().scalars(select(Subcategory))])

    @made.get("/api/lists/rubric-questions")
    def rubric_questions() -> Response:
        return jsonify([_columns(row, "question") for row in session().scalars(select(RubricQuestion))])

    return made


def _columns(row: Any, text: str) -> dict[str, Any]:
    return {"id": row.id, text: getattr(row, text), "scenario_id": row.scenario_id}
