"""Compare with the simplest service: a Flask view that calls the model inside the request.

python -m benchmarks.versus_flask [--students 300] [--model-seconds 3]

gunicorn with two sync workers, as the old service ran, and the production set of processes, one after the other on the
same machine with the same emulator. The peer stores nothing and has no accounts and no nginx; our students have signed
in and opened their thread beforehand, and follow their reply through nginx. On both sides all students ask at once.
Exits with 1 if ours does not complete 20 times as many exchanges a second. Flask comes with requirements/test.txt.
"""

import argparse
import asyncio
import importlib.util
import sys
import time
from collections import Counter

from benchmarks.hall import WARM_UP, crowd
from benchmarks.http import Connection
from benchmarks.production import Production, production
from benchmarks.students import Student
from deploy.common import PYTHON
from dev.processes import Command, Process
from dev.servers import free_port, port_is_free

RATIO = 20.0
PEER_TURNS = 20


def start_peer(site: Production) -> int:
    """Start the Flask view; return its port once it listens."""
    port = free_port()
    settings = {**site.system.settings, "PEER_MODEL_URL": f"http://127.0.0.1:{site.system.ports['emulator']}/v1"}
    options = ["--workers", "2", "--worker-class", "sync", "--timeout", "120", "--bind", f"127.0.0.1:{port}"]
    command: Command = [PYTHON, "-m", "gunicorn", *options, "--no-control-socket", "benchmarks.flask_view:app"]
    log = site.process("web").log.with_name("peer.log")
    site.supervisor.start(Process("peer", command, log, settings))
    site.supervisor.wait_for("the peer", lambda: not port_is_free(port))
    return port


async def ask_peer(port: int, exchanges: int) -> float:
    """Return exchanges a second if that many are requested at once."""

    async def ask(number: int) -> None:
        answer = await Connection("127.0.0.1", port, timeout_s=300).request(
            "POST", "/say", {"content": f"How long have you had the pain? I am student {number}."}
        )
        if answer.status != 200 or not answer.json()["reply"]:
            raise SystemExit(f"the peer answered with {answer.status}")

    begun = time.monotonic()
    await asyncio.gather(*(ask(number) for number in range(exchanges)))
    return exchanges / (time.monotonic() - begun)


async def ask_ours(site: Production, students: int) -> float:
    """Return exchanges a second, from the first message to the last reply of that many students at once."""
    here = [Student(site.port, email, Counter()) for email in site.make_students(students)]
    activity, coming_in = site.activity(), asyncio.Semaphore(8)

    async def come_in(student: Student) -> None:
        async with coming_in:
            await student.sign_in()
            await student.open_thread(activity)

    await asyncio.gather(*map(come_in, here))
    begun = time.monotonic()
    exchanges = await asyncio.gather(*(student.ask("How long have you had the pain?") for student in here))
    took = time.monotonic() - begun
    for student in here:
        student.close()
    if unanswered := [exchange for exchange in exchanges if exchange.status != "completed" or not exchange.reply]:
        raise SystemExit(f"{len(unanswered)} of {students} exchanges were not answered: {unanswered[0].error_code}")
    return students / took


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.versus_flask")
    parser.add_argument("--students", type=int, default=300)
    parser.add_argument("--model-seconds", type=float, default=3.0)
    arguments = parser.parse_args()
    if importlib.util.find_spec("flask") is None:
        print("Flask is not installed: pip install -r requirements/test.lock, or make test once.")
        return 2
    with production() as site:
        port = start_peer(site)
        asyncio.run(ask_peer(port, 4))
        asyncio.run(crowd(site, WARM_UP, 1.0))
        site.emulator("POST", "settings", {"latency_s": arguments.model_seconds})
        peer = asyncio.run(ask_peer(port, PEER_TURNS))
        ours = asyncio.run(ask_ours(site, arguments.students))
    print(f"\nFlask, 2 sync workers      {peer:6.2f} exchanges a second")
    print(f"ours, production set       {ours:6.2f} exchanges a second")
    print(f"ratio {ours / peer:.1f}, at least {RATIO:g}: {'holds' if ours / peer >= RATIO else 'DOES NOT HOLD'}")
    return 0 if ours / peer >= RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
