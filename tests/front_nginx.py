"""The old frontend's nginx with ours behind it, set up as in MIGRATION_GUIDE.md."""

import contextlib
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

from deploy.common import ROOT
from deploy.nginx import files
from deploy.nginx.files import Step
from dev.processes import Account, Process, Supervisor
from dev.servers import MINIMAL_ENVIRONMENT, free_port
from dev.system import responds
from tests.gateway import Nginx

INCLUDE = "    include virtual-patient/site.conf;\n"
PAGE = "<!doctype html><title>The old frontend</title>"
SITE = """
    # nginx's own of 60 s, scaled down.
    proxy_read_timeout 1s;
    server {
        listen 127.0.0.1:%(port)s;
        access_log front.log;
        root files;
        location / {
            try_files $uri /index.html;
        }
        # What it had instead of the guide's lines.
        location /before/ {
            proxy_pass http://127.0.0.1:%(ours)s/api/;
        }
        %(location)s
    }
"""


def from_guide(language: str) -> str:
    """Return the guide's only block in this language about an nginx in front."""
    text = (ROOT / "MIGRATION_GUIDE.md").read_text(encoding="utf-8")
    section = text.split("\n## Behind the old frontend's nginx\n")[1].split("\n## ")[0]
    (block,) = re.findall(rf"^ *```{language}\n(.*?)^ *```$", section, re.MULTILINE | re.DOTALL)
    return str(block)


class FrontNginx:
    """Both nginx, running: `url` for browsers, `log` of the old site, and `ours` behind it, in phase 0 at first.

    `ports` has those of web, async and flask. With `one` both are sites of one nginx.
    """

    def __init__(self, supervisor: Supervisor, folder: Path, ports: dict[str, int], *, one: bool = False) -> None:
        self.ours = Nginx(supervisor, folder, ports, Step(0))
        self._put_ours_behind()
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        account = Account.for_servers()
        home = self.ours.folder if one else account.make_folder(folder / "front")
        (home / "files").mkdir(mode=0o755)
        files.replace_file(home / "files" / "index.html", PAGE)
        self.log = home / "front.log"
        # What it says itself, with the error log that nobody has set.
        self.errors = folder / ("nginx.log" if one else "front.log")
        self.log.touch()
        self.log.chmod(0o666)  # nginx may run as somebody else
        files.replace_file(home / "nginx.conf", self._configuration(port, INCLUDE if one else ""))
        if one:
            self.ours.switch(0)
        else:
            program = shlex.split(self.ours.variables["SWITCH_NGINX"])[0]
            command: list[str | Path] = [program, "-p", f"{home}/", "-c", home / "nginx.conf", "-e", "stderr"]
            supervisor.start(
                Process("the nginx in front", command, folder / "front.log", MINIMAL_ENVIRONMENT, account, home)
            )
        supervisor.wait_for("the nginx in front", lambda: responds(self.url))

    @contextlib.contextmanager
    def without_ours(self) -> Iterator[None]:
        """Let nothing answer on our port during the block."""
        listen = Path(self.ours.variables["SWITCH_FOLDER"]) / "listen.conf"
        good = listen.read_text()
        files.replace_file(listen, good.replace(f":{self.ours.ports['nginx']};", f":{free_port()};"))
        self.ours.switch(1)
        try:
            yield
        finally:
            files.replace_file(listen, good)
            self.ours.switch(1)

    def _put_ours_behind(self) -> None:
        """Run the guide's commands on copies of the files that they change."""
        folder, port = Path(self.ours.variables["SWITCH_FOLDER"]), self.ours.ports["nginx"]
        listen = folder / "listen.conf"
        copied = (files.HERE / "machine" / "listen.conf").read_text().replace("/var/log/nginx/", "")
        files.replace_file(listen, copied)
        commands = from_guide("sh").replace("/etc/nginx/virtual-patient", str(folder))
        subprocess.run(["sh", "-euc", commands], check=True)
        behind = listen.read_text().replace("listen 127.0.0.1:8080;", f"listen 127.0.0.1:{port};")
        assert f"\nlisten 127.0.0.1:{port};" in behind
        files.replace_file(listen, behind)
        self.ours.switch(0)

    def _configuration(self, port: int, rest: str) -> str:
        ours = self.ours.ports["nginx"]
        location = from_guide("nginx").replace("127.0.0.1:8080;", f"127.0.0.1:{ours};")
        site = SITE % {"port": port, "ours": ours, "location": location}
        return (files.HERE / "local.conf").read_text().replace(INCLUDE, site + rest)
