"""Start PostgreSQL, Redis and nginx on loopback, in a given folder, without touching the system's own."""

import random
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from deploy.common import OperatorError
from deploy.nginx.files import LAST_STEP, Step, lay_out
from dev import binaries
from dev.processes import Account, Command, Process, Supervisor

MINIMAL_ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}


def free_port() -> int:
    """Return a free loopback port below the range that the kernel uses for outgoing connections."""
    for port in random.sample(range(20000, 32000), 200):
        if port_is_free(port):
            return port
    raise OperatorError("No free port between 20000 and 32000 on 127.0.0.1.")


def port_is_free(port: int) -> bool:
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def start_data_servers(supervisor: Supervisor, folder: Path, *, durable: bool = False) -> dict[str, str]:
    """Start PostgreSQL and Redis in `folder` and wait until they answer.

    Returns DATABASE_URL, REDIS_URL and CELERY_BROKER_URL. Without `durable` a power cut may lose the data, and the
    tests run faster.
    """
    account = Account.for_servers()
    database_url = binaries.start_first_that_works(
        binaries.POSTGRES,
        folder,
        account,
        lambda program: _start_postgres(program, supervisor, folder, account, durable=durable),
    )
    redis_url = binaries.start_first_that_works(
        binaries.REDIS, folder, account, lambda program: _start_redis(program, supervisor, folder, account)
    )
    redis = {"REDIS_URL": f"{redis_url}/0", "CELERY_BROKER_URL": f"{redis_url}/1"}
    return {"DATABASE_URL": database_url, **redis}


def _start_postgres(program: Path, supervisor: Supervisor, folder: Path, account: Account, *, durable: bool) -> str:
    home = account.make_folder(folder / "postgres")
    data, password_file = home / "data", home / "password"
    if not data.exists():
        _make_cluster(program, data, password_file, account, durable=durable)
    port = free_port()
    settings = {
        "port": port,
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "fsync": "on" if durable else "off",
        "full_page_writes": "on" if durable else "off",
        "synchronous_commit": "on" if durable else "off",
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    # SIGINT is the fast shutdown: after SIGTERM, PostgreSQL waits until every client has left.
    process = Process(
        name="PostgreSQL",
        command=[program, "-D", data, *options],
        log=folder / "postgres.log",
        environment=MINIMAL_ENVIRONMENT,
        account=account,
        folder=home,
        stop_signal=signal.SIGINT,
    )
    with supervisor.starting(process):
        supervisor.wait_for("PostgreSQL", lambda: _postgres_is_ready(data, process.popen.pid))
    return f"postgres://app:{password_file.read_text()}@127.0.0.1:{port}/postgres"


def _make_cluster(program: Path, data: Path, password_file: Path, account: Account, *, durable: bool) -> None:
    # It has another name until it is complete, since a killed initdb leaves a folder that looks like a good one.
    unfinished = data.with_name("unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    password_file.write_text(secrets.token_hex(16))
    password_file.chmod(0o644)
    options = ["--username=app", "--auth=scram-sha-256", "--locale=C.UTF-8", "--encoding=UTF8"]
    if not durable:
        options.append("--no-sync")
    done = subprocess.run(
        [program.with_name("initdb"), f"--pgdata={unfinished}", f"--pwfile={password_file}", *options],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=MINIMAL_ENVIRONMENT,
        cwd=data.parent,
        **account.options(),
    )
    if done.returncode:
        raise OperatorError(f"PostgreSQL's data folder could not be made:\n{done.stdout.strip()}")
    unfinished.rename(data)


def _postgres_is_ready(data: Path, pid: int) -> bool:
    """Whether the pid file belongs to this process (line 1) and says "ready" (line 8)."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"


def _start_redis(program: Path, supervisor: Supervisor, folder: Path, account: Account) -> str:
    process, url = redis_process(program, folder, account)
    with supervisor.starting(process):
        supervisor.wait_for("Redis", lambda: redis_is_ready(url))
    return url


def redis_process(program: Path, folder: Path, account: Account) -> tuple[Process, str]:
    """Return a Redis in `folder` that is yet to be started, and its URL; it starts empty each time."""
    home = account.make_folder(folder / "redis")
    port, password = free_port(), secrets.token_hex(16)
    # In a file, since everyone can read a command line. Nothing is saved: what has to last is in PostgreSQL.
    settings = home / "redis.conf"
    # Databases cost nothing, and every worker of a parallel test run takes eight.
    lines = ("bind 127.0.0.1", f"port {port}", f"requirepass {password}", 'save ""', "appendonly no", "databases 512")
    settings.write_text("\n".join(lines) + "\n")
    settings.chmod(0o644)
    process = Process("Redis", [program, settings], folder / "redis.log", MINIMAL_ENVIRONMENT, account, home)
    return process, f"redis://:{password}@127.0.0.1:{port}"


def redis_is_ready(url: str) -> bool:
    """Whether the Redis at this URL answers a PING."""
    address = urlsplit(url)
    try:
        with socket.create_connection((address.hostname, address.port), timeout=2) as connection:
            connection.sendall(f"AUTH {address.password}\r\nPING\r\n".encode())
            answer = b""
            while answer.count(b"\r\n") < 2 and (part := connection.recv(100)):
                answer += part
    except OSError:
        return False
    return answer.endswith(b"+PONG\r\n")


def start_nginx(
    supervisor: Supervisor, folder: Path, ports: Mapping[str, int], step: Step = LAST_STEP
) -> dict[str, str]:
    """Start nginx with the production files on ports["nginx"], in front of the other ports.

    Returns the environment variables that tell deploy/switch where it is.
    """
    account = Account.for_servers()
    return binaries.start_first_that_works(
        binaries.NGINX,
        folder,
        account,
        lambda program: _start_nginx(program, supervisor, folder, account, ports, step),
    )


def _start_nginx(
    program: Path, supervisor: Supervisor, folder: Path, account: Account, ports: Mapping[str, int], step: Step
) -> dict[str, str]:
    home = account.make_folder(folder / "nginx")
    status_port = free_port()
    command: Command = [program, "-p", f"{home}/", "-c", home / "nginx.conf", "-e", "stderr"]
    site = lay_out(home, {**ports, "switch": status_port}, step, command)
    process = Process("nginx", command, folder / "nginx.log", MINIMAL_ENVIRONMENT, account, home, signal.SIGQUIT)
    with supervisor.starting(process):
        supervisor.wait_for("nginx", lambda: _accepts_connections(status_port))
    return {
        "SWITCH_FOLDER": str(site),
        "SWITCH_NGINX": shlex.join(map(str, command)),
        "SWITCH_URL": f"http://127.0.0.1:{status_port}/",
    }


def _accepts_connections(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2):
            return True
    except OSError:
        return False
