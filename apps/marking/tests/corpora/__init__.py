"""What students say: pleas to the examiner, things to say to a patient that sound like them, ordinary conversations."""

from pathlib import Path


def ordinary_conversations() -> list[list[dict[str, str]]]:
    """The conversations of `ordinary.txt`, as transcripts of {role, message}."""
    text = (Path(__file__).parent / "ordinary.txt").read_text(encoding="utf-8")
    return [[_message(line) for line in block.splitlines()] for block in text.split("\n\n")]


def _message(line: str) -> dict[str, str]:
    speaker, said = line.split(": ", 1)
    return {"role": {"S": "user", "P": "assistant"}[speaker], "message": said}
