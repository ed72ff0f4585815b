"""Run the set-up without make in docs/development.md, line by line, in a copy of the project."""

import json
import os
import pty
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import urllib.request
from pathlib import Path

import pytest

from dev.processes import Process
from dev.servers import free_port
from dev.system import responds
from tests.stack import wait_until

pytestmark = pytest.mark.programs

ROOT = Path(__file__).resolve().parents[1]
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", ".local", "__pycache__", ".*_cache", ".env", "db.sqlite3*", "staticfiles"
)
EMAIL, PASSWORD = "first.admin@example.org", "a long pass phrase 7"


def plain_way() -> list[str]:
    text = (ROOT / "docs" / "development.md").read_text()
    block = re.search(r"### The plain way\n.*?```sh\n(.*?)```", text, re.DOTALL)
    assert block
    return block[1].strip().splitlines()


@pytest.mark.timeout(240)
def test_the_plain_way_works_line_by_line(tmp_path: Path) -> None:
    clone = tmp_path / "a clone"
    shutil.copytree(ROOT, clone, ignore=LEFT_OUT)
    # What pip would fetch is here already, so that this test needs no network; pip finds every requirement met.
    path = f"{_folder_with_this_python(tmp_path)}:{os.environ['PATH']}"
    environment = {"PATH": path, "HOME": str(tmp_path), "PIP_NO_INDEX": "1"}
    lines = plain_way()
    assert lines.pop().endswith("runserver")
    for line in lines:
        said = _run(clone, environment, line)
        if line.endswith("-m venv .venv"):
            _lend_packages(clone)
    assert len(lines) == 6
    _serve_and_look(clone, environment, tmp_path, said)
    _answer_prompts(clone, environment, "python manage.py createsuperuser")
    _run(clone, environment, "pytest apps/users/tests/test_models.py -p no:cacheprovider")


def _folder_with_this_python(folder: Path) -> Path:
    """What python3 is on PATH may be another one, which can do nothing with the packages of this one."""
    place = folder / "bin"
    place.mkdir()
    (place / "python3").write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n')
    (place / "python3").chmod(0o755)
    return place


def _shell(line: str) -> list[str]:
    return ["bash", "-c", f"[ -d .venv ] && . .venv/bin/activate; {line}"]


def _run(clone: Path, environment: dict[str, str], line: str) -> str:
    run = subprocess.run(_shell(line), cwd=clone, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, f"{line}\n{run.stdout[-3000:]}\n{run.stderr[-3000:]}"
    return run.stdout


def _lend_packages(clone: Path) -> None:
    """Let the new venv have this run's packages and their commands."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    theirs = clone / ".venv" / "lib" / version / "site-packages"
    for ours in Path(sysconfig.get_path("purelib")).iterdir():
        if not (theirs / ours.name).exists():
            (theirs / ours.name).symlink_to(ours)
    script = clone / ".venv" / "bin" / "pytest"
    # As pip writes it.
    start = "import sys\nfrom pytest import console_main\nsys.exit(console_main())\n"
    script.write_text(f"#!/bin/sh\n'''exec' '{clone}/.venv/bin/python' \"$0\" \"$@\"\n' '''\n{start}")
    script.chmod(0o755)


def _answer_prompts(clone: Path, environment: dict[str, str], line: str) -> None:
    """Type into createsuperuser as a person does; it asks for the password on a terminal only."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        _shell(line), cwd=clone, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    said = ""
    answers_left = [("Email", EMAIL), ("Username", "First Admin"), ("Password:", PASSWORD), ("(again)", PASSWORD)]
    while True:
        try:
            said += os.read(ours, 4096).decode(errors="replace")
        except OSError:  # the terminal's other side was closed
            break
        if answers_left and answers_left[0][0].lower() in said.lower() and said.rstrip().endswith(":"):
            os.write(ours, answers_left.pop(0)[1].encode() + b"\n")
            said = ""
    assert process.wait(60) == 0, said
    assert not answers_left
    assert "created" in said


def _serve_and_look(clone: Path, environment: dict[str, str], folder: Path, told: str) -> None:
    """What the bare address shows, and a sign-in with what was told."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    server = Process(
        "runserver", _shell(f"exec python manage.py runserver --noreload {port}"), folder / "runserver.log",
        environment, folder=clone,
    )  # fmt: skip
    server.start()
    try:
        wait_until(lambda: responds(f"{base}/health/ready"), "runserver answers", server)
        page = _get(f"{base}/")
        (module,) = re.findall('<script type="module" src="(.*?)">', page)
        assert "import" in _get(base + module)
        assert "djDebug" in _get(f"{base}/api/docs")  # the toolbar is there
        assert "djDebug" not in page
        assert "djDebug" not in _get(f"{base}/admin/")
        email, password = re.findall(r"account +(\S+) +password: (.*?) +\(admin\)", told)[0]
        signed_in = json.loads(_get(f"{base}/api/v2/auth/login/", {"email": email, "password": password}))
        assert signed_in["user"]["is_admin"] is True
    finally:
        server.ask_to_stop()
        server.end()


def _get(url: str, posted: dict[str, str] | None = None) -> str:
    """The page that a browser gets, or what is answered to a POST of JSON."""
    kind = "application/json" if posted else "text/html"
    data = json.dumps(posted).encode() if posted else None
    request = urllib.request.Request(url, data=data, headers={"Content-Type": kind, "Accept": kind})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.read().decode()
