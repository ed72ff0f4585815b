"""Servers that answer with the bytes they are given, however wrong."""

import contextlib
import re
import socket
import threading

from apps.llm import traits


class Raw:
    """A server that answers every request with these bytes, a piece each `every` seconds. `asked` counts who came."""

    def __init__(self, *pieces: bytes, every: float = 0.0) -> None:
        self.pieces, self.every = pieces, every
        self.gone = threading.Event()
        self.asked = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.base_url = f"http://127.0.0.1:{self.socket.getsockname()[1]}/v1"
        # Another test's server may have had this port.
        traits.forget(self.base_url)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.socket.accept()
                self.asked += 1
                with connection, contextlib.suppress(OSError):
                    _whole_request(connection)
                    for piece in self.pieces:
                        connection.sendall(piece)
                        self.gone.wait(self.every)

    def __enter__(self) -> "Raw":
        return self

    def __exit__(self, *error: object) -> None:
        self.gone.set()
        # Waited for: it could go on with the number of the closed socket, which the next one that is opened gets.
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self.socket.close()


def _whole_request(connection: socket.socket) -> None:
    """Read to its end: a connection that is closed with something unread is reset, and what was sent is lost."""
    read = b""
    while b"\r\n\r\n" not in read:
        read += _more(connection)
    head, _, body = read.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    left = int(length[1]) - len(body) if length else 0
    while left > 0:
        left -= len(_more(connection))


def _more(connection: socket.socket) -> bytes:
    some = connection.recv(65536)
    if not some:
        raise ConnectionAbortedError
    return some


def http(body: bytes) -> bytes:
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body


def sse(*events: bytes, head: bytes = b"Content-Type: text/event-stream") -> bytes:
    """A stream that ends with its connection."""
    return b"HTTP/1.1 200 OK\r\n" + head + b"\r\nConnection: close\r\n\r\n" + b"".join(events)


def redirect(status: int, to: str) -> bytes:
    head = f"HTTP/1.1 {status} Elsewhere\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    return head.encode()
