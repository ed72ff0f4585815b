"""Servers that answer with the bytes they are given, however wrong."""

import contextlib
import socket
import threading


class Raw:
    """A server that answers every request with these bytes, a piece each `every` seconds."""

    def __init__(self, *pieces: bytes, every: float = 0.0) -> None:
        self.pieces, self.every = pieces, every
        self.gone = threading.Event()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.base_url = f"http://127.0.0.1:{self.socket.getsockname()[1]}/v1"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.socket.accept()
                with connection, contextlib.suppress(OSError):
                    connection.recv(65536)
                    for piece in self.pieces:
                        connection.sendall(piece)
                        self.gone.wait(self.every)

    def __enter__(self) -> "Raw":
        return self

    def __exit__(self, *error: object) -> None:
        self.gone.set()
        self.socket.close()


def http(body: bytes) -> bytes:
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body


def sse(*events: bytes, head: bytes = b"Content-Type: text/event-stream") -> bytes:
    """A stream that ends with its connection."""
    return b"HTTP/1.1 200 OK\r\n" + head + b"\r\nConnection: close\r\n\r\n" + b"".join(events)
