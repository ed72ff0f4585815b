"""The file .env: its accepted forms, and the refusal of lines that cannot be read."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.common import ROOT, OperatorError
from deploy.dotenv import assignments

PRINT = "from config.settings.environment import DJANGO_ENV, env; print(DJANGO_ENV, env.str('SECRET_KEY', default='-'))"


@pytest.fixture
def dotenv(tmp_path: Path) -> Path:
    """The .env of a copy of the settings."""
    for folder in ("config", "deploy"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    # Only the environment is read, not Celery and all that it loads.
    (tmp_path / "config" / "__init__.py").write_text("")
    (tmp_path / "config" / "settings" / "__init__.py").write_text("")
    return tmp_path / ".env"


def read(dotenv: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PRINT], cwd=dotenv.parent, env={"PATH": os.environ["PATH"], **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"], ids=["plain", "with a byte order mark"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"], ids=["LF", "CRLF", "CR"])
def test_production_is_production_however_the_file_was_saved(start: bytes, end: bytes, dotenv: Path) -> None:
    dotenv.write_bytes(start + end.join([b"DJANGO_ENV=production", b"", b"# a comment", b"SECRET_KEY=k"]))
    assert read(dotenv).stdout == "production k\n"


def test_the_environment_goes_before_the_file_unless_it_is_blank_there(dotenv: Path) -> None:
    dotenv.write_text("DJANGO_ENV=production\nSECRET_KEY=of the file\n")
    assert read(dotenv, SECRET_KEY="k", DJANGO_ENV="").stdout == "production k\n"


@pytest.mark.parametrize("line", ["DJANGO_ENV = production", "DJANGO_ENV: seCret", "seCret", "<<<<<<< HEAD", "=x"])
def test_a_line_that_is_no_assignment_stops_the_start_with_its_number_alone(line: str, dotenv: Path) -> None:
    dotenv.write_text(f"SECRET_KEY=seCret\n\n{line}\n")
    done = read(dotenv)
    assert done.returncode != 0
    assert ".env: line 3 is not of the form NAME=value" in done.stderr.strip().splitlines()[-1]
    assert "seCret" not in done.stdout + done.stderr


def test_every_such_line_is_counted(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("one\nA=1\nthree\n")
    with pytest.raises(OperatorError, match="lines 1, 3 are not"):
        assignments(tmp_path / ".env")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "latin-1"])
def test_a_file_in_another_encoding_stops_the_start(encoding: str, dotenv: Path) -> None:
    dotenv.write_bytes("DJANGO_ENV=production\nSECRET_KEY=clé\n".encode(encoding))
    assert ".env is not text in UTF-8." in read(dotenv).stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=1", "1"),
        ("  export A=1  ", "1"),
        ("A=", ""),
        ("A=x # y", "x # y"),
        ("A='a \"b\" \\c'", 'a "b" \\c'),
        ('A="a \\"b\\" \\n"', 'a "b" \\n'),
        ("A='", "'"),
        ("A=$B=c", "$B=c"),
        ("A=пациент\u2028x", "пациент\u2028x"),
    ],
)
def test_what_a_line_means(line: str, value: str, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"{line}\n", encoding="utf-8")
    assert assignments(tmp_path / ".env") == {"A": value}


def test_a_link_that_leads_nowhere_stops_the_start_unless_the_environment_says_what_it_is_for(dotenv: Path) -> None:
    dotenv.symlink_to("nowhere")
    assert "cannot be read, and may name DJANGO_ENV: No such file" in read(dotenv).stderr.strip().splitlines()[-1]
    assert read(dotenv, DJANGO_ENV="production").stdout == "production -\n"
    dotenv.unlink()
    assert read(dotenv).stdout == "development -\n"
