"""The words of servers on errors, pauses and endings, and the circles of small models: read alike, however put."""

import math

import pytest

from apps.llm.endings import goes_in_circles, without_circles
from apps.llm.envelope import reported_in, retry_after


@pytest.mark.parametrize(("header", "seconds"), [
    ("7", 7), ("1.5", 1.5), ("0", 0), ("30s", 30), ("850ms", 0.85), ("1m30.5s", 90.5), ("6m0s", 360), ("1h", 3600),
    ("", None), (None, None), ("soon", None), ("-5", None), ("nan", None), ("Sun, 06 Nov 1994 08:49:37 GMT", 0),
])  # fmt: skip
def test_a_pause_is_read_from_its_header(header: str | None, seconds: float | None) -> None:
    assert retry_after(header) == seconds


@pytest.mark.parametrize(("body", "seconds"), [
    ({"error": {"details": [{"retryDelay": "37s"}]}}, 37), ({"retry_after": 3}, 3), ({"retry_after_ms": 1500}, 1.5),
    ({"error": "loading", "estimated_time": 20.0}, 20), ("Please try again in 6m0s.", 360),
    ("Please retry after 12 seconds", 12), ("Try again in 20 MS", 0.02), ("wait 2 minutes", 120),
    ("try again later", None), ({"retry_after": None}, None), ({"retry_after": True}, None), ("retried 3 times", None),
])  # fmt: skip
def test_a_pause_is_read_from_a_body(body, seconds: float | None) -> None:
    found = reported_in(body).retry_after
    assert found is None if seconds is None else math.isclose(found, seconds)


@pytest.mark.parametrize("body", [
    {"error": {"message": "no such thing"}}, {"error": "no such thing"}, {"detail": "no such thing"},
    {"detail": [{"msg": "no such thing", "loc": ["body"]}]}, [{"error": {"message": "no such thing"}}],
    {"errors": ["no such thing"]}, {"message": {"detail": "no such thing"}}, "no such thing", b"no such thing",
    {"error": {"metadata": {"raw": '{"message": "no such thing"}'}}}, '{"error": {"innererror": {"message": '
    '"no such thing"}}}', {"object": "error", "message": "no such thing"}, b"\xff no such thing",
])  # fmt: skip
def test_the_words_of_an_error_are_found_in_any_envelope(body) -> None:
    assert reported_in(body).mentions("no such thing")


@pytest.mark.parametrize("body", [None, 7, [], {}, "", b"", [[[]]], {"error": None}, {"code": [1]}, {"code": True},
                                  {"error": {"code": 200}}, {"code": 10**400}, "[" * 100_000])  # fmt: skip
def test_rubbish_says_nothing_of_a_status(body) -> None:
    assert reported_in(body).status is None


CIRCLES = {
    "I smoke. " * 60: "I smoke. ",
    "Yes. " + "no " * 80: "Yes. no ",
    "a" * 500: "a",
    "Well. " + "I smoke ten a day, and I have done so for years. " * 9 + "I smoke ten":
        "Well. I smoke ten a day, and I have done so for years. I smoke ten",
}  # fmt: skip


@pytest.mark.parametrize(("text", "once"), CIRCLES.items(), ids=range(len(CIRCLES)))
def test_a_text_in_circles_is_said_once(text: str, once: str) -> None:
    assert goes_in_circles(text)
    assert without_circles(text) == once


@pytest.mark.parametrize("text", [
    "", "No.", "No, no, no, no, no, no, no, no. I do not smoke.", "ha " * 20, "I take:\n" + "".join(
        f"- {name}, one in the morning\n" for name in ("aspirin", "ramipril", "metformin", "statins", "a vitamin")),
    "It hurts here. It hurts there. It hurts when I walk. It hurts when I sit. It hurts when I lie down. It hurts.",
    "1. I wake up.\n2. I cough.\n3. I smoke.\n4. I cough.\n5. I work.\n6. I cough.\n7. I smoke.\n8. I cough.\n",
], ids=range(7))  # fmt: skip
def test_ordinary_talk_goes_in_no_circles(text: str) -> None:
    assert not goes_in_circles(text)
    assert without_circles(text) == text
