"""A client in TypeScript, made from docs/openapi.yaml, serves natural code and refuses mistakes."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from deploy.common import ROOT
from tests.typescript_client import client

SOURCES = ROOT / "tests" / "typescript"


@pytest.fixture
def compiler() -> str:
    program = shutil.which("tsc")
    if program is None:
        pytest.skip("tsc is not installed")
    return program


def errors(compiler: str, folder: Path, name: str) -> list[str]:
    """What the compiler says of this file and the client, which stands beside it."""
    shutil.copy(SOURCES / name, folder)
    (folder / "client.ts").write_text(client(), encoding="utf-8")
    options = ("--strict", "--noEmit", "--target", "es2022", "--lib", "es2022,dom,dom.iterable", "--module", "es2022")
    done = subprocess.run([compiler, *options, name], cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout.splitlines()


def test_natural_code_compiles_under_strict(compiler: str, tmp_path: Path) -> None:
    assert errors(compiler, tmp_path, "consultation.ts") == []


def test_every_mistake_is_refused_and_nothing_else(compiler: str, tmp_path: Path) -> None:
    lines = (SOURCES / "mistakes.ts").read_text(encoding="utf-8").splitlines()
    wrong = {n for n, line in enumerate(lines, 1) if line.endswith("// wrong")}
    refused = [re.match(r"mistakes\.ts\((\d+),", error) for error in errors(compiler, tmp_path, "mistakes.ts")]
    assert {int(error[1]) for error in refused if error} == wrong
    assert len(wrong) == 12
