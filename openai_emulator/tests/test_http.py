"""The emulator seen through bare HTTP, and as a process."""

import http.client
import json
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import openai
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mocks.openai_mock import ROOT, Emulator, EmulatorProcess


@pytest.mark.parametrize(
    ("path", "body", "param"),
    [
        ("responses", {"input": "x"}, "model"),
        ("responses", {"model": "m"}, "input"),
        ("responses", {"model": "", "input": "x"}, "model"),
        ("responses", {"model": 7, "input": "x"}, "model"),
        ("responses", {"model": "m", "input": 7}, "input"),
        ("responses", {"model": "m", "input": []}, "input"),
        ("responses", {"model": "m", "input": ["x"]}, "input[0]"),
        ("responses", {"model": "m", "input": [{"role": "king", "content": "x"}]}, "input[0].role"),
        ("responses", {"model": "m", "input": [{"role": "user", "content": 7}]}, "input[0].content"),
        ("responses", {"model": "m", "input": [{"role": "user", "content": [{"type": "input_image"}]}]}, None),
        ("responses", {"model": "m", "input": [{"type": "function_call"}]}, "input[0].type"),
        ("responses", {"model": "m", "input": "x", "seed": 1}, "seed"),
        ("responses", {"model": "m", "input": "x", "temperature": "hot"}, "temperature"),
        ("responses", {"model": "m", "input": "x", "temperature": True}, "temperature"),
        ("responses", {"model": "m", "input": "x", "store": "no"}, "store"),
        ("responses", {"model": "m", "input": "x", "stream": 1}, "stream"),
        ("responses", {"model": "m", "input": "x", "max_output_tokens": 0}, "max_output_tokens"),
        ("responses", {"model": "m", "input": "x", "metadata": {"a": 1}}, "metadata"),
        ("responses", {"model": "m", "input": "x", "background": True, "store": False}, "store"),
        ("responses", {"model": "m", "input": "x", "background": True, "stream": True}, "stream"),
        ("responses", {"model": "m", "input": "x", "previous_response_id": "resp_1"}, "previous_response_id"),
        ("responses", {"model": "m", "input": "x", "reasoning": {"effort": "huge"}}, "reasoning.effort"),
        ("responses", {"model": "m", "input": "x", "reasoning": {"effort": "low"}, "top_p": 0.5}, "top_p"),
        ("responses", {"model": "m", "input": "x", "text": {"format": {"type": "json_object"}}}, None),
        ("responses", {"model": "m", "input": "x", "text": {"format": []}}, None),
        ("chat/completions", {"messages": [{"role": "user", "content": "x"}]}, "model"),
        ("chat/completions", {"model": "m"}, "messages"),
        ("chat/completions", {"model": "m", "messages": "x"}, "messages"),
        ("chat/completions", {"model": "m", "messages": []}, "messages"),
        ("chat/completions", {"model": "m", "messages": [{"role": "user", "content": "x"}], "n": 2}, "n"),
        ("chat/completions", {"model": "m", "messages": [{"role": "user"}]}, "messages[0].content"),
        ("chat/completions", {"model": "m", "messages": [{"role": "user", "content": "x"}], "store_it": 1}, "store_it"),
    ],
)
def test_a_bad_body_is_a_400_that_names_what_is_wrong(openai_emulator, path, body, param):
    status, answer = post(openai_emulator, f"/v1/{path}", json.dumps(body).encode())
    assert status == 400
    assert set(answer["error"]) == {"message", "type", "param", "code"}
    assert answer["error"]["message"]
    if param:
        assert answer["error"]["param"] == param


def exchange(emulator: Emulator, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes, dict]:
    host, port = emulator.url.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=10)
    try:
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()}
    finally:
        connection.close()


def post(emulator: Emulator, path: str, body: bytes) -> tuple[int, dict]:
    status, raw, headers = exchange(emulator, "POST", path, body)
    assert headers["x-request-id"]
    return status, json.loads(raw)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b"\xff\xfe",
        b'{"model": NaN}',
        b"[" * 200_000,
        b'{"a":' * 200_000,
        b'{"model":"m","input":' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"model": ' + b"9" * 5000 + b"}",
    ],
)
def test_a_body_that_is_no_json_object_is_a_400(openai_emulator, body):
    for path in ("/v1/responses", "/v1/chat/completions", "/emulator/faults"):
        assert post(openai_emulator, path, body)[0] == 400


def test_half_a_surrogate_pair_in_a_text_is_taken(openai_emulator):
    body = rb'{"model":"m","instructions":"## Who you are\n\ud800","input":"hello \udfff","metadata":{"a":"\ud800"}}'
    assert post(openai_emulator, "/v1/responses", body)[0] == 200


def test_a_body_that_is_too_large_is_refused_before_it_is_read(openai_emulator):
    status, raw, headers = exchange(openai_emulator, "POST", "/v1/responses", b"", **{"Content-Length": "99999999"})
    assert status == 413
    assert json.loads(raw)["error"]["type"] == "invalid_request_error"
    assert headers["connection"] == "close"


@pytest.mark.parametrize("length", ["-1", "x", "9" * 30, "1e3"])
def test_a_content_length_that_is_none_is_refused(openai_emulator, length):
    status, _, _ = exchange(openai_emulator, "POST", "/v1/responses", b"", **{"Content-Length": length})
    assert status in (400, 413)


