"""Each service's way to make, read, change and delete a row; the objects have the same keys on both sides."""

from typing import Any, Protocol

import httpx2
from rest_framework.test import APIClient

Row = dict[str, Any]

# Table > the path of its rows in v2.
V2 = {
    "assistant_scenarios": "scenarios",
    "rubric_questions": "rubric-questions",
    "categories": "categories",
    "subcategories": "subcategories",
    "activities": "activities",
}
# Table > the path of the old service. Two of its lists are those of one parent.
OLD = {**V2, "rubric_questions": "rubric_questions", "subcategories": "rubrics"}


class Side(Protocol):
    def make(self, table: str, row: Row) -> int: ...

    def read(self, table: str, pk: int, parent: Row) -> Row | None: ...

    def change(self, table: str, pk: int, row: Row) -> None: ...

    def delete(self, table: str, pk: int) -> None: ...


def read_existing(side: Side, table: str, pk: int) -> Row:
    """A row that has to be there, of a table whose rows are in one list."""
    row = side.read(table, pk, {})
    assert row is not None, f"{table} {pk} is gone"
    return row


class FlaskSide:
    """Through the old service's routes, signed in there."""

    def __init__(self, client: httpx2.Client) -> None:
        self.client = client

    def send(self, method: str, path: str, body: Row | None = None) -> Any:
        answer = self.client.request(method, path, json=body)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def make(self, table: str, row: Row) -> int:
        if table == "rubric_questions":
            questions = f"/scenarios/{row['scenario_id']}/rubric_questions"
            self.send("POST", questions, row)
            return max(question["id"] for question in self.send("GET", questions))
        return self.send("POST", f"/{OLD[table]}", row)["id"]

    def read(self, table: str, pk: int, parent: Row) -> Row | None:
        """`parent` names the row that the list of this table is asked for by, where it is."""
        paths = {
            "rubric_questions": f"/scenarios/{parent.get('scenario_id')}/rubric_questions",
            "subcategories": f"/categories/{parent.get('category_id')}/rubrics",
        }
        rows = self.send("GET", paths.get(table, f"/{OLD[table]}"))
        return next((row for row in rows if row["id"] == pk), None)

    def change(self, table: str, pk: int, row: Row) -> None:
        if table in {"assistant_scenarios", "rubric_questions"}:
            self.send("PUT", f"/{OLD[table]}/{pk}", row)
        else:
            self.send("POST", f"/{OLD[table]}", {"id": pk, **row})

    def delete(self, table: str, pk: int) -> None:
        self.send("DELETE", f"/{OLD[table]}/{pk}")


class DjangoSide:
    """Through v2, with a token of either service's."""

    def __init__(self, token: str) -> None:
        self.client = APIClient()
        self.client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")

    def send(self, method: str, path: str, body: Row | None = None) -> Any:
        answer = getattr(self.client, method.lower())(f"/api/v2{path}", body, format="json")
        assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.content!r}"
        return answer.json() if answer.content else None

    def make(self, table: str, row: Row) -> int:
        return self.send("POST", f"/{V2[table]}/", row)["id"]

    def read(self, table: str, pk: int, parent: Row) -> Row | None:
        answer = self.client.get(f"/api/v2/{V2[table]}/{pk}/")
        assert answer.status_code in {200, 404}, answer.content
        return answer.json() if answer.status_code == 200 else None

    def change(self, table: str, pk: int, row: Row) -> None:
        self.send("PATCH", f"/{V2[table]}/{pk}/", row)

    def delete(self, table: str, pk: int) -> None:
        self.send("DELETE", f"/{V2[table]}/{pk}/")
