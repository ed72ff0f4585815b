"""The routes of the old service, as it answers them; see service.py."""

import secrets
import warnings
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from flask import Blueprint, Response, current_app, jsonify, request
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from tests.legacy.service_context import context_text
from tests.legacy.service_models import Activity, Category, RubricQuestion, Scenario, Subcategory, Tag, User

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # passlib imports the standard library's crypt
    from passlib.hash import pbkdf2_sha256

Answer = Response | tuple[Response, int]
OPEN = {"api.all_users", "api.create_user", "api.login", "api.delete_all"}

api = Blueprint("api", __name__, url_prefix="/api")


def db() -> Session:
    return current_app.extensions["session"]()


def body() -> dict[str, Any]:
    return request.get_json()


def message(text: str, status: int = 200, **more: Any) -> Answer:
    return jsonify({"message": text, **more}), status


def removed(row: Any, text: str, missing: str) -> Answer:
    if row is None:
        return message(missing, 404)
    db().delete(row)
    db().commit()
    return message(text)


@api.before_request
def check_token() -> Answer | None:
    if request.endpoint in OPEN:
        return None
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    try:
        claims = jwt.decode(token, current_app.config["SECRET_KEY"], algorithms=["HS256"])
    except jwt.ExpiredSignatureError:
        return message("Token has expired", 401)
    except jwt.InvalidTokenError:
        return message("Unauthorised", 401)
    return None if scheme == "Bearer" and "email" in claims else message("Unauthorised", 401)


@api.get("/all_users")
def all_users() -> Answer:
    return jsonify([user.username for user in db().scalars(select(User))])


@api.post("/create_users")
def create_user() -> Answer:
    sent = body()
    password = pbkdf2_sha256.using(rounds=29000).hash(sent["password"])
    db().add(User(username=sent["username"], email=sent["email"], password=password, role=sent["role"]))
    db().commit()
    return message("User created successfully", 201)


@api.post("/login")
def login() -> Answer:
    sent = request.get_json(force=True)
    if not sent.get("email") or not sent.get("password"):
        return message("Invalid input: Missing email or password", 400)
    user = db().scalar(select(User).filter_by(email=sent["email"]))
    if user is None or not pbkdf2_sha256.verify(sent["password"], user.password):
        return message("Invalid username or password", 401)
    claims = {"email": user.email, "exp": datetime.now(UTC) + timedelta(hours=1)}
    token = jwt.encode(claims, current_app.config["SECRET_KEY"], algorithm="HS256")
    return jsonify(token=token, role=user.role, name=user.username)


@api.get("/scenarios")
def scenarios() -> Answer:
    rows = db().scalars(select(Scenario).options(selectinload(Scenario.tags), selectinload(Scenario.questions)))
    return jsonify([row.as_json() for row in rows])


def fill_scenario(scenario: Scenario, sent: dict[str, Any]) -> Scenario:
    """What is not sent is emptied, as the old service did, and each change makes another assistant."""
    scenario.scenario_text = sent["scenario_text"]
    scenario.additional_instructions = sent["additional_instructions"]
    scenario.communication_preferences = sent["communication_preferences"]
    scenario.role = sent.get("role", "Adult")
    scenario.enable = sent.get("enable", True)
    scenario.openid = f"asst_{secrets.token_hex(12)}"
    scenario.tags = [Tag(tag=tag) for tag in sent.get("tags", [])]
    scenario.questions = [RubricQuestion(question=question) for question in sent.get("rubrics", [])]
    return scenario


@api.post("/scenarios")
def create_scenario() -> Answer:
    scenario = fill_scenario(Scenario(), body())
    db().add(scenario)
    db().commit()
    return message("Created", 201, id=scenario.id)


@api.put("/scenarios/<int:pk>")
def update_scenario(pk: int) -> Answer:
    scenario = db().get(Scenario, pk)
    if scenario is None:
        return message("Not found", 404)
    fill_scenario(scenario, body())
    db().commit()
    return message("Updated")


@api.delete("/scenarios/<int:pk>")
def delete_scenario(pk: int) -> Answer:
    return removed(db().get(Scenario, pk), "Deleted", "Not found")


@api.put("/scenarios/<int:pk>/<any(enable, disable):what>")
def enable_scenario(pk: int, what: str) -> Answer:
    scenario = db().get(Scenario, pk)
    if scenario is None:
        return message("Not found", 404)
    scenario.enable = what == "enable"
    db().commit()
    return message(f"{what.capitalize()}d")


@api.delete("/delete_all")
def delete_all() -> Answer:
    for scenario in db().scalars(select(Scenario)):
        db().delete(scenario)
    db().commit()
    return message("All data deleted")


@api.get("/scenarios/<int:pk>/rubric_questions")
def rubric_questions(pk: int) -> Answer:
    if db().get(Scenario, pk) is None:
        return message("Scenario not found", 404)
    rows = db().scalars(select(RubricQuestion).filter_by(scenario_id=pk))
    return jsonify([{"id": row.id, "question": row.question} for row in rows])


