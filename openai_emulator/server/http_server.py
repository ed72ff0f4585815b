"""The emulator's HTTP server: one thread for each connection, keep-alive, and a graceful stop."""

import json
import logging
import secrets
import socket
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from openai_emulator.server import routes
from openai_emulator.server.replies import CutReply, EventStreamReply, HangingReply, WholeReply
from openai_emulator.server.state import State
from openai_emulator.wire.errors import ApiError

logger = logging.getLogger(__name__)
MAX_BODY = 16 * 1024 * 1024
IDLE_SECONDS = 75
EVENT_STREAM = "text/event-stream; charset=utf-8"
# Control requests are neither counted nor recorded.
CONTROL = "/emulator/"
HIDDEN_HEADERS = ("authorization", "cookie", "api-key")


class EmulatorServer(ThreadingHTTPServer):
    """Serves at `url` until `stop`. Port 0 picks a free port."""

    daemon_threads = True
    request_queue_size = 1024

    def __init__(self, host: str = "127.0.0.1", port: int = 0, *, api_key: str = "", latency_s: float = 0.0) -> None:
        self.state = State()
        self.state.settings.latency_s = latency_s
        self.api_key = api_key
        super().__init__((host, port), Handler)

    @property
    def url(self) -> str:
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"

    def start(self) -> "EmulatorServer":
        """Serve in a thread of this process."""
        threading.Thread(target=self.serve_forever, args=(0.05,), name="openai-emulator", daemon=True).start()
        return self

    def stop(self, grace_s: float = 5.0) -> None:
        """Accept no more calls, end hanging ones, and wait up to `grace_s` for the rest."""
        self.state.stopping.set()
        self.shutdown()
        if not self.state.wait_until_idle(grace_s):
            logger.warning("emulator stopped with calls under way")
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Log errors, except those of clients that disconnect."""
        problem = sys.exception()
        if not isinstance(problem, OSError):
            logger.error("emulator failed on a request", exc_info=problem)


class Handler(BaseHTTPRequestHandler):
    server: EmulatorServer
    protocol_version = "HTTP/1.1"
    server_version = "openai-emulator"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = IDLE_SECONDS

    def dispatch(self) -> None:
        state = self.server.state
        self.request_id = f"req_{secrets.token_hex(16)}"
        self.seen: dict[str, Any] = {}
        state.begin()
        try:
            self._answer()
        except TimeoutError:
            self.close_connection = True
        finally:
            self.seen["ended_at"] = time.time()
            state.end()

    do_GET = do_POST = do_DELETE = do_PUT = do_PATCH = do_HEAD = do_OPTIONS = dispatch  # noqa: N815

    def _answer(self) -> None:
        path = urlsplit(self.path).path
        try:
            self._authorise(path)
            body = self._json_body()
            self._record(path, body)
            query = {name: values[-1] for name, values in parse_qs(urlsplit(self.path).query).items()}
            result = routes.respond(self.server.state, self.command, path, query, body)
        except ApiError as problem:
            result = WholeReply(problem.status, problem.body(), problem.headers)
        self._send(result, path)

    def _authorise(self, path: str) -> None:
        key = self.server.api_key
        if key and path.startswith("/v1/") and self.headers.get("Authorization", "") != f"Bearer {key}":
            self.close_connection = True
            raise ApiError(401, "Incorrect API key provided.", code="invalid_api_key")

    def _json_body(self) -> dict[str, Any]:
        raw = self._read_body()
        if not raw:
            return {}
        try:
            body = json.loads(raw, parse_constant=_no_constants)
        except (ValueError, RecursionError) as problem:
            message = "We could not parse the JSON body of your request."
            raise ApiError(400, message, code="invalid_json") from problem
        if not isinstance(body, dict):
            raise ApiError(400, "The body of a request must be a JSON object.", code="invalid_json")
        return body

    def _read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding"):
            self.close_connection = True
            raise ApiError(411, "Send a Content-Length.")
        length = self.headers.get("Content-Length", "0")
        if not length.isascii() or not length.isdigit():
            self.close_connection = True
            raise ApiError(400, "Invalid Content-Length.")
        if len(length) > 12 or int(length) > MAX_BODY:
            self.close_connection = True
            raise ApiError(413, f"The body is larger than {MAX_BODY} bytes.")
        raw = self.rfile.read(int(length))
        if len(raw) < int(length):
            self.close_connection = True
            raise ApiError(400, "The body is shorter than its Content-Length.")
        return raw

    def _record(self, path: str, body: dict[str, Any]) -> None:
        """Record the request. `first_text_at` is null until the first text is sent, `ended_at` until everything is."""
        if path.startswith(CONTROL):
            return
        headers = {name.lower(): value for name, value in self.headers.items() if name.lower() not in HIDDEN_HEADERS}
        times = {"received_at": time.time(), "first_text_at": None, "ended_at": None}
        self.seen = {"method": self.command, "path": path, "headers": headers, "json": body, **times}
        self.server.state.record(self.seen)

    # --- responses

    def _send(self, result: routes.Reply, path: str) -> None:
        outcome = getattr(result, "status", type(result).__name__)
        if not path.startswith(CONTROL):
            self.server.state.count(f"{self.command} {routes.route_name(path)} {outcome}")
        if isinstance(result, WholeReply):
            self._send_plain(result)
        elif isinstance(result, EventStreamReply):
            self._send_stream(result)
        elif isinstance(result, CutReply):
            self._send_half(result)
        elif isinstance(result, HangingReply):
            self._hang(result.seconds)
        else:
            self._reset()

    def _send_plain(self, result: WholeReply) -> None:
        raw = result.raw if result.raw is not None else json.dumps(result.body).encode()
        self._head(result.status, result.content_type, {"Content-Length": str(len(raw)), **result.headers})
        if result.status == 200:
            self.seen["first_text_at"] = time.time()
        if self.command != "HEAD":
            self.wfile.write(raw)
        self.wfile.flush()

    def _send_stream(self, stream: EventStreamReply, *, whole: bool = True) -> None:
        self._head(200, EVENT_STREAM, {"Transfer-Encoding": "chunked", "Cache-Control": "no-cache"})
        last = len(stream.events) - 1
        for number, line in enumerate(stream.lines()):
            if number == stream.text_at:
                self.seen["first_text_at"] = time.time()
            self.wfile.write(b"%x\r\n%b\r\n" % (len(line), line))
            # Events that are ready together are sent together.
            if stream.seconds and stream.text_at - 1 <= number < last:
                self.wfile.flush()
        if whole:
            self.wfile.write(b"0\r\n\r\n")
        self.wfile.flush()

    def _send_half(self, result: CutReply) -> None:
        """A response that breaks off: fewer bytes than announced, or a chunked body without an end."""
        self.close_connection = True
        if result.stream is not None:
            self._send_stream(result.stream, whole=False)
        else:
            raw = json.dumps(result.body).encode()
            self._head(200, "application/json", {"Content-Length": str(len(raw))})
            self.wfile.write(raw[: len(raw) // 2])
            self.wfile.flush()

    def _hang(self, seconds: float | None) -> None:
        """Send nothing until the client disconnects, the server stops or the time is up."""
        self.close_connection = True
        self.connection.settimeout(0.2)
        waited = 0.0
        while not self.server.state.stopping.is_set() and (seconds is None or waited < seconds):
            try:
                if self.connection.recv(1, socket.MSG_PEEK) == b"":
                    return
                self.server.state.stopping.wait(0.2)
            except TimeoutError:
                pass
            except OSError:
                return
            waited += 0.2

    def _reset(self) -> None:
        """Close with a linger time of 0, which sends RST instead of FIN."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _head(self, status: int, content_type: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("x-request-id", self.request_id)
        for name, value in headers.items():
            self.send_header(name, value)
        if self.close_connection or self.server.state.stopping.is_set():
            self.close_connection = True
            self.send_header("Connection", "close")
        self.end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Send the base class's errors (request line, too many headers, method) as a 4xx in OpenAI's format."""
        self.request_id = f"req_{secrets.token_hex(16)}"
        self.close_connection = True
        status = 405 if code == 501 else 400 if code >= 500 else code
        problem = ApiError(status, message or "The request cannot be understood.")
        self._send_plain(WholeReply(status, problem.body(), {}))

    def log_message(self, format: str, *args: Any) -> None:
        logger.debug(format, *args)


def _no_constants(name: str) -> float:
    raise ValueError(f"{name} is not JSON")