def test_a_large_body_is_answered(openai_emulator):
    body = {"model": "m", "input": "How long have you had it? " * 40_000}
    assert post(openai_emulator, "/v1/responses", json.dumps(body).encode())[0] == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/responses", 405),
        ("PUT", "/v1/responses", 405),
        ("PATCH", "/v1/chat/completions", 405),
        ("POST", "/v1/models", 405),
        ("DELETE", "/v1/models/gpt-6-luna", 405),
        ("BREW", "/v1/models", 405),
        ("GET", "/", 404),
        ("GET", "/v1/threads", 404),
        ("POST", "/v1/assistants", 404),
        ("GET", "/v1/responses/", 404),
        ("GET", "/v1/responses/resp_unknown", 404),
        ("GET", "/v1/responses/resp_unknown/input_items", 404),
        ("DELETE", "/v1/responses/resp_unknown", 404),
        ("POST", "/v1/responses/resp_unknown/cancel", 404),
        ("GET", "/emulator/requests?limit=many", 400),
        ("POST", "/emulator/faults", 400),
    ],
)
def test_a_wrong_path_or_method_is_a_4xx_in_openais_shape(openai_emulator, method, path, status):
    answered, raw, headers = exchange(openai_emulator, method, path)
    assert answered == status
    assert json.loads(raw)["error"]["message"]
    assert headers["x-request-id"]


def test_head_is_answered_without_a_body(openai_emulator):
    status, raw, _ = exchange(openai_emulator, "HEAD", "/v1/models")
    assert (status, raw) == (405, b"")


@pytest.mark.parametrize(
    "line", [b"nonsense\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET " + b"x" * 70_000 + b"\r\n\r\n"]
)
def test_what_is_not_http_gets_a_400_and_the_connection_is_closed(openai_emulator, line):
    host, port = openai_emulator.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(line)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    assert b" 4" in answer[:20] or b'"error"' in answer


FIELDS = ["model", "input", "messages", "role", "content", "type", "text", "format", "schema", "stream"]
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=60)
@given(ANY_JSON)
def test_no_json_makes_the_server_fail(openai_emulator, value):
    for path, required in (("/v1/responses", "input"), ("/v1/chat/completions", "messages")):
        for body in (value, {"model": "m", required: value}, {"model": "m", "input": "x", "text": value}):
            status, _, _ = exchange(openai_emulator, "POST", path, json.dumps(body).encode())
            assert status in (200, 400)


def test_one_connection_serves_many_calls_and_many_connections_are_served_at_once(openai_emulator):
    host, port = openai_emulator.url.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=10)
    body = json.dumps({"model": "m", "input": "Hello"})
    for _ in range(3):
        connection.request("POST", "/v1/responses", body=body)
        answer = connection.getresponse()
        assert (answer.status, answer.will_close) == (200, False)
        answer.read()
    connection.close()

    together = threading.Barrier(40, timeout=30)

    def call() -> int:
        together.wait()
        return post(openai_emulator, "/v1/responses", body.encode())[0]

    with ThreadPoolExecutor(40) as pool:
        assert [call.result() for call in [pool.submit(call) for _ in range(40)]] == [200] * 40


def test_a_process_of_its_own_stops_gracefully_on_sigterm_and_finishes_what_it_has_begun():
    with EmulatorProcess("--latency", "0.5") as emulator, ThreadPoolExecutor(1) as pool:
        answer = pool.submit(post, emulator, "/v1/responses", b'{"model": "m", "input": "Hello"}')
        while emulator.stats()["in_flight"] < 2:
            pass
        emulator.process.terminate()
        assert emulator.process.wait(60) == 0
        assert answer.result()[0] == 200


def test_a_process_that_hangs_a_call_stops_too():
    with EmulatorProcess() as emulator, ThreadPoolExecutor(1) as pool:
        emulator.fault("hang")
        hanging = pool.submit(post, emulator, "/v1/responses", b'{"model": "m", "input": "Hello"}')
        while emulator.stats()["in_flight"] < 2:
            pass
        emulator.process.terminate()
        assert emulator.process.wait(60) == 0
        with pytest.raises((http.client.HTTPException, ConnectionError)):
            hanging.result()


def test_the_management_command_serves_where_the_settings_say_and_stops_without_a_database():
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"127.0.0.1:{free.getsockname()[1]}"
    command = [sys.executable, "manage.py", "openai_emulator", "--api-key", "secret"]
    environment = {
        "PATH": "", "DJANGO_ENV": "test", "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
        "EMULATOR_URL": f"http://{url}/",
    }  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    try:
        address = process.stdout.readline().split("http://")[1].strip()
        assert address == f"{url}/v1"
        right = openai.OpenAI(api_key="secret", base_url=f"http://{address}", max_retries=0)
        assert right.responses.create(model="m", input="Hello").model == "openai-emulator"
        right.close()
        process.terminate()
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.parametrize("given", ["http://127.0.0.1:{taken}", "http://192.0.2.1:8090", "http://127.0.0.1:eighty"])
def test_where_it_cannot_listen_it_says_so_in_a_sentence(given):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = given.format(taken=taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "manage.py", "openai_emulator"], check=False, cwd=ROOT, capture_output=True, text=True,
            env={"PATH": "", "DJANGO_ENV": "test", "EMULATOR_URL": url},
        )  # fmt: skip
    assert done.returncode == 1
    assert "EMULATOR_URL" in done.stderr
    assert "Traceback" not in done.stderr
