"""Run the sample consultation over HTTP as a student, and print it: what `make demo` shows."""

import json
import textwrap
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from deploy.common import ROOT, OperatorError

STUDENT = ("student@example.org", "demo student pass")
CONSULTATION = ROOT / "apps" / "activities" / "samples" / "demo_consultation.json"
REPLY_TIMEOUT_S = 120
WIDTH = 100


class ApiClient:
    """A signed-in user of the API. `check` is called while waiting, and raises if a process has ended."""

    def __init__(self, base_url: str, check: Callable[[], None]) -> None:
        self._base_url = base_url
        self._check = check
        self._token = ""
        # Never through a proxy that the caller's environment names.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def sign_in(self, email: str, password: str) -> None:
        self._token = self.post("/api/v2/auth/login/", {"email": email, "password": password})["access"]

    def get(self, path: str) -> Any:
        return self._send("GET", path, None)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return self._send("POST", path, json.dumps(body).encode())

    def wait_for(self, path: str) -> Any:
        """Poll a run or an evaluation until it is completed; OperatorError if it ends in any other way."""
        deadline = time.monotonic() + REPLY_TIMEOUT_S
        while time.monotonic() < deadline:
            self._check()
            job = self.get(path)
            if job["status"] == "completed":
                return job
            if job["status"] not in ("queued", "in_progress"):
                raise OperatorError(f"{path} ended as {job['status']}: {job.get('error_code')}")
            time.sleep(0.15)
        raise OperatorError(f"{path} had no answer within {REPLY_TIMEOUT_S} s")

    def _send(self, method: str, path: str, body: bytes | None) -> Any:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        request = urllib.request.Request(f"{self._base_url}{path}", data=body, headers=headers, method=method)
        try:
            with self._opener.open(request, timeout=30) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            with error:  # it holds the connection
                answer = error.read(500).decode(errors="replace")
            raise OperatorError(f"{method} {path} was answered with {error.code}: {answer}") from error
        except OSError as error:
            self._check()
            raise OperatorError(f"{method} {path} was not answered: {error}") from error


def run_consultation(base_url: str, *, check: Callable[[], None]) -> None:
    """Sign in, hold the consultation, have it marked and print it all; OperatorError if a step fails."""
    student = ApiClient(base_url, check)
    student.sign_in(*STUDENT)
    consultation = json.loads(CONSULTATION.read_text(encoding="utf-8"))
    activity = _find_activity(consultation["activity"], student.get("/api/v2/activities/")["results"])
    print(f"\nSigned in as {STUDENT[0]}. The exercise:")
    for line in activity["pre_brief"].splitlines():
        print(textwrap.fill(line, WIDTH))
    print(flush=True)
    thread = student.post("/api/v2/threads/", {"activity_id": activity["id"]})
    for question in consultation["student_messages"]:
        _print_message("Student", question)
        run = student.post(f"/api/v2/threads/{thread['id']}/runs/", {"content": question})
        _print_message("Patient", student.wait_for(f"/api/v2/runs/{run['id']}/")["message"]["message"])
    evaluation = student.post(f"/api/v2/threads/{thread['id']}/evaluations/", {})
    print("\nThe marks\n", flush=True)
    print(marks_table(student.wait_for(f"/api/v2/evaluations/{evaluation['id']}/")), end="\n\n", flush=True)


def _find_activity(title: str, activities: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the activity whose brief begins with this title, as load_samples writes it."""
    for activity in activities:
        if activity["pre_brief"].startswith(title):
            return activity
    raise OperatorError(f"{title!r} is not among the {len(activities)} exercises that a student is offered.")


def _print_message(who: str, text: str) -> None:
    print(textwrap.fill(f"{who}  {text}", WIDTH, subsequent_indent=" " * 9), flush=True)


def marks_table(evaluation: dict[str, Any]) -> str:
    """Format an evaluation: each category with its pass mark, each criterion with its evidence."""
    lines: list[str] = []
    for category in evaluation["categories"]:
        pass_mark = f"pass mark {category['required_to_pass']}"
        lines.append(_score_line(category["name"], category, f"{pass_mark:<14}{_verdict(category['passed'])}"))
        for criterion in category["criteria"]:
            lines.append(_score_line(f"  {criterion['name']}", criterion, ""))
            evidence = criterion["evidence"]
            for index, quote in zip(evidence["message_indices"], evidence["quotes"], strict=False):
                quoted = textwrap.fill(f'turn {index}: "{quote}"', WIDTH - 6, subsequent_indent="  ")
                lines.append(textwrap.indent(quoted, " " * 6))
        lines.append("")
    lines.append(_score_line("Overall", evaluation, _verdict(evaluation["passed"]), score="total_score"))
    return "\n".join(lines)


def _score_line(title: str, marked: dict[str, Any], rest: str, *, score: str = "score") -> str:
    short_title = textwrap.shorten(title.strip(), 62)
    given = "-" if marked[score] is None else marked[score]
    indent = " " * (len(title) - len(title.lstrip()))
    return f"{indent + short_title:<66}{given:>3} / {marked['max_score']:<4}{rest}".rstrip()


def _verdict(passed: bool | None) -> str:
    return {True: "passed", False: "not passed", None: "no verdict"}[passed]
