"""A network that can be broken: a TCP proxy in front of a server of the tests."""

import contextlib
import enum
import selectors
import socket
import threading
import time
from collections.abc import Iterator
from types import TracebackType
from typing import Self


class Network(enum.Enum):
    """How the proxy treats connections."""

    WHOLE = "whole"
    # New connections are refused, and open ones are reset.
    CUT = "cut"
    # Connections are accepted, but nothing passes in either direction, as behind a firewall that drops packets.
    SWALLOWING = "swallowing"


class Proxy:
    """A loopback proxy in front of the port `target`; `network` may be set at any time."""

    def __init__(self, target: int) -> None:
        self._target = ("127.0.0.1", target)
        self._network = Network.WHOLE
        self._pairs: dict[socket.socket, socket.socket] = {}
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._ending = False
        self._thread = threading.Thread(target=self._serve, name=f"proxy to {target}", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending = True
        self._thread.join()
        self._drop_all()
        self._listener.close()
        self._selector.close()

    def set(self, network: Network) -> None:
        """Break or repair the network; data swallowed meanwhile is lost with its connection."""
        self._network = network

    @contextlib.contextmanager
    def broken(self, network: Network, *, for_s: float) -> Iterator[None]:
        """Break the network for the block, and for at least `for_s`, so that the other processes notice."""
        mended_at = time.monotonic() + for_s
        self.set(network)
        yield
        time.sleep(max(0.0, mended_at - time.monotonic()))
        self.set(Network.WHOLE)

    def _serve(self) -> None:
        was = self._network
        while not self._ending:
            if was != self._network:
                if was is Network.SWALLOWING or self._network is Network.CUT:
                    self._drop_all()
                was = self._network
            # A swallowed byte stays readable, so that waiting for it would be a busy loop.
            if was is Network.SWALLOWING:
                time.sleep(0.05)
                continue
            for key, _ in self._selector.select(0.05):
                if key.fileobj is self._listener:
                    self._take(self._listener)
                elif isinstance(key.fileobj, socket.socket):
                    self._pass_on(key.fileobj)

    def _take(self, listener: socket.socket) -> None:
        client, _ = listener.accept()
        if self._network is Network.CUT:
            _reset(client)
            return
        try:
            server = socket.create_connection(self._target, timeout=5)
        except OSError:
            _reset(client)
            return
        for one, other in ((client, server), (server, client)):
            self._pairs[one] = other
            self._selector.register(one, selectors.EVENT_READ)

    def _pass_on(self, source: socket.socket) -> None:
        target = self._pairs.get(source)
        if target is None:  # its pair was dropped a moment ago
            return
        try:
            data = source.recv(65536)
            if data:
                target.sendall(data)
                return
        except OSError:
            pass
        self._drop(source)

    def _drop(self, one: socket.socket) -> None:
        for end in (one, self._pairs.get(one)):
            if end in self._pairs:
                del self._pairs[end]
                self._selector.unregister(end)
                _reset(end)

    def _drop_all(self) -> None:
        for one in list(self._pairs):
            self._drop(one)


def _reset(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()
