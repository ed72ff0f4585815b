"""compose.yaml starts what deploy/systemd starts, and the images hold exactly what that needs."""

import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.nginx import files

ROOT = Path(__file__).resolve().parents[1]
UNITS = ROOT / "deploy" / "systemd"
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
# Service > its unit and the number that the unit is started with.
OURS = {
    "web": ("virtual-patient-web", ""),
    "async": ("virtual-patient-async", ""),
    "runs-1": ("virtual-patient-runs@", "1"),
    "runs-2": ("virtual-patient-runs@", "2"),
    "evaluations-1": ("virtual-patient-evaluations@", "1"),
    "evaluations-2": ("virtual-patient-evaluations@", "2"),
    "beat": ("virtual-patient-beat", ""),
}
# In a container loopback is the container's own.
BOUND = {"web": ["--bind", "0.0.0.0:8001"], "async": ["--bind", "0.0.0.0:8002"]}
# The first runs to its end; the second answers nobody.
WITHOUT_HEALTH = {"migrate", "beat"}


def of_unit(service: str, name: str) -> list[str]:
    """The values of a setting in the service's unit."""
    unit, number = OURS[service]
    text = (UNITS / f"{unit}.service").read_text(encoding="utf-8").replace("%i", number).replace("%%", "%")
    return re.findall(rf"^{name}=(.+)$", text, re.MULTILINE)


def stages() -> dict[str, str]:
    """The stages of the Dockerfile by name."""
    return {
        found[1]: found[2] for found in re.finditer(r"^FROM \S+ AS (\w+)\n(.*?)(?=^FROM |\Z)", DOCKERFILE, re.M | re.S)
    }


def copied(stage: str) -> list[str]:
    """What a stage takes from the project."""
    lines = re.findall(r"^COPY (?!--from)(.+) \S+$", stages()[stage], re.MULTILINE)
    return [name for line in lines for name in line.split()]


def test_every_unit_has_its_service() -> None:
    assert {unit for unit, _ in OURS.values()} == {path.stem for path in UNITS.glob("*.service")}
    assert set(SERVICES) - set(OURS) == {"migrate", "nginx", "postgres", "redis"}


@pytest.mark.parametrize("service", OURS)
def test_a_service_is_started_as_its_unit_is(service: str) -> None:
    program, *arguments = shlex.split(of_unit(service, "ExecStart")[0])
    assert program.endswith("/.venv/bin/python")
    assert SERVICES[service]["command"] == ["python", *arguments, *BOUND.get(service, [])]


@pytest.mark.parametrize("service", OURS)
def test_a_service_has_the_settings_and_limits_of_its_unit(service: str) -> None:
    own = dict(one.split("=", 1) for one in of_unit(service, "Environment")[0].split())
    image = dict(re.findall(r"(\w+)=([\w.]+)(?= \\\n|\n)", stages()["service"].split("COPY")[0]))
    given = {**image, **SERVICES[service]["environment"]}
    assert {name: given.get(name) for name in own} == own
    # Both are set for the whole machine, by .env, where there are units.
    assert set(SERVICES[service]["environment"]) - set(own) == {"DATABASE_URL", "REDIS_URL", "NUM_PROXIES"}
    assert SERVICES[service]["stop_grace_period"] == f"{of_unit(service, 'TimeoutStopSec')[0]}s"
    limit = of_unit(service, "LimitNOFILE")
    assert [str(SERVICES[service].get("ulimits", {}).get("nofile"))] == (limit or ["None"])


def test_a_worker_is_asked_by_the_name_that_it_has() -> None:
    for name in ("runs-1", "runs-2", "evaluations-1", "evaluations-2"):
        service = SERVICES[name]
        called = service["command"][-1].replace("%h", service["hostname"])
        assert service["healthcheck"]["test"][-1] == called


def test_whatever_answers_is_looked_at() -> None:
    with_health = set(re.findall(r"^FROM .* AS (\w+)\n(?:(?!FROM ).*\n)*?HEALTHCHECK", DOCKERFILE, re.MULTILINE))
    assert with_health == {"service", "nginx"}
    for name, service in SERVICES.items():
        own = service.get("healthcheck", {})
        assert own.get("disable", False) == (name in WITHOUT_HEALTH)
        # That of the image is web's, or nginx's own.
        assert own or name in {"web", "nginx"}


@pytest.mark.parametrize("stage", ["service", "nginx"])
def test_an_image_does_not_run_as_root(stage: str) -> None:
    accounts = re.findall(r"^USER (\S+)$", stages()[stage], re.MULTILINE)
    assert accounts
    assert accounts[-1] not in {"root", "0"}


def test_the_images_hold_what_is_there_and_let_through() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    kept = {line[1:] for line in lines if line.startswith("!")}
    assert lines[1] == "*"
    taken = {name for stage in stages() for name in copied(stage)}
    assert {name for name in taken if not (ROOT / name).exists()} == set()
    assert {name for name in taken if name.split("/")[0] not in kept and name not in kept} == set()
    # Nothing that is not taken is let through, secrets least of all.
    assert kept == {name if name in kept else name.split("/")[0] for name in taken}


def test_nothing_that_the_service_imports_is_left_out() -> None:
    """import-linter looks at all packages, and lets none of these import `dev`. The settings read pyproject.toml."""
    packages = set(tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"])
    assert set(copied("service")) == packages - {"dev"} | {"manage.py", "pyproject.toml"}


def test_nginx_gets_the_last_phase_and_the_names_of_the_services(tmp_path: Path) -> None:
    """The image's own commands, on the files that it is given."""
    commands = re.search(r"^RUN (sed .*?) \\\n +&& chown", stages()["nginx"], re.MULTILINE | re.DOTALL)
    assert commands
    for sources, place in re.findall(r"^COPY (.+) (\S+)$", stages()["nginx"], re.MULTILINE):
        for source in map(Path, sources.split()):
            target = tmp_path / place / source.name if place.endswith("/") else tmp_path / place
            target.parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / source, target)
    subprocess.run(["bash", "-ec", commands[1]], cwd=tmp_path, check=True)
    site = tmp_path / "virtual-patient"
    phase = files.current_phase(site)
    assert phase
    assert phase.step == files.LAST_STEP
    assert re.findall(r"^ +server (\S+);", (site / "http.conf").read_text(), re.MULTILINE) == ["web:8001", "async:8002"]
    said = re.findall(r"^(listen|access_log|error_log) (\S+?);?(?: .*)?$", (site / "listen.conf").read_text(), re.M)
    assert said == [("listen", "8080"), ("access_log", "/dev/stdout"), ("error_log", "/dev/stderr")]
    port = re.search(r"^EXPOSE (\d+)$", stages()["nginx"], re.MULTILINE)
    assert port
    assert SERVICES["nginx"]["ports"] == [f"${{HTTP_PORT:-80}}:{port[1]}"]
