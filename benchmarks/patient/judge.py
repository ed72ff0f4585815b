"""The examiner's model says of replies whether they contradict a fact of the patient.

python -m benchmarks.patient.judge QUESTIONS VERDICTS, with the service's settings in the environment. QUESTIONS is a
JSON list of {facts, student, patient}, VERDICTS becomes one of {contradicts, fact}, or null where there was no verdict.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import django

from deploy.common import PYTHON, ROOT

INSTRUCTIONS = """These are the facts of a patient in a practice consultation:
{facts}

You are told what the student said and what the patient answered. Say whether the answer contradicts one of the facts: \
it states the opposite, or another value. To leave a fact out, not to know, and to add an everyday detail contradicts \
nothing. Answer with one JSON object of "fact", the words of the fact that it contradicts, copied letter by letter, or \
empty, and "contradicts", true or false."""
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"fact": {"type": "string"}, "contradicts": {"type": "boolean"}},
    "required": ["fact", "contradicts"],
    "additionalProperties": False,
}
TIMEOUT_S = 300.0


def verdicts(questions: Sequence[Mapping[str, str]], settings: Mapping[str, str], folder: Path) -> list[Any]:
    """The verdicts on {facts, student, patient}, asked for in a process with these settings."""
    asked, given = folder / "questions.json", folder / "verdicts.json"
    asked.write_text(json.dumps(questions))
    command = [str(PYTHON), "-m", "benchmarks.patient.judge", str(asked), str(given)]
    subprocess.run(command, check=True, cwd=ROOT, env=dict(settings))
    found: list[Any] = json.loads(given.read_text())
    return found


def _verdict(question: Mapping[str, str]) -> dict[str, Any] | None:
    from apps.llm import client  # after django.setup()
    from apps.llm.requests import ModelRequest
    from apps.llm.responses import ModelError

    request = ModelRequest(
        instructions=INSTRUCTIONS.format(facts=question["facts"]),
        messages=[
            {"role": "user", "content": f"The student: {question['student']}\nThe patient: {question['patient']}"}
        ],
        schema=SCHEMA,
        schema_name="contradiction",
        timeout_s=TIMEOUT_S,
        purpose="examiner",
    )
    try:
        answer = json.loads(client.complete(request).text)
    except (ModelError, ValueError):
        return None
    if not isinstance(answer, dict) or not isinstance(answer.get("contradicts"), bool):
        return None
    return {"contradicts": answer["contradicts"], "fact": str(answer.get("fact", ""))[:200]}


def main() -> None:
    django.setup()
    asked, given = map(Path, sys.argv[1:])
    given.write_text(json.dumps([_verdict(question) for question in json.loads(asked.read_text())]))


if __name__ == "__main__":
    main()
