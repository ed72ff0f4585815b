"""A mail server for tests, which keeps what it gets."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _Session(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a client needs that sends a mail; the server's `refuses` answers DATA with 451."""

    server: "SmtpServer"

    def handle(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline():
            match line.split(b" ")[0].strip().upper():
                case b"DATA" if self.server.refuses:
                    self._say("451 not now")
                case b"DATA":
                    self._say("354 go on")
                    self.server.mails.append(b"".join(iter(self.rfile.readline, b".\r\n")).decode())
                    self._say("250 taken")
                case b"QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 ok")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class SmtpServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.mails: list[str] = []
        self.refuses = False

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @classmethod
    @contextmanager
    def running(cls) -> Iterator["SmtpServer"]:
        with cls() as server:
            serving = threading.Thread(target=server.serve_forever)
            serving.start()
            try:
                yield server
            finally:
                server.shutdown()
                serving.join()