@api.post("/scenarios/<int:pk>/rubric_questions")
def add_rubric_question(pk: int) -> Answer:
    if db().get(Scenario, pk) is None:
        return message("Scenario not found", 404)
    if not body().get("question"):
        return message("Question text is required", 400)
    db().add(RubricQuestion(scenario_id=pk, question=body()["question"]))
    db().commit()
    return message("Rubric question added successfully", 201)


@api.put("/rubric_questions/<int:pk>")
def update_rubric_question(pk: int) -> Answer:
    row = db().get(RubricQuestion, pk)
    if row is None:
        return message("Rubric question not found", 404)
    row.question = body()["question"]
    db().commit()
    return message("Rubric question updated successfully")


@api.delete("/rubric_questions/<int:pk>")
def delete_rubric_question(pk: int) -> Answer:
    row = db().get(RubricQuestion, pk)
    return removed(row, "Rubric question deleted successfully", "Rubric question not found")


@api.get("/categories")
def categories() -> Answer:
    rows = db().scalars(select(Category).options(selectinload(Category.subcategories)))
    return jsonify([row.as_json() for row in rows])


@api.post("/categories")
def save_category() -> Answer:
    sent = body()
    if not sent.get("name") or sent.get("total_required_to_pass") is None:
        return message("Missing name or total_required_to_pass", 400)
    category = db().get(Category, sent["id"]) if sent.get("id") else Category()
    if category is None:
        return message("Category not found", 404)
    category.name, category.total_required_to_pass = sent["name"], int(sent["total_required_to_pass"])
    db().add(category)
    db().commit()
    return message("Category saved", id=category.id)


@api.delete("/categories/<int:pk>")
def delete_category(pk: int) -> Answer:
    return removed(db().get(Category, pk), "Category deleted", "Category not found")


@api.get("/categories/<int:pk>/rubrics")
def category_rubrics(pk: int) -> Answer:
    category = db().get(Category, pk, options=[joinedload(Category.subcategories)])
    if category is None:
        return message("Category not found", 404)
    return jsonify([row.as_json() for row in category.subcategories])


@api.post("/rubrics")
def save_rubric() -> Answer:
    sent = body()
    if not all(sent.get(name) for name in ("name", "marking_instructions", "category_id")):
        return message("Missing fields", 400)
    if db().get(Category, sent["category_id"]) is None:
        return message("Category not found", 404)
    rubric = db().get(Subcategory, sent["id"]) if sent.get("id") else Subcategory()
    if rubric is None:
        return message("Rubric not found", 404)
    rubric.name, rubric.marking_instructions = sent["name"], sent["marking_instructions"]
    rubric.category_id = sent["category_id"]
    db().add(rubric)
    db().commit()
    return message("Rubric saved", id=rubric.id)


@api.delete("/rubrics/<int:pk>")
def delete_rubric(pk: int) -> Answer:
    return removed(db().get(Subcategory, pk), "Rubric deleted", "Rubric not found")


@api.get("/activities")
def activities() -> Answer:
    rows = db().scalars(select(Activity).options(selectinload(Activity.categories)))
    return jsonify([row.as_json() for row in rows])


@api.post("/activities")
def save_activity() -> Answer:
    sent = body()
    if not sent.get("pre_brief") or not sent.get("character_id"):
        return message("pre_brief and character_id are required", 400)
    if db().get(Scenario, sent["character_id"]) is None:
        return message("Character not found", 404)
    activity = db().get(Activity, sent["id"]) if sent.get("id") else Activity()
    if activity is None:
        return message("Activity not found", 404)
    activity.pre_brief, activity.character_id = sent["pre_brief"], sent["character_id"]
    wanted = select(Category).where(Category.id.in_(sent.get("categories", [])))
    activity.categories = list(db().scalars(wanted))
    db().add(activity)
    db().commit()
    return message("Activity saved", id=activity.id)


@api.delete("/activities/<int:pk>")
def delete_activity(pk: int) -> Answer:
    return removed(db().get(Activity, pk), "Activity deleted successfully", "Activity not found")


@api.get("/context/preview")
def context_preview() -> Answer:
    ids = {name: request.args.get(name, type=int) for name in ("activity_id", "scenario_id")}
    activity = db().get(Activity, ids["activity_id"]) if ids["activity_id"] else None
    of_activity = activity.character if activity else None
    scenario = db().get(Scenario, ids["scenario_id"]) if ids["scenario_id"] else of_activity
    text = context_text(activity, scenario)
    return jsonify(**ids, context=text, length=len(text))


@api.post("/threads")
@api.post("/threads/<path:path>")
@api.get("/threads/<path:path>")
@api.get("/runs/<path:path>")
@api.post("/activities/<int:pk>/rubric_assessment")
@api.post("/scenarios/<int:pk>/rubric_responses")
def upstream_is_gone(**where: Any) -> Answer:
    error = {"message": "Unknown request URL", "type": "invalid_request_error", "param": None, "code": "unknown_url"}
    return message("OpenAI error", 404, details={"error": error})
