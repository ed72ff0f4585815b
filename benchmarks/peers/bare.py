"""The minimum: a WSGI function that checks the token and returns one JSON text made by PostgreSQL.

gunicorn benchmarks.peers.bare:application
"""

import os
from collections.abc import Callable, Iterable
from typing import Any

import jwt
import psycopg

SCENARIOS = """
    SELECT coalesce(json_agg(json_build_object('id', s.id, 'scenario_text', s.scenario_text,
        'additional_instructions', s.additional_instructions, 'enable', s.enable, 'role', s.role, 'openid', s.openid,
        'communication_preferences', s.communication_preferences,
        'tags', (SELECT coalesce(json_agg(t.tag ORDER BY t.id), '[]') FROM assistant_tags t WHERE t.scenario_id = s.id),
        'rubrics', (SELECT coalesce(json_agg(q.question ORDER BY q.id), '[]') FROM rubric_questions q
                    WHERE q.scenario_id = s.id)) ORDER BY s.id), '[]')::text FROM assistant_scenarios s"""
CRITERION = """json_build_object('id', c.id, 'name', c.name, 'marking_instructions', c.marking_instructions,
        'category_id', c.category_id)"""
CATEGORIES = f"""
    SELECT coalesce(json_agg(json_build_object('id', k.id, 'name', k.name,
        'total_required_to_pass', k.total_required_to_pass,
        'subcategories', (SELECT coalesce(json_agg({CRITERION} ORDER BY c.id), '[]') FROM subcategories c
                          WHERE c.category_id = k.id)) ORDER BY k.id), '[]')::text FROM categories k"""
ACTIVITIES = """
    SELECT coalesce(json_agg(json_build_object('id', a.id, 'pre_brief', a.pre_brief, 'character_id', a.character_id,
        'categories', (SELECT coalesce(json_agg(l.category_id ORDER BY l.category_id), '[]') FROM activity_categories l
                       WHERE l.activity_id = a.id)) ORDER BY a.id), '[]')::text FROM activities a"""
USERS = """
    SELECT json_agg(json_build_object('id', id, 'username', username, 'email', email, 'role', role) ORDER BY id)::text
    FROM (SELECT id, username, email, role FROM "user" ORDER BY id LIMIT 500) u"""


def _flat(table: str, text: str, where: str = "") -> str:
    columns = f"json_build_object('id', id, '{text}', {text}, 'scenario_id', scenario_id)"
    return f"SELECT coalesce(json_agg({columns} ORDER BY id), '[]')::text FROM {table} {where}"


QUESTIONS = (
    "SELECT coalesce(json_agg(json_build_object('id', id, 'question', question) ORDER BY id), '[]')::text "
    "FROM rubric_questions WHERE scenario_id = 1"
)
LISTS = {
    "/api/all_users": """SELECT json_agg(username ORDER BY id)::text FROM "user" """,
    "/api/scenarios": SCENARIOS,
    "/api/scenarios/1/rubric_questions": QUESTIONS,
    "/api/categories": CATEGORIES,
    "/api/categories/1/rubrics": f"SELECT coalesce(json_agg({CRITERION} ORDER BY id), '[]')::text "
    "FROM subcategories c WHERE category_id = 1",
    "/api/activities": ACTIVITIES,
    "/api/lists/users": USERS,
    "/api/lists/tags": _flat("assistant_tags", "tag"),
    "/api/lists/subcategories": f"SELECT coalesce(json_agg({CRITERION} ORDER BY id), '[]')::text FROM subcategories c",
    "/api/lists/rubric-questions": _flat("rubric_questions", "question"),
}
_connection: psycopg.Connection[Any] | None = None


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """200 with the list, 401, or 404."""
    global _connection
    if _connection is None:
        _connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    token = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
    claims = jwt.decode(token, os.environ["JWT_SIGNING_KEY"], algorithms=["HS256"])
    columns = "id, username, email, role, approved_role, is_active, is_superuser"
    found = _connection.execute(f'SELECT {columns} FROM "user" WHERE id = %s', [int(claims["user_id"])])
    if found.fetchone() is None:
        start_response("401 Unauthorized", [("Content-Length", "0")])
        return [b""]
    query = LISTS.get(environ["PATH_INFO"])
    row = _connection.execute(query).fetchone() if query else None
    if row is None:
        start_response("404 Not Found", [("Content-Length", "0")])
        return [b""]
    body = row[0].encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
