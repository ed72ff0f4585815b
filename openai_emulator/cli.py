"""Command line of the emulator: serves until SIGTERM or Ctrl-C."""

import argparse
import signal
from collections.abc import Callable

from openai_emulator.server.http_server import EmulatorServer

STOPS = frozenset({signal.SIGTERM, signal.SIGINT})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="Address to listen on.")
    parser.add_argument("--port", type=int, default=8090, help="Port to listen on; 0 takes a free one.")
    parser.add_argument("--api-key", default="", help="Refuse calls without this key.")
    parser.add_argument("--latency", type=float, default=0.0, metavar="SECONDS", help="How long each answer takes.")


def run(host: str, port: int, api_key: str, latency: float, say: Callable[[str], object]) -> None:
    """Serve until SIGTERM or SIGINT; `say` gets one line once the port is open."""
    server = EmulatorServer(host, port, api_key=api_key, latency_s=latency)
    # Blocked in all threads until sigwait(), which would miss a signal that arrives just before it.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    server.start()
    say(f"OpenAI emulator (no model, offline) on {server.url}/v1")
    signal.sigwait(STOPS)
    server.stop()
