"""Starting the emulator from a command line, and stopping it on SIGTERM or Ctrl-C."""

import argparse
import signal
from collections.abc import Callable

from openai_emulator.server.http_server import EmulatorServer

STOPS = frozenset({signal.SIGTERM, signal.SIGINT})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="Address to listen on.")
    parser.add_argument("--port", type=int, default=8090, help="Port to listen on; 0 takes a free one.")
    parser.add_argument("--api-key", default="", help="Refuse calls that do not bear this key.")
    parser.add_argument("--latency", type=float, default=0.0, metavar="SECONDS", help="How long each answer takes.")


def run(host: str, port: int, api_key: str, latency: float, say: Callable[[str], object]) -> None:
    """Serve until a signal comes; `say` gets one line once the port is open."""
    server = EmulatorServer(host, port, api_key=api_key, latency_s=latency)
    # Held back in all threads until they are waited for: one that comes just before a thread falls asleep wakes nobody.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    server.start()
    say(f"OpenAI emulator (no model, offline) on {server.url}/v1")
    signal.sigwait(STOPS)
    server.stop()
